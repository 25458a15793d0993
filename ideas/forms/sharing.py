"""How a case goes from one colleague to another, and how several work on it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.actions import sharing
from ideas.forms.moderation import CaseForm, text
from ideas.models import Idea, Transition
from ideas.models.answers import Offer, offers_at
from unlimited.users.models import User


class _ColleagueForm(CaseForm):
    """One that names a colleague who could open the case."""

    kind: Transition.Kind | None = None
    statuses = Idea.OPEN_STATUSES
    colleague = forms.ChoiceField(label=_("Which colleague?"), error_messages={"required": _("Choose a colleague.")})

    def __init__(self, data=None, *, idea: Idea, **kwargs):
        super().__init__(data, idea=idea, **kwargs)
        if self.is_bound:
            self.offer(offers_at(idea.incubator))

    def offer(self, offers: list[Offer]) -> None:
        """Name the colleagues, but for those who are on it."""
        super().offer(offers)
        on_it = self.on_it()
        moderators = [one for one in offers if one.what == "colleague" and one.kind != "supporter"]
        colleagues = {one.value: one.label for one in moderators if one.value not in on_it}
        self.fields["colleague"].choices = [("", _("Choose")), *colleagues.items()]

    def on_it(self) -> set[str]:
        """Who need not be named: who has the case."""
        return {str(self.idea.taken_by.uuid)} if self.idea.taken_by else set()

    def clean_colleague(self) -> User:
        """Return the person; the choice is one of those who work here now."""
        return User.objects.get(uuid=self.cleaned_data["colleague"])


class PassOnForm(_ColleagueForm):
    name, kind = "gi-videre", Transition.Kind.PASSED_ON
    heading = _("Pass the case on to a colleague")
    button = _("Pass it on")
    done = _("The case is passed on, and your colleague is told by mail.")
    action = sharing.pass_on_idea
    colleague = forms.ChoiceField(
        label=_("Who takes it from here?"), error_messages={"required": _("Choose a colleague.")}
    )
    internal_note = text(
        _("Where does it stand?"),
        rows=3,
        help_text=_("Only those who work at the incubator read it."),
        missing=_("Write where it stands, so that they can go on from there."),
    )


class AskAlongForm(_ColleagueForm):
    name, kind = "be-med", Transition.Kind.ASKED_ALONG
    heading = _("Ask a colleague along")
    words = _(
        "They work on the case together with the one who has it: they read what is written to those on the case, and "
        "get a mail when the author writes."
    )
    button = _("Ask them along")
    done = _("Your colleague works on the case from now on, and is told by mail.")
    action = sharing.ask_along
    internal_note = text(
        _("What would you like them to do?"),
        rows=3,
        required=False,
        help_text=_("Only those who work at the incubator read it."),
    )

    def on_it(self) -> set[str]:
        """Who has the case, and the team."""
        return super().on_it() | {one["uuid"] for one in self.idea.team}


class LeaveTeamForm(CaseForm):
    name, kind = "ga-ut", Transition.Kind.LEFT_TEAM
    heading = button = _("Leave the case to the others")
    done = _("You no longer work on the case.")
    action = sharing.leave_team

    @classmethod
    def is_possible(cls, idea: Idea, user) -> bool:
        return any(one["uuid"] == str(user.uuid) for one in idea.team)
