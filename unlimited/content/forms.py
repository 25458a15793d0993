"""Form fields for what people write. Every form of the site uses these for text."""

import datetime as dt
import re
from decimal import Decimal
from http import HTTPStatus

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy
from stdnum.no import orgnr

from unlimited.content.pictures import PictureRefusedError, reencode
from unlimited.content.text import clean_line, clean_text, code_in

# What Django says in our forms. Named here, so that our catalogues have it, in words as plain as the rest.
DJANGO_SAYS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a valid URL."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)

TOO_LONG = _("This is %(show_value)d characters, and there is room for %(limit_value)d. Shorten it a little.")


class PlainTextField(forms.CharField):
    """Text without control characters, surrogates or direction overrides; one line unless its widget is a textarea."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        for validator in self.validators:
            if validator.code == "max_length":
                validator.message = TOO_LONG

    def to_python(self, value):
        """Clean before CharField strips and validates, so that what is stored is what was validated."""
        if isinstance(value, str):
            value = clean_text(value) if isinstance(self.widget, forms.Textarea) else clean_line(value)
        return super().to_python(value)

    def has_changed(self, initial, data):
        """A browser sends CRLF for each newline: that alone is no change."""
        return super().has_changed(initial, self.to_python(data))

    def widget_attrs(self, widget):
        """No `maxlength` on a textarea: the browser would cut a pasted text without a word."""
        attrs = super().widget_attrs(widget)
        if isinstance(widget, forms.Textarea):
            attrs.pop("maxlength", None)
            attrs.setdefault("rows", 5)
        return attrs


class TrapField(PlainTextField):
    """A field that people do not see and that machines fill in. `templates/components/trap.html` draws it.

    Its name and label match nothing that a browser or password manager fills in by itself. Once it has caught somebody
    it is shown, empty and with words, so that a person gets past it by sending once more.
    """

    is_trap = True
    marks_optional = False
    LEFT_ALONE = {"autocomplete": "off", "data-1p-ignore": "", "data-bwignore": "", "data-lpignore": "true"}

    def __init__(self):
        super().__init__(label=_("Leave this empty"), required=False, widget=forms.TextInput(attrs=self.LEFT_ALONE))

    def clean(self, value):
        if super().clean(value):
            raise ValidationError(
                _("This field is for machines, and something has filled it in. It is empty again. Send once more."),
                code="trap",
            )
        return ""

    def prepare_value(self, value):
        """What was filled in is never written back."""
        return ""


class CodeField(PlainTextField):
    """A code of six digits, or a longer one that is taken as it is. What is pasted may have words around it."""

    is_secret = True

    def to_python(self, value):
        return code_in(value) if isinstance(value, str) else super().to_python(value)


class NameField(PlainTextField):
    """A person's name. No address of a page or of a mailbox: names typed by one stand in the mails to others."""

    ADDRESS = re.compile(r"://|\bwww\.|@|\w\.(no|com|net|org|info|biz|eu|io|se|dk|shop|xyz)\b", re.IGNORECASE)

    def validate(self, value):
        super().validate(value)
        if self.ADDRESS.search(value):
            raise ValidationError(_("Write a name only, without addresses."))


class NumberField(forms.DecimalField):
    """A number as people write it: a decimal comma or a point in any language, spaces between thousands.

    Two signs in one number could mean either: that one is asked for anew.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {"number": _("Write a number, such as 12 or 12.5, with two decimals at most.")}

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError as error:
            if error.error_list[0].code == "required":
                raise
            raise ValidationError(self.error_messages["number"], code="number") from error

    def to_python(self, value):
        if isinstance(value, str):
            value = re.sub(r"\s", "", value).replace(",", ".").replace("\u2212", "-")
        return super().to_python(value)

    def prepare_value(self, value):
        """What is stored as 12.50 is written as 12.5, with the sign of the page's language."""
        if isinstance(value, Decimal):
            return number_format(value.normalize(), use_l10n=True)
        return value

    def widget_attrs(self, widget):
        """None of a number input: a browser would read a comma in its own way."""
        return {}


class MomentField(forms.DateTimeField):
    """A day and a time of our clocks, asked for with the browser's own field.

    The database takes years that Python cannot read back: one such row breaks every list.
    """

    FIRST_YEAR, LAST_YEAR = 2000, 2199
    default_error_messages = {
        "left_out": _("The clocks go forward that night and leave this time out. Choose an earlier or a later one."),
        "twice": _("The clocks go back that night, so this time comes twice. Choose an earlier or a later one."),
    }

    def __init__(self, *, widget=None, **kwargs):
        widget = widget or forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value):
        try:
            moment = super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            code = "left_out" if _is_left_out(error.params["datetime"]) else "twice"
            raise ValidationError(self.error_messages[code], code=code) from error
        if moment and not self.FIRST_YEAR <= moment.year <= self.LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


def _is_left_out(local: dt.datetime) -> bool:
    """Whether the clocks skip a time that is no moment, or more than one."""
    zone = timezone.get_current_timezone()
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first < second


class OrganisationNumberField(PlainTextField):
    """A Norwegian organisation number, with or without spaces, checked by its last digit."""

    def clean(self, value):
        number = re.sub(r"\s", "", super().clean(value))
        if number and not (orgnr.is_valid(number) and number[0] in "89"):
            raise ValidationError(
                _("That is not a Norwegian organisation number. It has nine digits and begins with 8 or 9.")
            )
        return number


def status_of_form(form: forms.BaseForm) -> int:
    """Return what a page with the form answers: 422 where it is refused, 200 where it is only shown."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK


def plain_text_formfield(db_field: models.Field, **kwargs):
    """`formfield_callback` for a ModelForm: its free-text fields become PlainTextFields."""
    is_free_text = type(db_field) in (models.CharField, models.TextField) and not db_field.choices
    if is_free_text:
        kwargs.setdefault("form_class", PlainTextField)
    return db_field.formfield(**kwargs)


class PictureField(forms.FileField):
    """A picture from a stranger: decoded and made anew, so that only its pixels come in. See pictures.py."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"})

    def clean(self, data, initial=None):
        """Return a ContentFile with a random name, or what FileField returns where no file came."""
        upload = super().clean(data, initial)
        if upload is None or upload is False or upload is initial:
            return upload
        try:
            return reencode(upload)
        except PictureRefusedError as refused:
            raise ValidationError(refused.message, code="picture") from refused
