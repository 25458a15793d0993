"""Starting an incubator: the form for everyone, and national staff's list of those who want to."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rules.contrib.views import permission_required

from incubators.actions import founding as actions
from incubators.actions.granting import SelfGrantError
from incubators.actions.places import BusyError, ChangedMeanwhileError
from incubators.forms.founding import FollowForm, FoundForm, StartForm
from incubators.models import Initiative
from incubators.models.founding import FIRST_CONTACT_DAYS
from incubators.views.places import BUSY
from incubators.working_days import add_working_days
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.paging import keyset_page
from unlimited.content.text import clean_line
from unlimited.content.typed import asks, not_saved
from unlimited.users.form_drafts import filled, keeps_draft
from unlimited.users.limits import may_mail

PAGE_SIZE = 50
NEXT = ("next_contact_on", "id")
LATEST_ENTRIES = 50
CHANGED = gettext_lazy(
    "Somebody else has changed this while you wrote. Your words are below and not saved yet. "
    "Look at what stands there now; save again if yours should stand."
)


@login_not_required
@form_page
@keeps_draft()
@asks(StartForm)
def start(request: HttpRequest) -> HttpResponse:
    """Say that one wants to start an incubator. No account, no organisation."""
    place = clean_line(request.GET.get("kommune", ""))[:80]
    form = StartForm(request.POST or None, initial={"municipality": place, "language": get_language()})
    if form.is_valid() and _started(request, form):
        return redirect("incubators:start_thanks")
    context = {"form": filled(form, request), "due_on": _first_contact()}
    return render(
        request,
        "incubators/founding/start.html",
        context,
        status=429 if form.non_field_errors() else status_of_form(form),
    )


def _started(request: HttpRequest, form: StartForm) -> bool:
    """Keep it; False, with words on the form, where too much came from one place or too many at once."""
    if not may_mail(request, action="start_incubator", address=form.cleaned_data["email"]):
        form.add_error(
            None, _("Much has come from here in the last hour. What you wrote stands here. Try again later.")
        )
        return False
    try:
        actions.start_initiative(form_token=form.cleaned_data["token"], facts=form.facts)
    except BusyError:
        form.add_error(None, BUSY)
        return False
    return True


def _first_contact():
    return add_working_days(timezone.localdate(), FIRST_CONTACT_DAYS)


@login_not_required
@require_safe
def start_thanks(request: HttpRequest) -> HttpResponse:
    """What happens now."""
    return render(request, "incubators/founding/thanks.html", {"due_on": _first_contact()})


@require_safe
@permission_required("incubators.follow_initiatives", raise_exception=True)
def initiatives(request: HttpRequest) -> HttpResponse:
    """Whom to talk with next, the most overdue on top; or, when asked for, those that are closed."""
    shows_closed = request.GET.get("vis") == "avsluttet"
    rows = Initiative.objects.select_related("municipality", "owner")
    by_day = rows.closed().order_by("-closed_at", "-id") if shows_closed else rows.open().order_by(*NEXT)
    page = keyset_page(by_day, query=request.GET, size=PAGE_SIZE)
    return render(request, "incubators/founding/list.html", {"page": page, "shows_closed": shows_closed})


@form_page
@permission_required("incubators.follow_initiatives", raise_exception=True)
@asks(FollowForm)
def initiative(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One initiative; POST notes what was done about it."""
    one = _initiative(uuid)
    form = FollowForm(request.POST or None, initiative=one, by=request.user)
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            actions.follow_initiative(initiative=one, by=request.user, seen_revision=given.pop("revision"), **given)
        except (ChangedMeanwhileError, BusyError) as problem:
            form = _again(FollowForm(request.POST.copy(), initiative=_initiative(uuid), by=request.user), problem, uuid)
        else:
            messages.success(request, _("Noted."))
            return redirect("incubators:initiative", uuid)
    return _show(request, _initiative(uuid), form=form)


@form_page
@permission_required("incubators.follow_initiatives", raise_exception=True)
@asks(FoundForm)
def found(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make the incubator from the wish."""
    one = _initiative(uuid)
    if not one.can_become(Initiative.Status.FOUNDED):
        words = _("This initiative has become an incubator already, or has ended. Nothing is saved.")
        return not_saved(request, words, back=reverse("incubators:initiative", args=[uuid]))
    form = FoundForm(request.POST or None, initial={"revision": one.revision})
    if form.is_valid():
        try:
            incubator = actions.found_incubator(
                initiative=one,
                by=request.user,
                seen_revision=form.cleaned_data["revision"],
                facts=form.facts,
                invites_leader=form.cleaned_data["invites_leader"],
            )
        except SelfGrantError:
            form.add_error(
                "invites_leader", _("The one who wrote is of national staff. Found it without inviting them.")
            )
        except (ChangedMeanwhileError, BusyError) as problem:
            form = _again(FoundForm(request.POST.copy()), problem, uuid)
        else:
            messages.success(request, _("%(incubator)s is made, in its pilot stage.") % {"incubator": incubator})
            return redirect("incubators:people", incubator.slug)
    return render(request, "incubators/founding/found.html", {"initiative": one, "form": form})


def _again(form, problem: Exception, uuid: UUID):
    """The same words, not saved. Saving them again is now a choice."""
    form.data[form.add_prefix("revision")] = _initiative(uuid).revision
    form.add_error(None, BUSY if isinstance(problem, BusyError) else CHANGED)
    return form


def _initiative(uuid: UUID) -> Initiative:
    return get_object_or_404(Initiative.objects.select_related("municipality", "owner", "incubator"), uuid=uuid)


def _show(request: HttpRequest, one: Initiative, *, form: FollowForm) -> HttpResponse:
    context = {
        "initiative": one,
        "form": form,
        "entries": one.entries.select_related("by")[:LATEST_ENTRIES],
        "may_found": one.can_become(Initiative.Status.FOUNDED),
    }
    return render(request, "incubators/founding/initiative.html", context)
