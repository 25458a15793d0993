"""Whom an author asks to write along."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.models import CoAuthor
from unlimited.mail.forms import AddressField


class CoAuthorForm(forms.Form):
    use_required_attribute = False

    email = AddressField(label=_("E-mail"), help_text=_("The invitation is sent here. They log in with it."))
    role = forms.ChoiceField(
        label=_("What may they do?"), choices=CoAuthor.Role, initial=CoAuthor.Role.EDIT, widget=forms.RadioSelect
    )
