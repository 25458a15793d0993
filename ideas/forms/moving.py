"""How a case goes to another incubator, and how that one asks for more time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.actions import moving
from ideas.forms.moderation import CaseForm, text
from ideas.models import Idea, Transition
from ideas.models.answers import Offer, offers_at
from incubators.models import Incubator
from unlimited.content.templatetags.site_text import day as in_words


class MoveForm(CaseForm):
    name, kind, statuses = "flytt", Transition.Kind.MOVED, Idea.OPEN_STATUSES
    heading = _("Move the case to another incubator")
    words = _(
        "Talk with them first. Your colleagues there read the notes too. The author gets a mail, and the date they "
        "were promised stays."
    )
    button = _("Move the case")
    done = _("The case is moved, and the author is told.")
    action = moving.move_idea
    to = forms.ChoiceField(label=_("To which incubator?"), error_messages={"required": _("Choose an incubator.")})
    reason = text(_("Why do you move it?"), rows=3, missing=_("Write why it moves. The author reads it."))
    internal_note = text(
        _("Where does it stand?"),
        rows=3,
        required=False,
        help_text=_("Only those who work at the incubator read it."),
    )

    def __init__(self, data=None, *, idea: Idea, **kwargs):
        super().__init__(data, idea=idea, **kwargs)
        if self.is_bound:
            self.offer(offers_at(idea.incubator))

    def offer(self, offers: list[Offer]) -> None:
        """Name the other incubators."""
        super().offer(offers)
        others = [(one.value, one.name) for one in offers if one.what == "incubator"]
        self.fields["to"].choices = [("", _("Choose")), *others]

    def clean_to(self) -> Incubator:
        """Return the incubator; the choice is one of those that are open now."""
        return Incubator.objects.get(slug=self.cleaned_data["to"])


class LaterDateForm(CaseForm):
    name, kind = "senere-frist", Transition.Kind.LATER_ASKED
    heading = _("Ask for a later date")
    words = _(
        "The case came from another incubator, and the author was promised an answer. They say yes or no. Until they "
        "say yes, the date stays. You can ask once."
    )
    button = _("Ask the author")
    done = _("The author is asked. Until they say yes, the date stays.")
    action = moving.ask_for_later_date
    day = forms.DateField(
        label=_("By which day do you answer?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day.")},
    )
    reason = text(_("Why do you need more time?"), rows=3, missing=_("Write why. The author reads it."))

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        return idea.may_ask_for_later and idea.is_waiting_for_answer and idea.author_id is not None

    def clean_day(self):
        """Refuse a day out of bounds with the words that help; the action looks once more, under the lock."""
        chosen, (first, last) = self.cleaned_data["day"], moving.days_to_ask_for(self.idea)
        if not first <= chosen <= last:
            bounds = {"first": in_words(first), "last": in_words(last)}
            raise forms.ValidationError(_("Choose a day from %(first)s to %(last)s."), params=bounds)
        return chosen


class LaterDateAnswerForm(forms.Form):
    """The author's answer: two buttons, and the day that stood beside them."""

    YES, NO = "ja", "nei"

    day = forms.DateField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[(YES, YES), (NO, NO)])
