"""What was tried: three fields, and more for who wants to tell it."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.actions import trials as actions
from ideas.forms.moderation import text
from ideas.models import Idea, Trial
from unlimited.content.forms import PictureField, PlainTextField
from unlimited.users.models import User

MOST = 10_000_000


def _number(label, **kwargs) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST, required=False, **kwargs)


def _day(label) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class TrialForm(forms.Form):
    """A new trial by its `token`, or one that is there by its `revision`."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    hypothesis = PlainTextField(
        label=_("What did you want to find out?"),
        max_length=300,
        error_messages={"required": _("Write what you wanted to find out.")},
        help_text=_("For example: Would anyone come if we made soup on a Saturday?"),
    )
    happened = text(_("What happened?"), most=2000, rows=3, missing=_("Write what happened."))
    learnt = text(
        _("What did you learn?"), most=2000, rows=3, missing=_("Write what you learnt, also if it did not work.")
    )
    change = text(_("What will you change?"), most=2000, rows=3, required=False)
    place = PlainTextField(label=_("Where?"), max_length=120, required=False)
    first_on = _day(_("First day"))
    last_on = _day(_("Last day, if there were several"))
    asked = _number(_("How many of those it is for did you ask?"))
    tried = _number(_("How many of them tried it?"))
    decided = _number(_("How many of them helped to decide?"))
    kroner = _number(_("What did it cost, in kroner?"))
    picture = PictureField(label=_("A picture"), required=False)
    picture_alt = PlainTextField(label=_("What does the picture show?"), max_length=200, required=False)
    picture_agreed = forms.BooleanField(
        label=_("Everyone whom one can recognise in it has said yes to its being in the pilot report"), required=False
    )
    remove_picture = forms.BooleanField(label=_("Take the picture away"), required=False)
    FIRST = ("hypothesis", "happened", "learnt")
    FACTS = (
        *FIRST, "change", "place", "first_on", "last_on", "asked", "tried", "decided", "kroner", "picture_alt",
        "picture_agreed",
    )  # fmt: skip

    def __init__(self, data=None, files=None, *, idea: Idea, by: User, trial: Trial | None = None, **kwargs):
        if trial:
            kwargs["initial"] = {name: getattr(trial, name) for name in (*self.FACTS, "revision")}
        super().__init__(data, files, **kwargs)
        self.idea, self.by, self.trial = idea, by, trial
        if not (trial and trial.picture):
            del self.fields["remove_picture"]

    def first_fields(self) -> list:
        """The three that are enough."""
        return [self[name] for name in self.FIRST]

    def more_fields(self) -> list:
        """What is behind “Tell more”."""
        return [field for field in self.visible_fields() if field.name not in self.FIRST]

    def has_more(self) -> bool:
        """Whether something behind it is filled in or wrong, so that it has to stand open."""
        return any(field.errors or field.value() for field in self.more_fields())

    def clean(self) -> dict:
        facts = super().clean()
        first, last = facts.get("first_on"), facts.get("last_on")
        if last and not first:
            self.add_error("first_on", _("Enter the first day too."))
        elif last and last < first:
            self.add_error("last_on", _("The last day is before the first one."))
        self._clean_picture(facts)
        return facts

    def _clean_picture(self, facts: dict) -> None:
        keeps = self.trial and self.trial.picture and not facts.get("remove_picture")
        if facts.get("picture") or keeps:
            if not facts.get("picture_alt"):
                self.add_error("picture_alt", _("Say in one sentence what the picture shows."))
            if not facts.get("picture_agreed"):
                self.add_error("picture_agreed", _("Without their yes, the picture cannot be kept."))

    def save(self) -> Trial:
        facts = {name: self.cleaned_data[name] for name in self.FACTS}
        facts["picture"] = self.cleaned_data["picture"] or (False if self.cleaned_data.get("remove_picture") else None)
        if not (facts["picture"] or (self.trial and self.trial.picture)):
            facts |= {"picture_alt": "", "picture_agreed": False}
        if self.trial:
            seen = self.cleaned_data["revision"] or 0
            return actions.change_trial(trial=self.trial, by=self.by, seen_revision=seen, **facts)
        return actions.write_trial(idea=self.idea, by=self.by, token=self.cleaned_data["token"], **facts)

    def clean_token(self):
        """A trial that is there needs none; a new one without is a new one."""
        return self.cleaned_data["token"] or self.fresh_token()

    @staticmethod
    def fresh_token():
        return uuid.uuid4()
