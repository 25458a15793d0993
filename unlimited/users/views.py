"""Pages of the account: those of allauth that need more than its own, and the profile."""

import time
from http import HTTPStatus
from uuid import UUID

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.validators import validate_email
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView

from unlimited.content.methods import form_page
from unlimited.content.typed import asks
from unlimited.locks import WaitedTooLongError
from unlimited.users import actions, registry
from unlimited.users.factor import look_again, waiting_code
from unlimited.users.forms import EraseForm, ProfileForm
from unlimited.users.login import with_query
from unlimited.users.models import User


class NewStartMixin:
    """A second visit to this page begins anew: with another address, another way, or a new code."""

    def _redirect_to_pending_stage(self, request, stage):
        return None


class LoginView(NewStartMixin, account.RequestLoginCodeView):
    """The one box for everybody, new and known. Its form counts; nothing counts by network alone before it."""

    template_name = "account/login.html"

    def get_initial(self) -> dict:
        email = self.request.GET.get("email", "")
        try:
            validate_email(email)
        except ValidationError:
            return {}
        return {"email": email}


class PasswordLoginView(NewStartMixin, account.LoginView):
    """Another way in, for those who have set a password."""

    template_name = "account/login_password.html"


class PasskeyLoginView(NewStartMixin, webauthn.LoginWebAuthnView):
    """What the log-in page's passkey button asks for, and where it posts."""


class BlankIsNoTryMixin:
    """An empty field is answered with words, and takes none of the tries."""

    def form_invalid(self, form):
        if form.has_error("code", "required"):
            return FormView.form_invalid(self, form)
        return super().form_invalid(form)


class ConfirmCodeView(BlankIsNoTryMixin, account.ConfirmLoginCodeView):
    """The code that logs in."""


class ConfirmAddressView(BlankIsNoTryMixin, account.ConfirmEmailVerificationCodeView):
    """The code of a new address."""


login = LoginView.as_view()
login_password = PasswordLoginView.as_view()
login_webauthn = PasskeyLoginView.as_view()


@login_not_required
def confirm_login_code(request: HttpRequest) -> HttpResponse:
    """allauth's page for the code; where that would only send the person back, this says why and keeps the way on."""
    stage = get_pending_stage(request)
    state = stage.state if stage and stage.key == "login_by_code" else {}
    email, begun_at = state.get("email", ""), state.get("at", 0)
    back = with_query("account_login", email=email, next=get_next_redirect_url(request) or "")
    if not request.user.is_authenticated and time.time() - begun_at > settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT:
        messages.warning(request, _("The code is no longer valid. Ask for a new one."))
        return redirect(back)
    response = ConfirmCodeView.as_view()(request)
    if isinstance(response, HttpResponseRedirect) and response.url == with_query("account_request_login_code"):
        return redirect(back)
    return response


def confirm_address(request: HttpRequest) -> HttpResponse:
    """allauth's page for the code of a new address; where others hold rows of the person, nothing has changed."""
    try:
        return ConfirmAddressView.as_view()(request)
    except WaitedTooLongError:
        messages.warning(
            request, _("Others are at work on something of yours, so your address is not changed yet. Try again.")
        )
        return redirect("account_email")


@never_cache
@login_not_required
@require_safe
def stay_at_tablet(request: HttpRequest) -> HttpResponse:
    """Somebody presses keys on a page of a shared tablet: any request starts the ten minutes anew."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Staff come here on the way to the desk: to set up their second factor, to show it, or to have it confirmed."""
    next_url = get_next_redirect_url(request) or request.session.get("second_factor_next", "")
    if look_again(request):
        request.session.pop("second_factor_next", None)
        # Not redirect(): that takes an address without a slash for the name of a view.
        return HttpResponseRedirect(next_url or reverse("site:desk"))
    request.session["second_factor_next"] = next_url or reverse("site:desk")
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "is_set_up": is_mfa_enabled(request.user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]),
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "waiting_code": waiting_code(request, request.user),
        "hours": round(settings.STAFF_FACTOR_HOURS),
        "code_url": with_query("mfa_reauthenticate", next=next_url),
        "passkey_url": with_query("mfa_reauthenticate_webauthn", next=next_url),
    }
    return render(request, "users/second_factor.html", context)


@form_page
@asks(ProfileForm)
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language of mails, and the ways to all else about the account."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(by=request.user, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("users:profile")
    if form.errors:
        request.user.refresh_from_db()
    consents = registry.described(request.user.consents.order_by("-given_at"))
    return render(request, "users/profile.html", {"form": form, "consents": consents})


@require_POST
@asks()
def withdraw_consent(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back one consent; what hangs on it follows at once."""
    consent = get_object_or_404(request.user.consents, uuid=uuid)
    actions.withdraw_consent(user=request.user, purpose=consent.purpose, subject=consent.subject)
    messages.success(request, _("You have withdrawn your consent. It takes effect at once."))
    return redirect("users:profile")


@require_POST
@reauthentication_required(app="allauth.account")
@asks()
def export(request: HttpRequest) -> HttpResponse:
    """Everything we keep about the person, as a file."""
    answer = JsonResponse(
        actions.export_person(by=request.user), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    answer["Content-Disposition"] = 'attachment; filename="norge-unlimited.json"'
    return answer


@form_page
@reauthentication_required(app="allauth.account")
@asks(EraseForm)
def erase(request: HttpRequest) -> HttpResponse:
    """First what goes and what stays; then, with the address typed, it is done."""
    form = EraseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            # A person of its own: what is erased cannot be logged out.
            actions.erase_person(by=User.objects.get(pk=request.user.pk))
        except WaitedTooLongError:
            form.add_error(
                None, _("Others are at work on something of yours, so nothing is deleted yet. Try again in a minute.")
            )
            return render(request, "users/erase.html", {"form": form}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        logout(request)
        messages.success(request, _("Your account and what belonged to it are erased."))
        return redirect("site:home")
    return render(request, "users/erase.html", {"form": form})
