"""Who works at an incubator, and the link by which somebody is invited to."""

from contextlib import suppress
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from incubators.actions import people as actions
from incubators.actions.granting import NotFirstLeaderError, SelfGrantError
from incubators.actions.showing import hide_person, show_person
from incubators.forms.people import CapacityForm, InvitationForm, ResendForm, ShownForm
from incubators.models import Incubator, Invitation, Membership
from incubators.views.places import managed_incubator
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.paging import numbered_page
from unlimited.content.typed import asks
from unlimited.users.factor import remember_invitation

NO_SELF_GRANT = gettext_lazy(
    "You cannot give yourself a role, and national staff cannot give each other one. Ask a leader who works here."
)
FIRST_LEADER_ONLY = gettext_lazy(
    "National staff can only invite the first leader of an incubator that has none. The leader invites the others."
)
PEOPLE_PAGE_SIZE = 50
LATEST_INVITATIONS = LATEST_ROLES = 30


@form_page
@asks(InvitationForm)
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who works there and who is invited; POST invites one more."""
    incubator = managed_incubator(request, slug)
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        try:
            actions.invite_person(incubator=incubator, by=request.user, **form.cleaned_data)
        except SelfGrantError:
            form.add_error("email", NO_SELF_GRANT)
        except NotFirstLeaderError:
            form.add_error("role", FIRST_LEADER_ONLY)
        except actions.AlreadyMemberError:
            form.add_error("email", _("This person has that role here already."))
        except actions.AlreadyInvitedError:
            form.add_error("email", _("This person is invited already. You can send the invitation again below."))
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
            return redirect("incubators:people", slug)
    memberships = incubator.memberships.current().select_related("user")
    context = {
        "incubator": incubator,
        "form": form,
        "page": numbered_page(
            memberships.order_by("user__name", "user__email", "pk"), query=request.GET, size=PEOPLE_PAGE_SIZE
        ),
        "roles": _roles(incubator)[:LATEST_ROLES],
        "invitations": incubator.invitations.select_related("invited_by")[:LATEST_INVITATIONS],
    }
    return render(request, "incubators/people.html", context, status=status_of_form(form))


@require_safe
def roles(request: HttpRequest, slug: str) -> HttpResponse:
    """Every role that was ever given there: who had it, from whom, from when and until when."""
    incubator = managed_incubator(request, slug)
    page = numbered_page(_roles(incubator), query=request.GET, size=PEOPLE_PAGE_SIZE)
    return render(request, "incubators/people/roles.html", {"incubator": incubator, "page": page})


def _roles(incubator: Incubator) -> QuerySet[Membership]:
    """Return all roles, the newest first. Those of erased accounts are gone with them."""
    return incubator.memberships.select_related("user", "granted_by", "ended_by").order_by("-starts_on", "-pk")


@require_POST
@asks()
def end_membership(request: HttpRequest, slug: str, person: UUID, role: str) -> HttpResponse:
    """End somebody's role; the last leader stays."""
    incubator = managed_incubator(request, slug)
    current = incubator.memberships.current().select_related("user", "incubator")
    membership = current.filter(user__uuid=person, role=role).order_by("pk").first()
    if not membership:
        raise Http404
    try:
        actions.end_membership(membership=membership, by=request.user)
    except actions.LastLeaderError:
        text = _("%(name)s is the only leader here. Invite another leader first; then you can end this role.")
        messages.error(request, text % {"name": membership.user})
    else:
        text = _("%(name)s no longer has the role %(role)s here.")
        messages.success(request, text % {"name": membership.user, "role": membership.get_role_display()})
    if request.user.has_perm("incubators.manage_people", incubator):
        return redirect("incubators:people", slug)
    return redirect(incubator)


@form_page
@asks(CapacityForm)
def capacity(request: HttpRequest, slug: str, person: UUID) -> HttpResponse:
    """Say how many ideas a supporter has room for."""
    incubator = managed_incubator(request, slug)
    current = incubator.memberships.current().select_related("user")
    membership = get_object_or_404(current, user__uuid=person, role="supporter")
    form = CapacityForm(request.POST if request.method == "POST" else None, initial={"capacity": membership.capacity})
    if form.is_valid():
        actions.set_capacity(membership=membership, by=request.user, **form.cleaned_data)
        messages.success(request, _("It is saved."))
        return redirect("incubators:people", slug)
    context = {"incubator": incubator, "person": membership.user, "form": form}
    return render(request, "incubators/people/capacity.html", context, status=status_of_form(form))


