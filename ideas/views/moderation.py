"""The desk's pages about ideas: the queue, one case, and what can be done with it."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ideas.actions.answers import UnfinishedTextError
from ideas.actions.notes import NotForThemError
from ideas.actions.transitions import EditedElsewhereError, IdeaBusyError, IdeaError
from ideas.comparison import differences
from ideas.forms.bulk import CHOICES as BULK_CHOICES
from ideas.forms.bulk import Selection
from ideas.forms.case import ANSWER_FORMS, CASE_FORMS, HOLDER_FORMS, PUBLIC_FORMS, SAY_FORMS
from ideas.forms.moderation import CaseForm, QueueFilter
from ideas.forms.moving import MoveForm
from ideas.forms.notes import ReplyForm
from ideas.models import AnswerTemplate, Appeal, Idea, Theme, Transition, Version
from ideas.models.answers import Offer, offers_at
from ideas.models.moderation import History, history_of
from ideas.models.openings import openings_of
from ideas.models.promise import with_closed_days
from ideas.models.sharing import with_absence, with_team
from ideas.views.pictures import picture_answer
from ideas.views.sides import staff_case
from incubators.rules import incubators_led_by, incubators_moderated_by
from unlimited.content.paging import count_up_to, keyset_page
from unlimited.content.templatetags.site_text import moment
from unlimited.content.typed import asks

ROWS, MOST_VERSIONS = 25, 20
# Reading all that there is of 25 ideas and their people costs more than drawing this.
SHOWN_IN_QUEUE = (
    "uuid", "title", "proposal", "need", "language", "status", "answer_due_on", "answered_at", "submitted_at",
    "new_due_on", "staff_acted_at",
    "incubator__name", "author__name", "author__email", "taken_by__name", "taken_by__email",
    "desk_entry__person_name", "desk_entry__claimed_at",
)  # fmt: skip


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The cases of my incubators: what waits for an answer, the most overdue first."""
    if not request.user.has_perm("ideas.view_queue"):
        raise PermissionDenied
    chosen = QueueFilter(request.GET, user=request.user)
    cases = chosen.narrow(Idea.objects.cases_of(request.user))
    cases = cases.select_related("incubator", "author", "taken_by", "desk_entry")
    cases = with_absence(with_closed_days(cases.only(*SHOWN_IN_QUEUE)))
    page = keyset_page(
        cases, query=request.GET, size=ROWS, fetch=lambda rows, count: rows.first_matching(chosen.text, count)
    )
    is_lost = chosen.text and not page.rows
    context = {
        "filter": chosen,
        "page": page,
        "suggestion": Idea.objects.cases_of(request.user).suggestion_for(chosen.text) if is_lost else "",
        "count": None if chosen.text else count_up_to(cases),
        "moderated": incubators_moderated_by(request.user),
        "bulk_choices": BULK_CHOICES,
        "chosen": request.GET.getlist(Selection.FIELD),
        "query": request.GET.urlencode(),
    }
    return render(request, "ideas/moderation/queue.html", context)


@require_safe
def case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _render_case(request, _case_of(request, uuid))


