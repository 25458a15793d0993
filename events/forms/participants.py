"""One of a party, as a row of the form: who it is, and what they need."""

import re

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.actions.registration import Person
from events.forms.needs import NeedsForm
from unlimited.content.forms import NameField, PlainTextField
from unlimited.mail.forms import AddressField

ROW = re.compile(r"(p-(\d{1,4}))-name")
# Enough for most parties; another one costs a press, and one left empty counts for nobody.
FIRST_ROWS = 2


def typed(form_class: type[forms.Form], data, prefix: str | None = None) -> dict:
    """Return what was typed into a form, as `initial` of one that is shown once more without being judged."""
    form = form_class.base_fields
    return {
        name: field.widget.value_from_datadict(data, {}, f"{prefix}-{name}" if prefix else name)
        for name, field in form.items()
    }


class ParticipantForm(NeedsForm):
    """One of a party, named now. A row with nothing in it is nobody."""

    use_required_attribute = False

    name = NameField(label=_("Name"), max_length=120, required=False)
    email = AddressField(
        label=_("E-mail"),
        help_text=_("Leave it empty, and this person’s e-mails come to you."),
        required=False,
    )
    role = PlainTextField(label=_("Role"), max_length=100, required=False)
    marks_optional = False
    field_order = ["name", "email", "role"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].marks_optional = True  # the address says in its own words what leaving it empty means
        for name in ("name", "email", "role"):
            self.fields[name].widget.attrs["autocomplete"] = "off"  # these are others than the one who types

    @property
    def is_empty(self) -> bool:
        return not any(typed(ParticipantForm, self.data, self.prefix).values())

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What was typed besides name and address, as a browser would send it once more."""
        given = ((name, self[name].value() or []) for name in ("role", *self.NEEDS))
        pairs = (
            (name, value) for name, values in given for value in (values if isinstance(values, list) else [values])
        )
        return [(self.add_prefix(name), value) for name, value in pairs]

    @property
    def has_needs(self) -> bool:
        """Whether what stands folded away is to be seen at once."""
        return has_needs(self)

    @property
    def address(self) -> str:
        """The address where it is one, else nothing."""
        return "" if "email" in self.errors else self.cleaned_data["email"]

    def clean(self):
        given = super().clean()
        if not given.get("name") and "name" not in self.errors and not self.is_empty:
            self.add_error(
                "name", gettext("Write the name too, or empty the whole row and count the seat as named later.")
            )
        return given

    @property
    def person(self) -> Person:
        given = self.cleaned_data
        return Person(given["name"], given["email"], given["role"], self.needs())


def has_needs(form: NeedsForm) -> bool:
    return any(form[name].value() or form[name].errors for name in NeedsForm.NEEDS)


def prefixes_of(data) -> list[str]:
    """Return the rows that were sent, in the order of the page."""
    return [match[1] for name in data if (match := ROW.fullmatch(name))]
