"""What staff and authors type about agreements: one form each, with whose it is and when it is possible."""

import datetime as dt
from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ideas.actions import agreements as actions
from ideas.forms.moderation import text
from ideas.models import Agreement, Budget, Grant, Idea
from incubators.models import Incubator
from unlimited.content.forms import PlainTextField
from unlimited.users.models import User

USUAL_LENGTH, LATEST = dt.timedelta(weeks=8), dt.timedelta(days=2 * 366)
MOST_KRONER = 10_000_000


def _day(label: Promise, missing: Promise, **kwargs) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages={"required": missing}, **kwargs)


class ProposeAgreementForm(forms.Form):
    """An agreement for the idea's step, as staff propose it to the author."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    find_out = text(
        _("What do you want to find out?"),
        most=2000,
        rows=4,
        missing=_("Write what you want to find out."),
        help_text=_("For example: Do people come back a second time?"),
    )
    starts_on = _day(_("From"), _("Give the first day."))
    ends_on = _day(_("To"), _("Give the last day."))
    talk_on = _day(
        _("When do you talk about how it went?"), _("Enter the date of the talk."), help_text=_("The talk ends it.")
    )
    guidance = PlainTextField(label=_("Guidance from the incubator"), max_length=400, required=False)
    room = PlainTextField(label=_("Room, tools or equipment"), max_length=400, required=False)
    kroner = forms.IntegerField(
        label=_("Money, in kroner"), min_value=0, max_value=MOST_KRONER, required=False, initial=0
    )

    def __init__(self, data=None, *, idea: Idea, by: User):
        today = timezone.localdate()
        start = {"revision": idea.revision, "starts_on": today, "ends_on": today + USUAL_LENGTH}
        super().__init__(data, auto_id="id_avtale_%s", initial=start | {"talk_on": today + USUAL_LENGTH})
        self.idea, self.by = idea, by
        left = {budget.year: budget.left for budget in Budget.objects.filter(incubator=idea.incubator_id)}
        self.fields["kroner"].help_text = (
            _("Left this year: %(left)s kr.") % {"left": left[today.year]}
            if today.year in left
            else _("The incubator has no budget for this year yet.")
        )

    def clean(self) -> dict:
        facts, today = super().clean(), timezone.localdate()
        first = facts.get("starts_on")
        for name in ("starts_on", "ends_on", "talk_on"):
            if (day := facts.get(name)) and not today <= day <= today + LATEST:
                self.add_error(name, _("Choose a day from today on, within two years."))
        for name in ("ends_on", "talk_on"):
            if first and (day := facts.get(name)) and day < first:
                self.add_error(name, _("This day is before the first one."))
        facts["kroner"] = facts.get("kroner") or 0
        return facts

    def save(self) -> Agreement:
        facts = dict(self.cleaned_data)
        return actions.propose_agreement(idea=self.idea, by=self.by, seen_revision=facts.pop("revision"), **facts)


class AgreementForm(forms.Form):
    """One thing to do with an agreement. `name` is its word in the address."""

    name: str
    heading: Promise
    intro: Promise | str = ""
    button: Promise
    done: Promise
    action: Callable
    # Whether it is the author's or the staff's.
    is_authors = False

    def __init__(self, data=None, *, agreement: Agreement):
        super().__init__(data, auto_id=f"id_{self.name}_%s")
        self.agreement = agreement

    @classmethod
    def is_possible(cls, agreement: Agreement) -> bool:
        raise NotImplementedError

    def save(self, *, by: User) -> None:
        """Do it."""
        type(self).action(agreement=self.agreement, by=by, **self.cleaned_data)


class AgreeForm(AgreementForm):
    name = "ja"
    heading = button = _("Say yes to this")
    done = _("You have said yes. It is agreed on.")
    action = actions.agree
    is_authors = True

    @classmethod
    def is_possible(cls, agreement: Agreement) -> bool:
        return agreement.is_proposed


class SayNoForm(AgreementForm):
    name = "nei"
    heading = _("Say no, or ask for something else")
    button = _("Say no thanks")
    done = _("It is written down. They can propose something else.")
    action = actions.decline_agreement
    is_authors = True
    words = PlainTextField(label=_("What would suit you better?"), max_length=400, required=False)

    @classmethod
    def is_possible(cls, agreement: Agreement) -> bool:
        return agreement.is_proposed


class SpokenYesForm(AgreementForm):
    name = "muntlig-ja"
    heading = _("The author has said yes to me")
    intro = _("The author has no account here, so you write down what was said.")
    button = _("Write it down and begin")
    done = _("It is written down and agreed on.")
    action = actions.agree
    spoken_words = PlainTextField(
        label=_("When and how did they say yes?"),
        max_length=400,
        error_messages={"required": _("Write when and how they said yes.")},
    )

    @classmethod
    def is_possible(cls, agreement: Agreement) -> bool:
        return agreement.is_proposed and agreement.idea.author_id is None


class TakeBackForm(AgreementForm):
    name = "ta-tilbake"
    heading = _("Take the proposal back")
    button = _("Take it back")
    done = _("The proposal is taken back, and its money is free again.")
    action = actions.decline_agreement
    words = PlainTextField(label=_("A word to the author"), max_length=400, required=False)

    @classmethod
    def is_possible(cls, agreement: Agreement) -> bool:
        return agreement.is_proposed


class EndAgreementForm(AgreementForm):
    """What the talk came to. Where no money was given, none is asked for."""

    name = "samtale"
    heading = _("We have talked: write how it went")
    intro = _("All of these ways are good ones. The author reads what you write.")
    button = _("Write it down")
    done = _("It is written down, and the author is told.")
    action = actions.end_agreement
    outcome = forms.ChoiceField(
        label=_("Where does the idea go from here?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where the idea goes.")},
    )
    learnt = text(
        _("What did you find out?"), most=2000, rows=4, missing=_("Write what you found out, also if it was a no.")
    )
    onwards = text(_("What happens now?"), most=2000, rows=3, missing=_("Write what happens now."))
    spent = forms.IntegerField(
        label=_("How much of the money was spent?"),
        min_value=0,
        error_messages={"required": _("Write how much was spent, 0 where it was nothing.")},
    )

    def __init__(self, data=None, *, agreement: Agreement):
        super().__init__(data, agreement=agreement)
        labels = dict(Agreement.Outcome.choices)
        self.fields["outcome"].choices = (
            [(one, labels[one]) for one in agreement.outcomes()] if agreement.idea.step else []
        )
        if agreement.kroner:
            self.fields["spent"].initial = agreement.kroner
            self.fields["spent"].help_text = _("Of %(kroner)s kr. The rest is free again.") % {
                "kroner": agreement.kroner
            }
        else:
            del self.fields["spent"]

    def clean_spent(self) -> int:
        if self.cleaned_data["spent"] > self.agreement.kroner:
            raise ValidationError(_("This is more than was agreed on."), code="too_much")
        return self.cleaned_data["spent"]

    @classmethod
    def is_possible(cls, agreement: Agreement) -> bool:
        return agreement.is_agreed and agreement.idea.status == Idea.Status.ACCEPTED


class BudgetForm(forms.Form):
    """What an incubator has for ideas, this year or the next."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    kroner = forms.IntegerField(
        label=_("How many kroner?"),
        min_value=0,
        max_value=MOST_KRONER,
        error_messages={"required": _("Write how many kroner.")},
    )

    def __init__(self, data=None, *, incubator: Incubator, by: User):
        super().__init__(data)
        self.incubator, self.by = incubator, by
        this_year = timezone.localdate().year
        self.fields["year"].choices = [(year, str(year)) for year in (this_year, this_year + 1)]

    def save(self) -> Budget:
        return actions.set_budget(incubator=self.incubator, by=self.by, **self.cleaned_data)


class SettleForm(forms.Form):
    """How much of the money of an agreement was spent that ended before the talk."""

    spent = forms.IntegerField(
        label=_("How many kroner were spent?"),
        min_value=0,
        max_value=MOST_KRONER,
        error_messages={"required": _("Write how much was spent, 0 where it was nothing.")},
    )

    def __init__(self, data=None, *, row: Agreement | Grant):
        super().__init__(data)
        self.row = row
        self.fields["spent"].help_text = _("Of %(kroner)s kr. The rest is free again.") % {"kroner": row.kroner}

    def clean_spent(self) -> int:
        if self.cleaned_data["spent"] > self.row.kroner:
            raise ValidationError(_("This is more than was agreed on."), code="too_much")
        return self.cleaned_data["spent"]

    def save(self, *, by: User) -> Agreement | Grant:
        return actions.settle_money(row=self.row, by=by, **self.cleaned_data)


AGREEMENT_FORMS = {form.name: form for form in (AgreeForm, SayNoForm, EndAgreementForm, SpokenYesForm, TakeBackForm)}
