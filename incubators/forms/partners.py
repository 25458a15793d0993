"""Adding somebody of the municipality."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from unlimited.content.forms import PlainTextField
from unlimited.mail.forms import AddressField


class PartnerForm(forms.Form):
    name = PlainTextField(
        label=_("Name and department"),
        max_length=120,
        help_text=_("Such as: Kari Nordmann, the district's department for children and youth."),
        error_messages={"required": _("Write who it is.")},
    )
    email = AddressField(label=_("E-mail"), help_text=_("They log in with this address, and need no password."))
    language = forms.ChoiceField(label=_("Language of our mails"), choices=settings.LANGUAGES)
