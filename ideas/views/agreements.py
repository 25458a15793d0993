"""Agreements at each step, the same page for staff and author; and the incubator's budget."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ideas.actions import agreements as actions
from ideas.actions.transitions import IdeaBusyError, IdeaError, IdeaGoneError
from ideas.forms.agreements import AGREEMENT_FORMS, AgreementForm, BudgetForm, ProposeAgreementForm, SettleForm
from ideas.models import Agreement, Grant, Idea
from ideas.views.sides import back_to, case_at_work, my_sent_idea, opened_idea
from ideas.views.submission import BUSY
from incubators.models import Incubator
from incubators.rules import incubators_led_by
from unlimited.content.methods import form_page
from unlimited.content.typed import asks

MOST_EARLIER, ROWS = 20, 50


@never_cache
@form_page
@asks(ProposeAgreementForm)
def agreements(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The agreements of a case; POST proposes one."""
    idea = case_at_work(request, uuid)
    form = ProposeAgreementForm(request.POST or None, idea=idea, by=request.user)
    if request.method != "POST":
        return _show(request, idea, is_mine=False, propose=form)
    status = _save(form)
    if status is None:
        messages.success(request, _("The agreement is sent to the author."))
        return redirect("ideas:agreements", idea.uuid)
    return _show(request, idea, is_mine=False, propose=form, sent=form, status=status)


