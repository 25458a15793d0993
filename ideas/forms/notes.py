"""What staff say about a case: to the author, and to each other."""

import uuid

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ideas.actions import notes
from ideas.forms.moderation import CaseForm, Status, text
from ideas.models import Idea, Note

Audience = Note.Audience


class _SayForm(CaseForm):
    """A word about the case. It changes nothing that others have read, so it asks for no revision."""

    statuses = tuple(status for status in Status if status != Status.DRAFT)
    token = forms.UUIDField(widget=forms.HiddenInput)
    body = text(_("Text"), missing=_("Write something first."))

    def __init__(self, data=None, *, idea: Idea, **kwargs):
        super().__init__(data, idea=idea, **kwargs)
        del self.fields["revision"]

    def start(self, idea: Idea) -> dict:
        return {"token": uuid.uuid4()}

    def save(self, *, by) -> None:
        type(self).action(idea=self.idea, by=by, **self.cleaned_data)


class MessageForm(_SayForm):
    name = "melding"
    heading = _("Write to the author")
    words = _("The author gets a mail that there is a message, and reads it on their page.")
    button = _("Send the message")
    done = _("The message is sent.")
    action = notes.write_to_author


class NoteForm(_SayForm):
    name = "notat"
    heading = _("Write a note to colleagues")
    words = _("Write so that the author could read it too one day.")
    button = _("Save the note")
    done = _("The note is saved.")
    action = notes.add_note
    audience = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=[
            (Audience.STAFF, _("All who work with ideas here")),
            (Audience.TEAM, _("Those who work on this case, and the leaders")),
            (Audience.LEADER, _("The leaders")),
        ],
        help_text=_("You read it yourself too, whatever you choose."),
        widget=forms.RadioSelect,
    )

    field_order = ["token", "audience", "body"]

    def start(self, idea: Idea) -> dict:
        return super().start(idea) | {"audience": Audience.STAFF}


class ReplyForm(_SayForm):
    """An answer to one note or message. The page shows it where somebody has pressed "Reply"."""

    name = "svar"
    heading = _("Reply")
    button = _("Send the reply")
    done = _("The reply is saved.")
    action = notes.reply_to_note
    reply_to = forms.UUIDField(widget=forms.HiddenInput)
    # What it answers, where that is in hand.
    parent: Note | None = None

    @property
    def words(self) -> str:
        """Who reads it: the same who read what it answers."""
        if self.parent is None:
            return ""
        facts = {
            "name": self.parent.author or gettext("Someone who has left"),
            "who": self.parent.get_audience_display(),
        }
        if self.parent.audience == Audience.AUTHOR:
            return gettext("To what %(name)s wrote. The author reads it too, and gets a mail.") % facts
        return gettext("To what %(name)s wrote. Who reads it: %(who)s.") % facts
