"""A message from the organiser: what it says, and to whom."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events.actions.announcements import Audience
from events.forms.registration import TokenField
from unlimited.content.forms import PlainTextField


class AnnouncementForm(forms.Form):
    # Made with the form: a second press of the button is the same message.
    token = TokenField()
    audience = forms.ChoiceField(
        label=_("Who gets it?"), choices=Audience, initial=Audience.ALL, widget=forms.RadioSelect
    )
    subject = PlainTextField(label=_("Subject"), max_length=120)
    body = PlainTextField(
        label=_("Message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Plain text. Leave a line empty between paragraphs."),
    )

    def __init__(self, data=None):
        super().__init__(data, initial={"token": uuid.uuid4()})

    def count(self, addresses: dict[str, int]) -> None:
        """Say beside each choice how many addresses it has."""
        self.fields["audience"].choices = [
            (choice.value, f"{choice.label}: {_addresses(addresses[choice.value])}") for choice in Audience
        ]


def _addresses(count: int) -> str:
    return ngettext("%(count)s address", "%(count)s addresses", count) % {"count": count}
