"""How a case goes from one colleague to another."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ideas.actions import sharing
from ideas.forms.moderation import CaseForm, text
from ideas.models import Idea, Transition
from ideas.models.answers import Offer, offers_at
from unlimited.users.models import User


class PassOnForm(CaseForm):
    name, kind, statuses = "gi-videre", Transition.Kind.PASSED_ON, Idea.OPEN_STATUSES
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

    def __init__(self, data=None, *, idea: Idea, **kwargs):
        super().__init__(data, idea=idea, **kwargs)
        if self.is_bound:
            self.offer(offers_at(idea.incubator))

    def offer(self, offers: list[Offer]) -> None:
        """Name the colleagues, but for the one who has it."""
        super().offer(offers)
        has_it = str(self.idea.taken_by.uuid) if self.idea.taken_by else ""
        colleagues = {one.value: one.name for one in offers if one.what == "colleague" and one.value != has_it}
        self.fields["colleague"].choices = [("", _("Choose")), *colleagues.items()]

    def clean_colleague(self) -> User:
        """Return the person; the choice is one of those who work here now."""
        return User.objects.get(uuid=self.cleaned_data["colleague"])
