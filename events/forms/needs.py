"""What somebody needs in order to eat and take part: the same questions when registering and on one's own page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Needs
from unlimited.content.forms import PlainTextField


class NeedsForm(forms.Form):
    """All of it optional. Give it a prefix where there are several people on one page."""

    diet = forms.MultipleChoiceField(
        label=_("Food"), choices=Needs.Diet, required=False, widget=forms.CheckboxSelectMultiple
    )
    diet_details = PlainTextField(
        label=_("Other food needs"), max_length=200, required=False, help_text=_("Allergies, for example.")
    )
    access = forms.MultipleChoiceField(
        label=_("Access"), choices=Needs.Access, required=False, widget=forms.CheckboxSelectMultiple
    )
    access_details = PlainTextField(label=_("Other access needs"), max_length=300, required=False)

    NEEDS = ("diet", "diet_details", "access", "access_details")

    @staticmethod
    def start(needs: Needs | None) -> dict:
        """Return what the fields hold for somebody whose needs are known."""
        return {name: getattr(needs, name) for name in NeedsForm.NEEDS} if needs else {}

    def needs(self) -> dict:
        """Return the fields of Needs that are not empty, as `Person.needs` and `set_needs` take them."""
        return {name: self.cleaned_data[name] for name in self.NEEDS if self.cleaned_data.get(name)}
