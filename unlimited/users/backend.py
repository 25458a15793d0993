"""Logging in with a password: the same statements whether the address is known or not."""

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import PermissionDenied

from unlimited.users.models import User


class PasswordBackend(AuthenticationBackend):
    """allauth's backend with one query for the account: its own asks once more for an address that it does not know.

    A wrong password ends the log-in here, so that no other backend asks again. Codes and passkeys pass by.
    """

    def authenticate(self, request, **credentials) -> User | None:
        if not credentials.get("password"):
            return None
        user = super().authenticate(request, **credentials)
        if user is None:
            raise PermissionDenied
        return user

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        return self._check_password(User.objects.filter(email=email.lower()).first(), password)