@never_cache
@require_safe
def mine(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The agreements about my idea."""
    return _show(request, my_sent_idea(request, uuid), is_mine=True)


@never_cache
@form_page
@asks(name=AGREEMENT_FORMS)
def act(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """Answer as the author; take back, or write how the talk went, as staff."""
    if name not in AGREEMENT_FORMS:
        raise Http404
    agreement = get_object_or_404(Agreement.objects.select_related("idea"), uuid=uuid)
    is_mine = Idea.objects.read_by_writers(request.user).filter(pk=agreement.idea_id).exists()
    idea = agreement.idea = opened_idea(request, agreement.idea.uuid, is_mine=is_mine)
    if request.method != "POST":
        return back_to(request, "agreements", idea, is_mine=is_mine)
    form = AGREEMENT_FORMS[name](request.POST, agreement=agreement)
    if is_mine != form.is_authors or (is_mine and idea.author_id != request.user.pk):
        raise PermissionDenied
    status = _save(form, by=request.user)
    if status is None:
        messages.success(request, form.done)
        return back_to(request, "agreements", idea, is_mine=is_mine)
    return _show(request, idea, is_mine=is_mine, sent=form, status=status)


@never_cache
@form_page
@asks(BudgetForm)
def budget(request: HttpRequest, slug: str) -> HttpResponse:
    """What an incubator has for ideas, what is given and to which; POST sets a year's."""
    incubator = get_object_or_404(Incubator, slug=slug)
    if not request.user.has_perm("ideas.keep_budget", incubator):
        raise PermissionDenied
    form = BudgetForm(request.POST or None, incubator=incubator, by=request.user)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _save(form)
        if status is None:
            messages.success(request, _("The budget is saved."))
            return redirect("ideas:budget", slug)
    given = Agreement.objects.filter(budget__incubator=incubator, kroner__gt=0).exclude(status="declined")
    context = {"incubator": incubator, "form": form, "budgets": incubator.budgets.all()[:ROWS]}
    context["grants"] = Grant.objects.filter(budget__incubator=incubator).select_related("budget")[:ROWS]
    context["agreements"] = given.select_related("idea").order_by("-proposed_at")[:ROWS]
    return render(request, "ideas/agreements/budget.html", context, status=status)


@never_cache
@form_page
@asks(SettleForm)
def settle(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The leader writes what was spent of an agreement that ended before the talk, also where its idea is deleted."""
    row = _given(request, uuid)
    form = SettleForm(request.POST or None, row=row)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _save(form, by=request.user)
        if status is None:
            messages.success(request, _("It is written down, and the rest is free again."))
            return redirect("ideas:leader")
    context = {"form": form, "row": row, "idea": row.idea if isinstance(row, Agreement) else None}
    return render(request, "ideas/agreements/settle.html", context, status=status)


def _given(request: HttpRequest, uuid: UUID) -> Agreement | Grant:
    """The money of an incubator that one leads, which is overtaken: of an agreement, or of one that is deleted."""
    led = {"budget__incubator__in": incubators_led_by(request.user), "uuid": uuid}
    overtaken = Agreement.objects.filter(outcome=Agreement.Outcome.OVERTAKEN, **led)
    row = overtaken.select_related("idea", "budget__incubator").first()
    return row or get_object_or_404(Grant.objects.select_related("budget__incubator"), **led)


def _save(form, **by) -> HTTPStatus | None:
    """Do it; where that is not possible, say so on the form and return how the page is answered."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form.save(**by)
    except IdeaBusyError:
        form.add_error(None, BUSY)
        return HTTPStatus.SERVICE_UNAVAILABLE
    except IdeaGoneError as error:
        raise Http404 from error
    except actions.OverdrawnError as problem:
        form.add_error("kroner", _overdrawn(form, problem.left))
        return HTTPStatus.CONFLICT
    except IdeaError as problem:
        form.add_error(None, _what_happened(problem))
        _take_new_revision(form)
        return HTTPStatus.CONFLICT
    return None


def _overdrawn(form, left: int | None) -> str:
    if isinstance(form, BudgetForm):
        return _("%(given)s kr are given or held already. The budget cannot be less.") % {"given": left}
    if left is None:
        return _("The incubator has no budget for that year. The leader can write one.")
    return _("Only %(left)s kr are left. Nothing is sent; what you wrote is here.") % {"left": left}


def _what_happened(problem: IdeaError) -> str:
    if isinstance(problem, actions.OpenAlreadyError):
        return _("There is an agreement already. See below how it stands; what you wrote is here.")
    if isinstance(problem, actions.NoFormError):
        return _("Before it is built: write on the page “Organisation” which form it gets, or that it is not decided.")
    if isinstance(problem, actions.NoSupporterError):
        return _("Nobody supports the idea now. Find a supporter first; what you wrote is here.")
    if isinstance(problem, actions.MoneySettledError):
        return _("Somebody else has written another number: %(spent)s kr.") % {"spent": problem.spent}
    return _("The case has changed since you opened the page. Nothing is sent. What you wrote is here.")


def _take_new_revision(form) -> None:
    """Let the next submit carry the revision that this page shows."""
    if "revision" in form.fields:
        form.data = form.data.copy()
        form.data["revision"] = Idea.objects.values_list("revision", flat=True).get(pk=form.idea.pk)


def _show(
    request: HttpRequest,
    idea: Idea,
    *,
    is_mine: bool,
    propose: ProposeAgreementForm | None = None,
    sent=None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page with the forms that are possible for this reader."""
    rows = list(idea.agreements.select_related("supporter")[:MOST_EARLIER])
    current = next((row for row in rows if row.is_open), None)
    forms = _forms(current, idea, is_mine=is_mine, user=request.user, sent=sent) if current else []
    may_propose = not is_mine and idea.status == Idea.Status.ACCEPTED
    has_supporter = may_propose and idea.support_relations.active().exists()
    if propose is None and may_propose:
        propose = ProposeAgreementForm(idea=idea, by=request.user)
    is_shown = (may_propose and has_supporter and not current) or (sent is not None and sent is propose)
    context = {
        "idea": idea,
        "is_mine": is_mine,
        "current": current,
        "forms": forms,
        "earlier": [row for row in rows if not row.is_open],
        "may_propose": may_propose,
        "has_supporter": has_supporter,
        "propose": propose if is_shown else None,
        "sent": sent,
        # The page also shows what was typed into a form that is no longer possible.
        "typed": _typed(sent) if sent and sent is not propose and sent not in forms else [],
    }
    template = "ideas/agreements/my_idea.html" if is_mine else "ideas/agreements/case.html"
    return render(request, template, context, status=status)


def _typed(form: AgreementForm) -> list[str]:
    return [form[field.name].value() for field in form.visible_fields() if form[field.name].value()]


def _forms(current: Agreement, idea: Idea, *, is_mine: bool, user, sent) -> list[AgreementForm]:
    current.idea = idea
    if is_mine and idea.author_id != user.pk:
        return []
    possible = [form for form in AGREEMENT_FORMS.values() if form.is_authors == is_mine and form.is_possible(current)]
    is_sent = isinstance(sent, AgreementForm) and sent.agreement == current
    return [sent if is_sent and sent.name == form.name else form(agreement=current) for form in possible]
