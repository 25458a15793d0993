"""What narrows the list of events: read from the address, so that a list can be kept and sent on as a link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models.programme import EventQuerySet
from unlimited.content.forms import PlainTextField
from unlimited.content.search import LONGEST_QUERY


class EventFilter(forms.Form):
    """A value that is no choice is left out, not refused: an old link still opens a list."""

    marks_optional = False
    # The words of the address are Norwegian.
    PARAMETERS = {"incubator": "inkubator", "kind": "slag", "time": "tid"}

    q = PlainTextField(label=_("Search"), required=False, widget=forms.TextInput({"type": "search"}))
    incubator = forms.ChoiceField(label=_("Incubator"), required=False)
    kind = forms.ChoiceField(
        label=_("Registration"),
        required=False,
        choices=[("", _("All events")), ("pamelding", _("One registers")), ("apent", _("One just comes"))],
    )
    time = forms.ChoiceField(
        label=_("When"), required=False, choices=[("", _("Still to come")), ("tidligere", _("Have taken place"))]
    )

    def __init__(self, data, *, incubators):
        super().__init__(data, auto_id="filter_%s")
        self.fields["q"].widget.attrs["maxlength"] = LONGEST_QUERY
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
    def is_past(self) -> bool:
        return "time" in self.chosen

    def narrow(self, events: EventQuerySet) -> EventQuerySet:
        """Return the events of the chosen incubator and kind; the view reads those that fit the text and the time."""
        if "incubator" in self.chosen:
            events = events.filter(incubator__slug=self.chosen["incubator"])
        if "kind" in self.chosen:
            events = events.filter(capacity__isnull=self.chosen["kind"] == "apent")
        return events

    def ordered(self, events: EventQuerySet) -> EventQuerySet:
        """Return those of the chosen time in its order."""
        return events.past() if self.is_past else events.upcoming()
