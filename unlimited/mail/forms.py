"""Fields and forms about mail: an address that it can reach, and what staff look for in the outbox."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from unlimited.content.forms import PlainTextField
from unlimited.mail import kinds
from unlimited.mail.addresses import UnsendableError, postal_address
from unlimited.mail.models import OutgoingMail
from unlimited.mail.typos import probably_meant

# What the column of an account's address takes.
LONGEST_ADDRESS = 254


class TypedAddress(str):
    """An address as it came, with the one that the form has asked about."""

    asked: str = ""


class AddressInput(forms.EmailInput):
    """Where an address looks mistyped, carries along that it was asked about: sent once more, it is right."""

    template_name = "django/forms/widgets/address.html"

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        if not isinstance(value, str):
            return value
        typed = TypedAddress(value)
        typed.asked = data.get(f"{name}_asked", "")
        return typed

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        typed = (value or "").strip()
        context["widget"]["asked"] = typed if probably_meant(typed) else ""
        return context


def ask_once(typed: str, address: str) -> None:
    """Raise ValidationError with what was probably meant, unless the form has asked about this address before."""
    meant = probably_meant(address)
    if meant and isinstance(typed, TypedAddress) and typed.asked.strip() != typed.strip():
        words = _("Did you mean %(meant)s? If %(address)s is right, send it once more.")
        raise ValidationError(words, code="did_you_mean", params={"meant": meant, "address": address})


class AddressField(forms.EmailField):
    """An address that mail can reach, written in one way. One that looks mistyped is asked about once.

    Django's validator takes a few letters that only look Latin, and the database counts them as those: *ſtaff@* would
    be *staff@*, so that one person's account would stand in another one's way.
    """

    widget = AddressInput

    def __init__(self, **kwargs):
        if isinstance(widget := kwargs.get("widget"), forms.EmailInput):
            kwargs["widget"] = AddressInput(widget.attrs)
        super().__init__(**{"max_length": LONGEST_ADDRESS, **kwargs})

    def clean(self, value):
        """Return the address in small letters, its domain readable; what EmailField returns where there is none."""
        address = super().clean(value)
        try:
            address = one_way_of_writing(address) if address else address
        except (UnsendableError, UnicodeError) as error:
            raise ValidationError(EmailValidator.message, code="invalid") from error
        ask_once(value, address or "")
        return address


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
