"""What narrows a list of ideas: read from the address, so that a list can be kept and sent on as a link."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ideas.models import Idea, Theme
from incubators.models import Incubator
from unlimited.content.forms import PlainTextField
from unlimited.content.fragments import version_of
from unlimited.content.search import LONGEST_QUERY


class ListFilter(forms.Form):
    """A value that is no choice is left out, not refused: an old link still opens a list."""

    marks_optional = False

    q = PlainTextField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    incubator = forms.ChoiceField(label=_("Incubator"), required=False)

    marks_optional = False
    # The words of the address are Norwegian.
    PARAMETERS = {"theme": "tema", "incubator": "inkubator", "step": "steg", "who": "hos"}

    def __init__(self, data, *, incubators: QuerySet[Incubator]):
        super().__init__(data, auto_id="filter_%s")
        themes = Theme.objects.filter(is_active=True)
        self.fields["q"].widget.attrs["maxlength"] = LONGEST_QUERY
        self.fields["theme"].choices = [("", _("All themes")), *((theme.slug, theme.name) for theme in themes)]
        self.fields["incubator"].choices = [
            ("", _("All incubators")),
            *incubators.order_by("name").values_list("slug", "name"),
        ]
        self.full_clean()
        self.chosen = {name: value for name, value in self.cleaned_data.items() if value}
        self.errors.clear()

    def add_prefix(self, field_name: str) -> str:
        return self.PARAMETERS.get(field_name, field_name)

    @property
    def text(self) -> str:
        return self.chosen.get("q", "")

    @property
    def is_narrowed(self) -> bool:
        """Something more than the text is chosen, and should be seen."""
        return bool(self.chosen.keys() - {"q"})

    @property
    def version(self) -> str:
        """What the drawn choices depend on. The words that are searched for are drawn for each request."""
        chosen = sorted((name, value) for name, value in self.chosen.items() if name != "q")
        return version_of([self.fields["theme"].choices, self.fields["incubator"].choices, chosen])

    def narrow(self, ideas: QuerySet) -> QuerySet:
        """Return the ideas that fit all but the text, which `first_matching` looks for."""
        if "theme" in self.chosen:
            ideas = ideas.filter(themes__slug=self.chosen["theme"])
        if "incubator" in self.chosen:
            ideas = ideas.filter(incubator__slug=self.chosen["incubator"])
        return ideas


class PublicFilter(ListFilter):
    step = forms.ChoiceField(label=_("Step"), required=False, choices=[("", _("All steps")), *Idea.Step.choices])

    def narrow(self, ideas: QuerySet) -> QuerySet:
        ideas = super().narrow(ideas)
        return ideas.filter(step=self.chosen["step"]) if "step" in self.chosen else ideas
