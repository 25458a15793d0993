"""Whose second factor waits to be confirmed, and confirming one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from rules.contrib.views import permission_required

from incubators.actions import confirming as actions
from incubators.forms.people import DigitsForm
from unlimited.content.forms import status_of_form
from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.users.models import User
from unlimited.users.rules import has_staff_role

MOST_PEOPLE = 50


@require_safe
@permission_required("incubators.confirm_factors", raise_exception=True)
def confirmations(request: HttpRequest) -> HttpResponse:
    """The people whose second factor waits."""
    people = actions.people_to_confirm(request.user)[:MOST_PEOPLE]
    return render(request, "incubators/confirming/list.html", {"people": people})


@form_page
@asks(DigitsForm)
def confirm_factor(request: HttpRequest, person: UUID) -> HttpResponse:
    """Confirm somebody's second factor by the digits that they have read out."""
    one = get_object_or_404(User, uuid=person, is_active=True)
    if not request.user.has_perm("incubators.confirm_factor", one):
        raise Http404
    form = DigitsForm(request.POST or None)
    if form.is_valid():
        try:
            actions.confirm_factor(person=one, digits=form.cleaned_data["digits"], by=request.user)
        except actions.WrongDigitsError:
            form.add_error(
                "digits", _("These are not the digits. Ask the person to open the page anew and read again.")
            )
        except actions.NothingToConfirmError:
            messages.info(request, _("There is nothing to confirm for %(name)s.") % {"name": one})
            return redirect("incubators:confirmations")
        else:
            messages.success(request, _("The extra step of %(name)s is confirmed.") % {"name": one})
            return redirect("incubators:confirmations")
    return render(
        request, "incubators/confirming/confirm.html", {"person": one, "form": form}, status=status_of_form(form)
    )


@require_POST
@asks()
def ask_for_confirmation(request: HttpRequest) -> HttpResponse:
    """Tell those who may confirm my second factor that it waits."""
    if not has_staff_role(request.user):
        raise PermissionDenied
    try:
        count = actions.ask_for_confirmation(by=request.user)
    except actions.NothingToConfirmError:
        return redirect("users:second_factor")
    if count:
        messages.success(request, _("They have got a mail. Call or meet one of them, and read out the digits."))
    else:
        messages.warning(request, _("There is nobody who can confirm it here. Write to those who run the site."))
    return redirect("users:second_factor")
