"""What staff say about a case: to the author, and to each other."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.actions import notes
from ideas.forms.moderation import CaseForm, Status, text
from ideas.models import Idea


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
    words = _("Only those who work at the incubator read it. Write so that the author could read it too one day.")
    button = _("Save the note")
    done = _("The note is saved.")
    action = notes.add_note