@require_POST
@asks(ResendForm)
def resend_invitation(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Send the invitation anew, once for each page that was read."""
    incubator = managed_incubator(request, slug)
    invitation = get_object_or_404(incubator.invitations, uuid=uuid)
    form = ResendForm(request.POST)
    try:
        seen = form.cleaned_data["seen_expires_at"] if form.is_valid() else None
        actions.resend_invitation(invitation=invitation, seen_expires_at=seen, by=request.user)
    except actions.InvitationClosedError:
        messages.error(request, _("The invitation has been answered or withdrawn, so it was not sent again."))
    except SelfGrantError:
        messages.error(request, NO_SELF_GRANT)
    except NotFirstLeaderError:
        messages.error(request, FIRST_LEADER_ONLY)
    else:
        messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
    return redirect("incubators:people", slug)


@require_POST
@asks()
def withdraw_invitation(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Take back an invitation that is not answered."""
    incubator = managed_incubator(request, slug)
    invitation = get_object_or_404(incubator.invitations, uuid=uuid)
    try:
        actions.withdraw_invitation(invitation=invitation, by=request.user)
    except actions.InvitationClosedError:
        messages.error(request, _("The invitation had been answered already, so it could not be withdrawn."))
    else:
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("incubators:people", slug)


@form_page
@asks(ShownForm)
def me(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether I am seen on the page of the incubator where I work. Each person chooses only for themselves."""
    incubator = get_object_or_404(Incubator, slug=slug)
    if not request.user.has_perm("incubators.show_self", incubator):
        raise PermissionDenied
    shown = request.user.shown_at.filter(incubator=incubator).first()
    initial = {"is_shown": shown is not None, "words": shown.words if shown else ""}
    data = request.POST if request.method == "POST" else None
    form = ShownForm(data, name=request.user.name, initial=initial)
    if form.is_valid():
        if form.cleaned_data["is_shown"]:
            show_person(incubator=incubator, words=form.cleaned_data["words"], by=request.user)
            messages.success(request, _("You are shown on the page now."))
        else:
            hide_person(incubator=incubator, by=request.user)
            messages.success(request, _("You are not shown on the page."))
        return redirect("incubators:me", slug)
    context = {"incubator": incubator, "form": form}
    return render(request, "incubators/people/me.html", context, status=status_of_form(form))


@login_not_required
@require_safe
def invitation(request: HttpRequest, uuid: UUID, token: str) -> HttpResponse:
    """The page behind the link in the mail: the invitation's status, and the buttons that answer it."""
    invited = _invitation(uuid, token)
    context = {
        "invitation": invited,
        "is_for_me": invited.is_for(request.user),
        "login_query": urlencode({REDIRECT_FIELD_NAME: request.path, "email": invited.email}),
    }
    return render(request, "incubators/invitation.html", context)


@require_POST
@asks()
def accept_invitation(request: HttpRequest, uuid: UUID, token: str) -> HttpResponse:
    """Take the role, as the one who was invited."""
    invited = _invitation(uuid, token)
    try:
        membership = actions.accept_invitation(invitation=invited, by=request.user)
    except (actions.WrongPersonError, actions.InvitationClosedError, actions.InvitationExpiredError):
        # The page itself says which of these it is, and what to do.
        return redirect("incubators:invitation", uuid, token)
    except SelfGrantError:
        messages.error(request, NO_SELF_GRANT)
        return redirect("incubators:invitation", uuid, token)
    except NotFirstLeaderError:
        messages.error(
            request, _("%(incubator)s has a leader by now. Ask them to invite you.") % {"incubator": invited.incubator}
        )
        return redirect("incubators:invitation", uuid, token)
    if is_first_role(membership):
        remember_invitation(request)
    messages.success(request, _("Welcome! You now work at %(incubator)s.") % {"incubator": invited.incubator})
    return redirect("site:desk")


@login_not_required
@require_POST
@asks()
def decline_invitation(request: HttpRequest, uuid: UUID, token: str) -> HttpResponse:
    """Say no; the link suffices."""
    # Where it is closed or expired, the page says so.
    with suppress(actions.InvitationClosedError, actions.InvitationExpiredError):
        actions.decline_invitation(invitation=_invitation(uuid, token))
    return redirect("incubators:invitation", uuid, token)


@login_not_required
@require_POST
@asks()
def ask_for_new_invitation(request: HttpRequest, uuid: UUID, token: str) -> HttpResponse:
    """Say that an expired invitation is still wanted."""
    with suppress(actions.InvitationClosedError):
        actions.ask_for_new_invitation(invitation=_invitation(uuid, token))
        messages.success(request, _("We have asked for a new invitation. You get it by mail."))
    return redirect("incubators:invitation", uuid, token)


def is_first_role(membership: Membership) -> bool:
    """Whether the person has no other staff role now: then the invitation vouches for the factor they set up next."""
    others = Membership.objects.current().filter(user=membership.user_id).exclude(pk=membership.pk)
    return not (membership.user.is_staff or others.exists())


def _invitation(uuid: UUID, token: str) -> Invitation:
    """The invitation whose mail carried `token`. Without it, the answer is the same as for an unknown one."""
    invited = get_object_or_404(Invitation.objects.select_related("incubator", "invited_by"), uuid=uuid)
    if not constant_time_compare(token, invited.token) or invited.is_link_over:
        raise Http404
    return invited
