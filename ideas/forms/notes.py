"""What staff say about a case: to the author, and to each other."""

import uuid

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ideas.actions import notes
from ideas.forms.moderation import CaseForm, Status, text
from ideas.models import Idea, Note
from ideas.models.answers import Offer, offers_at
from ideas.models.notes import mentioned_in
from unlimited.users.models import User

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


class _MentionForm(_SayForm):
    """One that may name colleagues, by a choice or by an @ and a name in the text."""

    mentioned = forms.MultipleChoiceField(
        label=_("Who should be told of it?"),
        help_text=_("They get a mail that there is a note. You can also write @ and a name in the text."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Someone you named does not work here, or no longer does. Choose again.")},
    )

    def __init__(self, data=None, *, idea: Idea, **kwargs):
        super().__init__(data, idea=idea, **kwargs)
        self.names = {}
        if self.is_bound:
            self.offer(offers_at(idea.incubator))

    def offer(self, offers: list[Offer]) -> None:
        """Name the colleagues. Whether one of them may read the note is said when it is known whom it is for."""
        super().offer(offers)
        colleagues = [one for one in offers if one.what == "colleague"]
        self.names = {one.value: one.name for one in colleagues}
        self.fields["mentioned"].choices = list({one.value: one.label for one in colleagues}.items())

    def clean(self) -> dict:
        """Put those whom the text names to those who were chosen."""
        facts = super().clean()
        called = mentioned_in(facts.get("body", ""), self.names)
        facts["mentioned"] = list(User.objects.filter(uuid__in=called | set(facts.get("mentioned", ()))))
        return facts

    def tell_not_for_them(self, people: list[User]) -> None:
        """Say who was named and may not read it."""
        words = gettext("%(names)s may not read this note. Name others, or let more people read it.")
        self.add_error("mentioned", words % {"names": ", ".join(str(person) for person in people)})


class NoteForm(_MentionForm):
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

    field_order = ["token", "audience", "body", "mentioned"]

    def start(self, idea: Idea) -> dict:
        return super().start(idea) | {"audience": Audience.STAFF}


class ReplyForm(_MentionForm):
    """An answer to one note or message. The page shows it where somebody has pressed "Reply"."""

    name = "svar"
    heading = _("Reply")
    button = _("Send the reply")
    done = _("The reply is saved.")
    action = notes.reply_to_note
    reply_to = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ["token", "reply_to", "body", "mentioned"]
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