@require_safe
def case_version(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """The author's words as they were sent in that time."""
    idea = _case_of(request, uuid)
    version = get_object_or_404(idea.versions, number=number)
    context = {"idea": idea, "version": version, "themes": _themes_of(version)}
    return render(request, "ideas/moderation/version.html", context)


@require_safe
def case_comparison(request: HttpRequest, uuid: UUID, older: int, newer: int) -> HttpResponse:
    """Two versions side by side."""
    idea = _case_of(request, uuid)
    versions = [get_object_or_404(idea.versions, number=number) for number in (older, newer)]
    context = {"idea": idea, "older": versions[0], "newer": versions[1], "differences": differences(*versions)}
    return render(request, "ideas/moderation/comparison.html", context)


@require_safe
def case_picture(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """The picture as it was sent in that time, whatever the author has done with it since."""
    version = get_object_or_404(_case_of(request, uuid).versions, number=number)
    if not version.texts["picture"]:
        raise Http404
    return picture_answer(request, version.texts["picture"])


@asks(name=CASE_FORMS)
def act(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """Do one of the things on the case's page; where it cannot be done, show the page anew with all that was typed."""
    if name not in CASE_FORMS:
        raise Http404
    if request.method == "POST" and name == MoveForm.name and _moved_by_me(request, uuid):
        return _back_to_case(request, uuid)
    idea = _case_of(request, uuid)
    if request.method != "POST":
        return redirect("ideas:case", uuid=uuid)
    if not request.user.has_perm("ideas.moderate_idea", idea):
        raise PermissionDenied
    form = CASE_FORMS[name](request.POST, idea=idea)
    if "use_text" in request.POST:
        return _render_case(request, idea, form.with_text(_chosen_text(request, idea)))
    problem = _save(form, request.user)
    if problem == HTTPStatus.CONFLICT:
        idea = _case_of(request, uuid)
        form = form.seen_anew(idea)
    if problem:
        return _render_case(request, idea, form, status=problem)
    messages.success(request, form.done)
    return _back_to_case(request, uuid)


def _back_to_case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The case as it is now; the queue where it has gone to colleagues elsewhere."""
    if Idea.objects.cases_of(request.user).filter(uuid=uuid).exists():
        return redirect("ideas:case", uuid=uuid)
    return redirect("ideas:queue")


def _moved_by_me(request: HttpRequest, uuid: UUID) -> bool:
    """A button pressed twice that took the case away from who pressed it."""
    last = Transition.objects.filter(idea__uuid=uuid).order_by("-revision").first()
    return last is not None and last.kind == Transition.Kind.MOVED and last.by_id == request.user.pk


def _save(form: CaseForm, user) -> HTTPStatus | None:
    """Do what the form says; where that is not possible, say so on it and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form.save(by=user)
    except IdeaBusyError:
        form.add_error(None, _("Someone else is saving this case just now. Nothing is lost. Try again."))
        return HTTPStatus.SERVICE_UNAVAILABLE
    except UnfinishedTextError as problem:
        form.tell_unfinished(problem.fields)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except NotForThemError as problem:
        form.tell_not_for_them(problem.people)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    except IdeaError as problem:
        if not (isinstance(problem, EditedElsewhereError) and problem.is_of(user, form.kind)):
            form.add_error(None, _what_happened(problem))
            return HTTPStatus.CONFLICT
    return None


def _chosen_text(request: HttpRequest, idea: Idea) -> AnswerTemplate | None:
    """The text that was chosen to begin with; none where it is gone or never was."""
    texts = idea.incubator.answer_templates.filter(is_active=True)
    return next((text for text in texts if str(text.uuid) == request.POST.get("text")), None)


def _case_of(request: HttpRequest, uuid: UUID) -> Idea:
    beside = "incubator", "author", "taken_by", "desk_entry", "organisation"
    cases = Idea.objects.select_related(*beside)
    return staff_case(request, uuid, with_absence(with_closed_days(with_team(cases))))


def _themes_of(version: Version) -> list[Theme]:
    return list(Theme.objects.filter(slug__in=version.texts["themes"]))


def _what_happened(problem: IdeaError) -> str:
    if not isinstance(problem, EditedElsewhereError):
        return _("This cannot be done with the case as it is now. What you wrote is still here.")
    if problem.last is None:
        return _("The author has changed something since you opened the page. Nothing is sent. What you wrote is here.")
    facts = {
        "who": problem.last.by or _("Someone"),
        "what": problem.last.get_kind_display(),
        "when": moment(problem.last.at),
    }
    return _(
        "The case has changed since you opened the page. %(who)s: “%(what)s”, %(when)s. "
        "Nothing is sent. What you wrote is here."
    ) % facts  # fmt: skip


def _open_appeals(history: History) -> list[Appeal]:
    """The appeals that wait, against decisions in this piece of the history."""
    changes = [entry.transition for entry in history.entries if entry.transition]
    appeals = [change.appeal for change in changes if hasattr(change, "appeal")]
    return [appeal for appeal in appeals if appeal.is_open]


def _reply_form(
    request: HttpRequest, idea: Idea, history: History, sent: CaseForm | None, offers: list[Offer]
) -> ReplyForm | None:
    """The form that answers what somebody chose to reply to; none where that is not in this piece of the history."""
    is_sent = isinstance(sent, ReplyForm)
    form = sent if is_sent else ReplyForm(idea=idea, begun={"reply_to": request.GET.get("svar", "")})
    form.offer(offers)
    chosen = str(form["reply_to"].value())
    notes = [entry.note for entry in history.entries if entry.note]
    form.parent = next((note for note in notes if str(note.uuid) == chosen), None)
    return form if is_sent or form.parent else None


def _render_case(request: HttpRequest, idea: Idea, sent: CaseForm | None = None, status: int = 200) -> HttpResponse:
    may_moderate = request.user.has_perm("ideas.moderate_idea", idea)
    # The reader needs no mention of themselves.
    me = str(request.user.uuid)
    offers = [one for one in offers_at(idea.incubator) if one.value != me] if may_moderate else []

    def possible(kinds: tuple) -> list[CaseForm]:
        forms = [form for form in kinds if may_moderate and form.is_possible(idea, request.user)]
        forms = [sent if sent and form.name == sent.name else form(idea=idea) for form in forms]
        for form in forms:
            form.offer(offers)
        return forms

    history = history_of(idea, reader=request.user, before=request.GET.get("eldre", ""))
    versions = list(idea.versions.order_by("-number")[:MOST_VERSIONS])
    context = {
        "idea": idea,
        # While the author changes the idea, its fields are a draft of theirs: staff read what was sent in.
        "version": versions[0],
        "versions": versions,
        "themes": _themes_of(versions[0]),
        "appeals": _open_appeals(history) if may_moderate else [],
        "sent": sent,
        "may_moderate": may_moderate,
        "may_merge": may_moderate and idea.status in Idea.OPEN_STATUSES,
        "is_stranded": sent is not None and not sent.is_possible(idea, request.user),
        "holder_forms": possible(HOLDER_FORMS),
        "groups": [possible(ANSWER_FORMS), possible(SAY_FORMS), possible(PUBLIC_FORMS)],
        "redactions": idea.active_redactions,
        "openings": openings_of(idea) if idea.incubator_id in incubators_led_by(request.user) else None,
        "history": history,
        "before": request.GET.get("eldre", ""),
        "reply": _reply_form(request, idea, history, sent, offers) if may_moderate else None,
        "next_case": with_closed_days(Idea.objects.submitted_to(request.user)).most_urgent(besides=idea),
    }
    return render(request, "ideas/moderation/case.html", context, status=status)
