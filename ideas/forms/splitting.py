"""How staff make a second case of one whose text holds two ideas."""

from django.utils.translation import gettext_lazy as _

from ideas.actions import splitting
from ideas.forms.moderation import CaseForm, text
from ideas.models import Idea, Transition
from unlimited.content.forms import PlainTextField


class SplitForm(CaseForm):
    name, kind, statuses = "del", Transition.Kind.SPLIT, splitting.STATUSES
    heading = _("Make a second case of it")
    words = _(
        "Where one text holds two ideas. This case stays as it is. Keep what belongs to the second idea, in the "
        "author's words. They get a mail, and say themselves whether the new one may be published."
    )
    button = _("Make the second case")
    done = _("There are two cases now, and the author is told.")
    action = splitting.split_idea
    title = PlainTextField(
        label=_("A name for the second idea"), max_length=80, error_messages={"required": _("Give it a name.")}
    )
    need = text(_("What is missing in your neighbourhood?"), missing=_("Keep what belongs to the second idea."))
    proposal = text(_("What would you like to do?"), most=8000, missing=_("Keep what belongs to the second idea."))
    reason = text(_("Why are these two ideas?"), rows=3, missing=_("Write why. The author reads it."))

    def start(self, idea: Idea) -> dict:
        return {"need": idea.need, "proposal": idea.proposal}
