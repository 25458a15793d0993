"""May two ideas become one: staff choose the other, authors answer, and staff write down what is said to them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.actions.merging import CircularMergeError
from ideas.forms.moderation import text
from ideas.models import Idea, Merge
from unlimited.content.forms import PlainTextField
from unlimited.content.search import LONGEST_QUERY

MOST_FOUND = 20
WHY_NOT = {
    CircularMergeError.SAME: _("This is the same idea. Choose another one."),
    CircularMergeError.TARGET_IS_MERGED: _("That idea has itself become one with another. Choose that one."),
    CircularMergeError.TARGET_GOES: _(
        "It is already asked whether that idea may go into another one. They cannot go in a circle: wait for the "
        "answer, or choose that other one."
    ),
    CircularMergeError.SOURCE_WAITS: _(
        "It is already asked whether another idea may go into this one. They cannot go in a circle: wait for the "
        "answer, or take that question back."
    ),
    CircularMergeError.SOURCE_GOES: _("It is already asked whether this idea may go into another one."),
}


class MergeForm(forms.Form):
    """Which idea goes on, and why. Only open cases that `user` answers for are found, so that no other is told of."""

    q = PlainTextField(
        label=_("Search for the other idea"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST_QUERY}),
    )
    target = forms.ChoiceField(
        label=_("Which idea goes on?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the idea that goes on."),
            "invalid_choice": _("That idea is not among those that are open and yours to answer. Choose another one."),
        },
    )
    reason = text(_("Why are they one idea?"), rows=3, missing=_("Write why. Both authors read it."))

    def __init__(self, data=None, *, idea: Idea, user, begun: dict | None = None):
        """`begun` is what has been typed while somebody still searches: it stands there again."""
        super().__init__(data, initial=begun)
        typed = (begun if data is None else data) or {}
        others = Idea.objects.submitted_to(user).filter(status__in=Idea.OPEN_STATUSES).exclude(pk=idea.pk)
        others = others.select_related("incubator").order_by("-submitted_at", "-pk")
        wanted = str(typed.get("q") or "").replace("\x00", "")[:LONGEST_QUERY]
        self.found = {str(one.uuid): one for one in others.first_matching(wanted, MOST_FOUND)}
        self.fields["target"].choices = [(key, f"{one} · {one.incubator.name}") for key, one in self.found.items()]

    def clean_target(self) -> Idea:
        return self.found[self.cleaned_data["target"]]

    def tell_why_not(self, why: str) -> None:
        self.add_error("target", WHY_NOT[why])


class MergeAnswerForm(forms.Form):
    """An author's answer: two buttons, and a word where they like."""

    YES, NO = "ja", "nei"
    marks_optional = True

    merge = forms.UUIDField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[(YES, YES), (NO, NO)])
    words = PlainTextField(label=_("A word to the incubator"), max_length=400, required=False)


class SpokenMergeYesForm(forms.Form):
    """How somebody without an account here said yes."""

    words = PlainTextField(
        label=_("When and how did they say yes?"),
        max_length=400,
        error_messages={"required": _("Write when and how they said yes.")},
    )
    side = forms.ChoiceField(choices=Merge.Side, widget=forms.HiddenInput)
