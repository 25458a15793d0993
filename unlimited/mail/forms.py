"""Fields and forms about mail: an address that it can reach, and what staff look for in the outbox."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from unlimited.content.forms import PlainTextField
from unlimited.mail import kinds
from unlimited.mail.addresses import UnsendableError, postal_address
from unlimited.mail.models import OutgoingMail

# What the column of an account's address takes.
LONGEST_ADDRESS = 254


class AddressField(forms.EmailField):
    """An address that mail can reach, written in one way.

    Django's validator takes a few letters that only look Latin, and the database counts them as those: *ſtaff@* would
    be *staff@*, so that one person's account would stand in another one's way.
    """

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": LONGEST_ADDRESS, **kwargs})

    def clean(self, value):
        """Return the address in small letters, its domain readable; what EmailField returns where there is none."""
        address = super().clean(value)
        try:
            return one_way_of_writing(address) if address else address
        except (UnsendableError, UnicodeError) as error:
            raise ValidationError(EmailValidator.message, code="invalid") from error


def one_way_of_writing(address: str) -> str:
    name, at, domain = postal_address(address.lower()).rpartition("@")
    return name + at + domain.encode().decode("idna").lower()


def _kinds_by_label() -> list[tuple[str, str]]:
    return sorted(((name, kinds.label_of(name)) for name in kinds.listed()), key=lambda kind: kind[1].casefold())


class OutboxFilter(forms.Form):
    """Which mails to show; all fields may be empty."""

    marks_optional = False

    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), *OutgoingMail.Status.choices]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=lambda: [("", _("All")), *_kinds_by_label()])
    recipient = PlainTextField(label=_("Recipient begins with"), required=False, max_length=254)

    def mails(self):
        """Return the listed mails asked for, newest first; a filter that is not understood shows all."""
        chosen = self.cleaned_data if self.is_valid() else {}
        mails = OutgoingMail.objects.listed().newest_first()
        if chosen.get("status"):
            mails = mails.filter(status=chosen["status"])
        if chosen.get("kind"):
            mails = mails.filter(kind=chosen["kind"])
        if chosen.get("recipient"):
            mails = mails.to(chosen["recipient"])
        return mails
