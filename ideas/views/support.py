"""Who supports an idea: the page staff read, the page its author reads, and the supporter's own list."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, OuterRef, Q, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ideas.actions import support as actions
from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError
from ideas.forms.support import SUPPORT_FORMS, AskSupporterForm, SupportForm
from ideas.models import Idea, Side, SupportRelation
from ideas.views.sides import back_to, my_sent_idea, staff_case
from ideas.views.submission import BUSY
from ideas.waiting import waits_on
from unlimited.content.methods import form_page
from unlimited.content.paging import keyset_page
from unlimited.content.typed import asks
from unlimited.lookups import Found

ROWS, MOST_EARLIER, MOST_OTHERS = 25, 20, 50
SHOWN = (
    "uuid", "status", "contact_at", "asked_at", "asked_by", "supporter", "idea__uuid", "idea__title",
    "idea__proposal", "idea__need", "idea__language", "idea__status", "idea__step", "idea__incubator__name",
)  # fmt: skip


@never_cache
@require_safe
def supported(request: HttpRequest) -> HttpResponse:
    """The ideas that I support: what I am asked about, then those at work, the longest without contact first."""
    if not request.user.has_perm("ideas.support_ideas"):
        raise PermissionDenied
    mine = SupportRelation.objects.of_supporter(request.user).select_related("idea__incubator").only(*SHOWN)
    offered = mine.filter(status=SupportRelation.Status.OFFERED).order_by("asked_at")[:ROWS]
    context = {
        "waiting": waits_on(request.user, Side.SUPPORTER),
        "offered": [one for one in offered if not one.is_own_wish],
        "wishes": [one for one in offered if one.is_own_wish],
        "others": _others(request.user),
        "page": keyset_page(mine.active().order_by("contact_at", "pk"), query=request.GET, size=ROWS),
    }
    return render(request, "ideas/support/mine.html", context)


def _others(user) -> QuerySet[Idea]:
    """Ideas that `user` knows by title; `is_free`: nobody supports it or is asked, so that they may ask for it."""
    relations = SupportRelation.objects.filter(idea=OuterRef("pk"))
    is_free = (
        Q(status__in=SupportRelation.SUPPORTED) & ~Found(relations.under_way()) & ~Found(relations.refused_to(user))
    )
    others = Idea.objects.known_by_title_to(user).annotate(is_free=Case(When(is_free, then=True), default=False))
    return others.only("uuid", "title", "language", "step").order_by("-is_free", "-answer_due_on", "-pk")[:MOST_OTHERS]


@never_cache
@require_POST
@asks()
def ask_for(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for an idea that one knows by title: its author answers, and only their yes opens the case."""
    idea = get_object_or_404(Idea.objects.known_by_title_to(request.user), uuid=uuid)
    try:
        actions.ask_supporter(idea=idea, by=request.user, seen_revision=None, supporter=request.user)
    except IdeaBusyError:
        messages.warning(request, BUSY)
    except IdeaGoneError as error:
        raise Http404 from error
    except IdeaError as problem:
        messages.warning(request, _why_not_theirs(problem))
    else:
        messages.success(request, _("The author is asked. You can open the idea when they have said yes."))
    return redirect("ideas:supported")


