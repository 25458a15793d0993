"""What a report is about, and what its leader adds before it is sent."""

import datetime as dt
import uuid

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ideas.actions import report as actions
from ideas.forms.moderation import text
from ideas.models import Report, Story
from ideas.report_words import period_words
from incubators.models import Incubator
from unlimited.users.models import User

OWN = "egen"
EARLIEST = dt.date(2015, 1, 1)
LONGEST = dt.timedelta(days=2 * 366)


def _day(label) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class ReportForm(forms.Form):
    """Whose figures, and of which days. Its answers stand in the address."""

    om = forms.ChoiceField(label=_("What is it about?"), error_messages={"required": _("Choose what it is about.")})
    periode = forms.ChoiceField(label=_("Which time?"), error_messages={"required": _("Choose a time.")})
    fra = _day(_("First day"))
    til = _day(_("Last day"))

    def __init__(self, data=None, *, led: QuerySet[Incubator]):
        super().__init__(data)
        self.scopes = _scopes(led)
        self.halves = {f"{first.year}-{1 + first.month // 7}": (first, last) for first, last in _halves()}
        self.fields["om"].choices = [(key, report.scope) for key, report in self.scopes.items()]
        periods = [(key, period_words(*days)) for key, days in self.halves.items()]
        self.fields["periode"].choices = [*periods, (OWN, _("Other days"))]
        # The newest half-year that is over is what is most often sent.
        self.fields["periode"].initial = periods[1][0]

    @property
    def has_own_days(self) -> bool:
        """Whether other days than a half-year are asked for, so that their fields have to stand open."""
        return self["periode"].value() == OWN

    def clean(self) -> dict:
        facts = super().clean()
        if facts.get("periode") != OWN:
            return facts
        first, last = facts.get("fra"), facts.get("til")
        for name, value in (("fra", first), ("til", last)):
            if not value and name not in self.errors:
                self.add_error(name, _("Write this day too."))
        if first and last:
            self._check_days(first, last)
        return facts

    def _check_days(self, first: dt.date, last: dt.date) -> None:
        if not EARLIEST <= first <= timezone.localdate():
            self.add_error("fra", _("Choose a day that has been."))
        if last < first:
            self.add_error("til", _("The last day is before the first one."))
        elif last - first > LONGEST:
            self.add_error("til", _("Two years at most."))

    def report(self) -> Report:
        """The report that is asked for, not saved."""
        facts = self.cleaned_data
        report = self.scopes[facts["om"]]
        days = (facts["fra"], facts["til"]) if facts["periode"] == OWN else self.halves[facts["periode"]]
        report.starts_on, report.ends_on = days
        return report


def _halves() -> list[tuple[dt.date, dt.date]]:
    return actions.half_years(timezone.localdate())


def _scopes(led: QuerySet[Incubator]) -> dict[str, Report]:
    """Each incubator, and each district that one of them is in, as an unsaved report by its word in the address."""
    scopes, districts = {}, {}
    for incubator in led.exclude(municipality=None):
        facts = {"municipality": incubator.municipality, "district": incubator.district}
        scopes[incubator.slug] = Report(incubator=incubator, municipality=incubator.municipality)
        if incubator.district:
            districts.setdefault((incubator.municipality_id, incubator.district), (incubator.slug, facts))
    return scopes | {f"bydel-{slug}": Report(**facts) for slug, facts in districts.values()}


class FreezeForm(forms.Form):
    """The leader's own words, and the stories to go with the figures."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    words = text(
        _("Your own words"),
        required=False,
        rows=6,
        help_text=_("What the figures do not say. No names: the report is kept as it is sent."),
    )
    stories = forms.MultipleChoiceField(
        label=_("Stories"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everyone in them has said yes to being read in a report."),
    )

    def __init__(self, data=None, *, report: Report, stories: list[Story]):
        super().__init__(data, initial={"token": uuid.uuid4()})
        self.report = report
        known = {str(story.uuid): story.title for story in stories}
        # One that was taken back since is still an answer of this form: the action says what has become of it.
        sent = self._sent()
        self.fields["stories"].choices = [*known.items(), *((one, one) for one in sent if one not in known)]
        if not known and not sent:
            del self.fields["stories"]

    def _sent(self) -> list[str]:
        """What was ticked on the page that was sent, no more of it than there can be."""
        sent = self["stories"].data if self.is_bound else None
        return list(sent)[: actions.MOST_STORIES] if isinstance(sent, list) else []

    def clean_stories(self) -> list[uuid.UUID]:
        try:
            return [uuid.UUID(one) for one in self.cleaned_data["stories"]]
        except ValueError:
            raise forms.ValidationError(_("Choose among the stories shown.")) from None

    def leave_out(self, uuids: list[uuid.UUID]) -> None:
        """Let the next press be without these stories."""
        gone = {str(one) for one in uuids}
        self.data = self.data.copy()
        self.data.setlist("stories", [one for one in self.data.getlist("stories") if one not in gone])
        self.fields["stories"].choices = [row for row in self.fields["stories"].choices if row[0] not in gone]

    def save(self, *, by: User) -> Report:
        facts = self.cleaned_data
        return actions.freeze_report(
            report=self.report,
            by=by,
            token=facts["token"],
            words=facts["words"],
            language=get_language(),
            stories=facts.get("stories", []),
        )
