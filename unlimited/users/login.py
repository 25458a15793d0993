"""How a page outside the account pages lets somebody in by a code: `start_login_by_code`."""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse

from unlimited.users.forms import LoginCodeForm


def start_login_by_code(request: HttpRequest, *, email: str, next_url: str) -> HttpResponseRedirect:
    """Send a code to `email` and return the redirect to the page that asks for it; after that, `next_url`.

    For a page whose own form asks for the address, as the last screen of an idea:

        form = SendForm(request.POST)
        if form.is_valid():
            try:
                return start_login_by_code(request, email=form.cleaned_data["email"], next_url=send_page)
            except ValidationError as error:
                form.add_error("email", error)

    Known and unknown addresses are answered alike; an account is made, unverified, where there is none. What the
    session holds (a draft's secret) is still there after the code. The person then comes to `next_url` by GET, so that
    page shows what is about to happen and a button. Raises ValidationError, with words for the person, where the
    address is not one or has asked for too many codes.
    """
    form = LoginCodeForm({"email": email})
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.as_data().values() for error in errors])
    LoginCodeVerificationProcess.initiate(request=request, user=form._user, email=form.cleaned_data["email"])
    return HttpResponseRedirect(with_query("account_confirm_login_code", next=next_url))


def with_query(view_name: str, **parameters: str) -> str:
    """Return the address of `view_name` with the parameters that are not empty."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in parameters.items() if value})
    return reverse(view_name) + (f"?{query.urlencode(safe='/')}" if query else "")
