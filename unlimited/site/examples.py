"""Things to show the components with, on `/dev/komponenter/`. Nothing of it is stored."""

import datetime as dt

from django import forms

from events.models import Event
from ideas.models import Idea
from unlimited.content.bars import bars_of
from unlimited.content.forms import PictureField, PlainTextField

DAY = dt.date(2030, 3, 5)


class ExampleForm(forms.Form):
    """One field of each sort."""

    name = PlainTextField(label="A line of text", help_text="Help stands under the label.")
    story = PlainTextField(label="Longer text", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    website = forms.URLField(label="An address", required=False, assume_scheme="https")
    day = forms.DateField(label="A day", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    one = forms.ChoiceField(label="One of a list", choices=[("a", "First"), ("b", "Second")])
    radio = forms.ChoiceField(label="One of few", choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(
        label="Several", choices=Idea.Help.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    yes = forms.BooleanField(label="I agree to it", help_text="You can take it back at any time.")
    picture = PictureField(label="A picture", required=False)


def _idea(status: str, step: str = "") -> Idea:
    return Idea(title="Verkstedet i kjelleren", status=status, step=step, answer_due_on=DAY)


EXAMPLES = [
    *(_idea(status) for status in ("draft", "submitted", "changes_requested", "declined", "withdrawn")),
    *(_idea("accepted", step) for step in Idea.Step.values),
    _idea("paused", "do"),
    _idea("ended", "build"),
]

EVENT = Event(
    title="Onsdagssamtale",
    slug="onsdagssamtale",
    summary="Kom innom, ta en kaffe og fortell.",
    starts_at=dt.datetime(2030, 3, 6, 16, tzinfo=dt.UTC),
    ends_at=dt.datetime(2030, 3, 6, 17, 30, tzinfo=dt.UTC),
    venue="Biblioteket",
    city="Oslo",
)
# As `for_cards` would.
EVENT.incubator_name = ""
CHART = bars_of(
    ["In time", "Too late", "Still waiting"],
    [("March 2030", (18, 2, 0)), ("February 2030", (9, 4, 3)), ("January 2030", (0, 0, 1))],
)
