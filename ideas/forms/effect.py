"""What an idea changes: what is counted, a number by hand, and the one question that a link asks."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.actions import effect as actions
from ideas.models import Idea, Indicator, Measurement, MeasurementRequest
from unlimited.content.forms import NumberField, PlainTextField
from unlimited.users.models import User


def _number(label, **kwargs) -> NumberField:
    return NumberField(label=label, max_digits=12, decimal_places=2, **kwargs)


def _words(**kwargs) -> PlainTextField:
    return PlainTextField(label=_("A sentence about it"), max_length=300, required=False, **kwargs)


def _missing(words) -> dict:
    return {"error_messages": {"required": words}}


class PastDayField(forms.DateField):
    """A day that is not in the future."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def validate(self, value):
        super().validate(value)
        if value and value > timezone.localdate():
            raise ValidationError(_("That day has not come yet."))


class IndicatorForm(forms.Form):
    """A new indicator by its `token`, or one that is there by its `revision`."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    target_group = PlainTextField(
        label=_("For whom?"), max_length=120, help_text=_("For example: young people in our block"),
        **_missing(_("Write whom it is for.")),
    )  # fmt: skip
    question = PlainTextField(
        label=_("What do you want to know about them?"), max_length=200,
        help_text=_("As a question that a number answers: How many come at least once a week?"),
        **_missing(_("Write the question.")),
    )  # fmt: skip
    unit = PlainTextField(
        label=_("What is counted?"), max_length=40, help_text=_("For example: people, hours, kroner"),
        **_missing(_("Write what is counted.")),
    )  # fmt: skip
    baseline = _number(_("How much is it now, before you have changed anything?"), help_text=_("0 is a number too."))
    baseline_on = PastDayField(label=_("On which day was that?"))
    goal = _number(_("What is your goal?"), help_text=_("More or less than now. You can change it."))
    FACTS = ("target_group", "question", "unit", "baseline", "baseline_on", "goal")

    def __init__(self, data=None, *, idea: Idea, by: User, indicator: Indicator | None = None, **kwargs):
        if indicator:
            kwargs["initial"] = {name: getattr(indicator, name) for name in (*self.FACTS, "revision")}
        super().__init__(data, **kwargs)
        self.idea, self.by, self.indicator = idea, by, indicator
        if indicator:
            self.fields["baseline"].label = _("How much was it to begin with?")
            self.fields["baseline"].help_text = _("Once there are numbers, this stands: they are compared with it.")

    def save(self) -> Indicator:
        facts = {name: self.cleaned_data[name] for name in self.FACTS}
        if self.indicator:
            seen = self.cleaned_data["revision"] or 0
            return actions.change_indicator(indicator=self.indicator, by=self.by, seen_revision=seen, **facts)
        token = self.cleaned_data["token"] or Indicator().uuid
        return actions.write_indicator(idea=self.idea, by=self.by, token=token, **facts)


class MeasureForm(forms.Form):
    """A number written down by one of the two."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    value = _number(_("How much is it?"), **_missing(_("Write a number. A rough one is better than none.")))
    measured_on = PastDayField(label=_("On which day?"))
    words = _words()

    def __init__(self, data=None, *, indicator: Indicator, by: User, **kwargs):
        super().__init__(data, **kwargs)
        self.indicator, self.by = indicator, by
        self.fields["value"].label = indicator.question
        self.fields["value"].help_text = _("In %(unit)s.") % {"unit": indicator.unit}

    def clean_measured_on(self):
        day = self.cleaned_data["measured_on"]
        if day < self.indicator.baseline_on:
            raise ValidationError(_("That is before the first number was counted."))
        return day

    def save(self) -> Measurement:
        facts = {name: self.cleaned_data[name] for name in ("value", "measured_on", "words")}
        token = self.cleaned_data["token"] or Measurement().uuid
        return actions.measure(indicator=self.indicator, by=self.by, token=token, **facts)


class AnswerForm(forms.Form):
    """The one question on the page of a link. `question` names which it was, for the next tab may be further on."""

    question = forms.UUIDField(widget=forms.HiddenInput)
    value = _number(_("How much is it?"), **_missing(_("Write a number. A rough one is better than none.")))
    words = _words(help_text=_("For example why it is more or less than last time. Name nobody."))

    def __init__(self, data=None, *, asked: MeasurementRequest, indicator: Indicator, **kwargs):
        super().__init__(data, initial={"question": indicator.uuid}, **kwargs)
        self.asked, self.indicator = asked, indicator
        self.fields["value"].label = indicator.question
        self.fields["value"].help_text = _("In %(unit)s.") % {"unit": indicator.unit}

    def save(self) -> Measurement:
        facts = {name: self.cleaned_data[name] for name in ("value", "words")}
        return actions.answer_question(asked=self.asked, indicator=self.indicator, **facts)
