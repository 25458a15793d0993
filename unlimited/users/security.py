"""What allauth reports of log-ins and second factors goes to the security log."""

from allauth.account.signals import (
    email_changed,
    email_verification_code_rejected,
    login_code_rejected,
    password_changed,
    password_set,
    user_logged_in,
)
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_login_failed

from unlimited.security_log import security_event

# Signal, name of the event, whether it is about an authenticator.
_EVENTS = (
    (user_logged_in, "login", False),
    (login_code_rejected, "login-failed", False),
    (email_verification_code_rejected, "address-code-failed", False),
    (user_login_failed, "login-failed", False),
    (authenticator_added, "factor-added", True),
    (authenticator_removed, "factor-removed", True),
    (authenticator_reset, "factor-reset", True),
    (authenticator_used, "factor-used", True),
    (authentication_failed, "factor-failed", True),
    (password_set, "password-set", False),
    (password_changed, "password-changed", False),
    (email_changed, "address-changed", False),
)


def _reporter(event: str, is_factor: bool):
    def report(*, user=None, authenticator=None, **kwargs) -> None:
        factor = getattr(authenticator, "type", "") if is_factor else ""
        security_event(event, user=user, factor=factor)

    return report


def listen() -> None:
    """Connect each signal once. Called in `AppConfig.ready()`."""
    for signal, event, is_factor in _EVENTS:
        signal.connect(_reporter(event, is_factor), weak=False, dispatch_uid=f"security log: {event} {id(signal)}")
