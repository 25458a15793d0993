"""What a leader has to know of: who may be in danger, what was promised or forgotten, how much each has, the money."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.db.models.functions import NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ideas.forms.moderation import QueueFilter
from ideas.models import Appeal, Concern, Idea
from ideas.models.agreements import money_to_settle, with_money, with_money_to_settle
from ideas.models.forgotten import Forgotten, forgotten
from ideas.models.promise import Month, months_of_promises
from ideas.models.sharing import with_absence
from ideas.models.support import with_caseload
from incubators.models import Incubator, Membership
from incubators.rules import incubators_answered_for, incubators_led_by
from unlimited.content.bars import Bars, bars_of
from unlimited.content.templatetags.site_text import month

ROWS, MOST_APPEALS, PLACES = 25, 10, 50
LATE = "late"
SHOWN = (
    "uuid", "title", "proposal", "need", "language", "status", "answer_due_on", "answered_at", "new_due_on",
    "staff_acted_at", "incubator__name", "taken_by__name", "taken_by__email",
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """Ideas that a leader has to see to. `all_well` is said where there are none, `queue` is where all of them are."""

    name: str
    heading: Promise
    all_well: Promise
    queue: str = ""
    rows: list[Idea] = field(default_factory=list)

    @property
    def shown(self) -> list[Idea]:
        return self.rows[:ROWS]

    @property
    def is_more(self) -> bool:
        return len(self.rows) > ROWS


# The most urgent first: what we promised, then what has nobody, then what somebody is to be asked about.
SECTIONS = (
    Section(LATE, gettext_lazy("Late answers"), gettext_lazy("Nobody waits longer than they were promised.")),
    Section(
        Forgotten.QUIET,
        gettext_lazy("Ideas that nobody has touched for long"),
        gettext_lazy("Something is being done with each idea taken in."),
        QueueFilter.QUIET,
    ),
    Section(
        Forgotten.UNSUPPORTED,
        gettext_lazy("Ideas without a supporter"),
        gettext_lazy("Each idea taken in has a supporter, or somebody is asked."),
        QueueFilter.UNSUPPORTED,
    ),
    Section(
        Forgotten.UNANSWERED,
        gettext_lazy("Asked about support, and no answer"),
        gettext_lazy("Nobody has waited a week for an answer about support."),
    ),
    Section(
        Forgotten.SILENT,
        gettext_lazy("Supporters who have not been in touch"),
        gettext_lazy("All supporters are in touch with their authors."),
    ),
    Section(
        Forgotten.TALK,
        gettext_lazy("Talks that should have been held"),
        gettext_lazy("No agreement waits for its talk."),
    ),
    Section(
        Forgotten.STILL,
        gettext_lazy("Supported, and nothing is planned"),
        gettext_lazy("Each idea with a supporter has something ahead."),
    ),
)


@require_safe
def leader(request: HttpRequest) -> HttpResponse:
    """What is most urgent first; each idea is listed once, by its most urgent reason (`Forgotten`)."""
    if not request.user.has_perm("ideas.view_leader_list"):
        raise PermissionDenied
    led = incubators_led_by(request.user)
    concerns = Concern.objects.filter(incubator__in=incubators_answered_for(request.user)).open()
    appeals = Appeal.objects.open().readable_by(request.user)
    sections = _sections(led)
    months = months_of_promises(led)
    money = with_money(Incubator.objects.filter(pk__in=led), timezone.localdate().year)
    money = list(with_money_to_settle(money).order_by("name")[:PLACES])
    context = {
        "concerns": list(concerns.select_related("incubator", "written_by")[:ROWS]),
        "appeals": list(appeals.with_case().order_by("due_on", "pk")[:MOST_APPEALS]),
        "sections": [section for section in sections if section.rows],
        "all_well": _all_well(sections),
        "places": list(_caseload(led)[: PLACES + 1]),
        "most_places": PLACES,
        "to_settle": money_to_settle(money),
        "most_rows": ROWS,
        "money": money,
        "leads_several": len(led) > 1,
        "months": months,
        "chart": _chart(months),
    }
    return render(request, "ideas/leader/list.html", context)


def _sections(led: list[int]) -> list[Section]:
    """The lists with one row more than is shown, so that the page knows whether there are others."""
    cases = Idea.objects.filter(incubator__in=led).select_related("incubator", "taken_by").only(*SHOWN)
    cases = with_absence(cases)
    rows = {LATE: list(cases.overdue().order_by("answer_due_on", "pk")[: ROWS + 1])}
    for idea in forgotten(cases, most=ROWS + 1):
        rows.setdefault(idea.forgotten_as, []).append(idea)
    return [Section(one.name, one.heading, one.all_well, one.queue, rows.get(one.name, [])) for one in SECTIONS]


def _all_well(sections: list[Section]) -> list[Promise]:
    """What is as it should be. As an idea stands in one list only, an empty one says nothing of what stands before."""
    filled = [Forgotten.values.index(one.name) for one in sections if one.rows and one.name != LATE]
    sure_of = [LATE, *Forgotten.values[: min(filled, default=len(Forgotten))]]
    return [one.all_well for one in sections if one.name in sure_of and not one.rows]


def _caseload(led: list[int]):
    """The supporters of now at the incubators with these ids, the fullest first."""
    places = Membership.objects.current().filter(
        incubator__in=led, role=Membership.Role.SUPPORTER, user__is_active=True
    )
    fullness = F("ideas_now") * 100 / NullIf(F("capacity"), 0)
    places = with_caseload(places.select_related("user", "incubator"))
    return places.order_by(fullness.desc(nulls_first=True), "-ideas_now", "user__name", "user__email", "pk")


def _chart(months: list[Month]) -> Bars:
    """The months as bars; the table below them says the same."""
    rows = [(month(one.first), (one.kept, one.late, one.waiting)) for one in months]
    return bars_of([_("In time"), _("Too late"), _("Still waiting")], rows)
