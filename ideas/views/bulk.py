"""Many cases at once: what was chosen in the queue is shown with what will happen to each, and then it is done."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ideas.actions.answers import UnfinishedTextError
from ideas.actions.bulk import Outcome
from ideas.actions.transitions import EditedElsewhereError, IdeaBusyError, IdeaError
from ideas.forms.bulk import BULKS, Selection, StoppedError
from ideas.forms.moderation import TakeForm
from unlimited.content.templatetags.site_text import moment
from unlimited.content.typed import asks


@require_http_methods(["GET", "HEAD", "POST"])
@asks(handling={name: one.form for name, one in BULKS.items()})
def bulk(request: HttpRequest) -> HttpResponse:
    """Show what will happen to each case; by POST do it, and show anew those that it was not done with."""
    if not request.user.has_perm("ideas.view_queue"):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET
    chosen = BULKS.get(sent.get("handling", TakeForm.name))
    if chosen is None:
        raise Http404
    selection = Selection(sent, bulk=chosen, user=request.user, is_sent=request.method == "POST")
    if request.method != "POST":
        return _render(request, selection)
    if not selection.rows or not selection.form.is_valid():
        return _render(request, selection, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    outcomes = selection.do()
    undone = [outcome for outcome in outcomes if outcome.problem]
    if undone or selection.left_out:
        return _render_rest(request, selection, outcomes)
    messages.success(request, _all_done(len(outcomes)) % {"count": len(outcomes), "what": chosen.heading})
    return redirect(_queue_url(sent))


def _render_rest(request: HttpRequest, selection: Selection, outcomes: list[Outcome]) -> HttpResponse:
    """Name what was done and what was not; the latter stays chosen, as it is now, with the words that were typed."""
    undone = [outcome for outcome in outcomes if outcome.problem]
    rest = request.POST.copy()
    rest.setlist(Selection.FIELD, [str(outcome.idea.uuid) for outcome in undone])
    again = Selection(rest, bulk=selection.bulk, user=request.user, is_sent=True, is_fresh=True)
    again.form.is_valid()
    unfinished = [outcome.problem for outcome in undone if isinstance(outcome.problem, UnfinishedTextError)]
    if unfinished:
        again.form.tell_unfinished(unfinished[0].fields)
    told = {
        "done": [outcome.idea for outcome in outcomes if not outcome.problem],
        "undone": [(outcome.idea, _what_happened(outcome.problem)) for outcome in undone],
        "left_out": selection.left_out,
    }
    return _render(request, again, status=HTTPStatus.CONFLICT, told=told)


def _render(request: HttpRequest, selection: Selection, *, status: int = 200, told: dict | None = None) -> HttpResponse:
    context = {
        "selection": selection,
        "bulk": selection.bulk,
        "form": selection.form,
        "told": told,
        "queue_query": _queue_query(selection.data).urlencode(),
        "queue_url": _queue_url(selection.data),
        "choose_url": _queue_url(selection.data, chosen=[str(row.idea.uuid) for row in selection.rows]),
        "button": ngettext("Do it for %(count)d case", "Do it for %(count)d cases", len(selection.able))
        % {"count": len(selection.able)},
    }
    return render(request, "ideas/bulk/bulk.html", context, status=status)


def _queue_query(sent: QueryDict) -> QueryDict:
    """What the queue was narrowed to where the cases were chosen."""
    return QueryDict(sent.get("liste", "")[:2000], mutable=True)


def _queue_url(sent: QueryDict, chosen: list[str] | None = None) -> str:
    """Lead back to the queue as it was narrowed, with the cases chosen still."""
    query = _queue_query(sent)
    query.setlist(Selection.FIELD, chosen or [])
    return f"{reverse('ideas:queue')}{'?' if query.urlencode() else ''}{query.urlencode()}"


def _all_done(count: int) -> str:
    return ngettext("%(what)s: done for %(count)d case.", "%(what)s: done for %(count)d cases.", count)


def _what_happened(problem: IdeaError) -> str:
    """Why it was not done with this one."""
    if isinstance(problem, StoppedError):
        return problem.words
    if isinstance(problem, IdeaBusyError):
        return _("Someone else is saving this case just now. Try again.")
    if isinstance(problem, UnfinishedTextError):
        return _("The text is not ready to send.")
    if not isinstance(problem, EditedElsewhereError):
        return _("This cannot be done with the case as it is now.")
    if problem.last is None:
        return _("The author has changed something since you saw it.")
    facts = {
        "who": problem.last.by or _("Someone"),
        "what": problem.last.get_kind_display(),
        "when": moment(problem.last.at),
    }
    return _("The case has changed since you saw it. %(who)s: “%(what)s”, %(when)s.") % facts