@never_cache
@require_POST
@asks()
def withdraw_wish(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back that one asked for an idea, while its author has not answered."""
    wishes = SupportRelation.objects.of_supporter(request.user).filter(asked_by=request.user)
    wish = get_object_or_404(wishes.select_related("idea"), uuid=uuid)
    try:
        if not wish.is_own_wish:
            raise actions.SupportOverError
        actions.decline_support(relation=wish, by=request.user)
    except IdeaBusyError:
        messages.warning(request, BUSY)
    except IdeaError:
        messages.warning(request, _("This is not possible any more. Here is how it stands now."))
    else:
        messages.success(request, _("You have taken it back."))
    return redirect("ideas:supported")


@never_cache
@form_page
@asks(AskSupporterForm)
def support(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who supports a case; POST asks somebody."""
    idea = staff_case(request, uuid)
    form = AskSupporterForm(request.POST if request.method == "POST" else None, idea=idea, by=request.user)
    if not form.is_bound:
        return _show(request, idea, is_mine=False, ask=form)
    status = _ask(form)
    if status is None:
        messages.success(request, _("The question is sent."))
        return redirect("ideas:support", idea.uuid)
    return _show(request, staff_case(request, uuid), is_mine=False, ask=form, status=status)


@never_cache
@require_safe
def mine(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who supports my idea."""
    return _show(request, my_sent_idea(request, uuid), is_mine=True)


@never_cache
@form_page
@asks(name=SUPPORT_FORMS)
def act(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """Answer, write down contact, or end it: as staff, or as the author."""
    if name not in SUPPORT_FORMS:
        raise Http404
    relation = get_object_or_404(SupportRelation.objects.select_related("idea", "supporter"), uuid=uuid)
    is_mine = relation.idea.author_id == request.user.pk
    find_idea = my_sent_idea if is_mine else staff_case
    idea = relation.idea = find_idea(request, relation.idea.uuid)
    if request.method != "POST":
        return back_to(request, "support", idea, is_mine=is_mine)
    form = SUPPORT_FORMS[name](request.POST, relation=relation)
    if not form.is_possible(relation, request.user):
        messages.warning(request, _("This is not possible any more. Here is how it stands now."))
        status = HTTPStatus.CONFLICT if form.typed else None
    else:
        status = _save(form, request.user)
        if status is None:
            messages.success(request, form.done)
    if status is None:
        return back_to(request, "support", idea, is_mine=is_mine)
    # Read anew: what stood in the way can be that the person has lost access meanwhile.
    return _show(request, find_idea(request, idea.uuid), is_mine=is_mine, sent=form, status=status)


def _ask(form: AskSupporterForm) -> HTTPStatus | None:
    """Ask; where that is not possible, say so on the form and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form.save()
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaGoneError as error:
        raise Http404 from error
    except IdeaError as problem:
        form.add_error(None, _what_happened(problem))
        form.data = form.data.copy()
        form.data["revision"] = Idea.objects.values_list("revision", flat=True).get(pk=form.idea.pk)
        return HTTPStatus.CONFLICT
    return None


def _save(form: SupportForm, user) -> HTTPStatus | None:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form.save(by=user)
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaGoneError as error:
        raise Http404 from error
    except IdeaError as problem:
        form.add_error(None, _what_happened(problem))
        return HTTPStatus.CONFLICT
    return None


def _what_happened(problem: IdeaError) -> str:
    if isinstance(problem, actions.NoRoomError):
        return _("They have as many ideas as they have room for. Ask somebody else, or end something first.")
    if isinstance(problem, actions.NotASupporterError):
        return _("They are no supporter at this incubator any more.")
    if isinstance(problem, actions.AskedAlreadyError):
        return _("Somebody is asked already, or has the idea. See below how it stands.")
    if isinstance(problem, actions.RefusedBeforeError):
        return _refused_before()
    return _("The case has changed since you opened the page. Nothing is sent. What you wrote is here.")


def _why_not_theirs(problem: IdeaError) -> str:
    """Say why somebody cannot ask for an idea."""
    if isinstance(problem, actions.NoRoomError):
        return _("You have as many ideas as you have room for.")
    if isinstance(problem, actions.AskedAlreadyError):
        return _("Somebody supports the idea already, or is asked.")
    if isinstance(problem, actions.RefusedBeforeError):
        return _refused_before()
    return _("This is not possible any more. Here is how it stands now.")


def _refused_before() -> str:
    return _("You have asked about this idea before, and the answer was no. Talk with the leader of the incubator.")


def _show(
    request: HttpRequest,
    idea: Idea,
    *,
    is_mine: bool,
    ask: AskSupporterForm | None = None,
    sent: SupportForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page with the forms that are possible for this reader."""
    relations = list(idea.support_relations.select_related("supporter", "asked_by", "ended_by")[:MOST_EARLIER])
    under_way = [(one, _possible(one, idea, request.user, sent)) for one in relations if one.is_under_way]
    if not is_mine and ask is None:
        ask = AskSupporterForm(idea=idea, by=request.user)
    is_open = idea.status in SupportRelation.SUPPORTED
    can_ask = ask is not None and is_open and not any(one.is_waiting for one, _forms in under_way)
    is_shown = can_ask if sent is None else any(sent in forms for _one, forms in under_way)
    context = {
        "idea": idea,
        "under_way": under_way,
        "earlier": [one for one in relations if one.status == SupportRelation.Status.ENDED],
        "declined": [one for one in relations if one.status == SupportRelation.Status.DECLINED],
        "ask": ask if can_ask else None,
        "sent": sent or ask,
        "is_stranded": not is_shown and (sent or ask) is not None and (sent or ask).is_bound,
    }
    template = "ideas/support/my_idea.html" if is_mine else "ideas/support/case.html"
    return render(request, template, context, status=status)


def _possible(relation: SupportRelation, idea: Idea, user, sent: SupportForm | None) -> list[SupportForm]:
    relation.idea = idea
    forms = [form for form in SUPPORT_FORMS.values() if form.is_possible(relation, user)]
    return [
        sent if sent and (sent.name, sent.relation) == (form.name, relation) else form(relation=relation)
        for form in forms
    ]
