"""The second factor in a session: whether it was shown, is confirmed to be its owner's, and still counts.

A session keeps, beside allauth's records, when the factor was shown (`at`), whether somebody has confirmed it, and when
the person last did something (`seen`, written once a minute). So no page asks the database about it.
"""

import time
from collections.abc import Iterable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from unlimited.security_log import security_event
from unlimited.users.models import FactorConfirmation, User

STATE = "staff_factor"
INVITED = "came_by_invitation"
# Seconds between two writes of when a person was last seen.
SEEN_EVERY = 60


def is_factor_shown(request: HttpRequest, user: User) -> bool:
    """Return whether this session has shown a confirmed factor that is neither too old nor left alone too long."""
    proof = proof_of(request, user)
    if proof is None:
        return False
    state = request.session.get(STATE)
    if not state or state["at"] != proof["at"]:
        # Last seen when it was shown: what is not remembered cannot make a session younger.
        state = {"at": proof["at"], "seen": proof["at"], "is_confirmed": _is_confirmed(user, proof)}
        request.session[STATE] = state
    return state["is_confirmed"] and _still_counts(request, state)


def proof_of(request: HttpRequest, user: User) -> dict | None:
    """Return the newest record of an app, a passkey or a recovery code that was used in this session."""
    records = [record for record in get_authentication_records(request, user) if record["method"] == "mfa"]
    return max(records, key=lambda record: record["at"], default=None)


def look_again(request: HttpRequest) -> bool:
    """Ask anew whether the factor that was shown is confirmed: somebody may have confirmed it since.

    When it was shown and when the person was last seen stay as they are.
    """
    proof, state = proof_of(request, request.user), request.session.get(STATE)
    if proof and state and state["at"] == proof["at"]:
        request.session[STATE] = state | {"is_confirmed": _is_confirmed(request.user, proof)}
    request.user.has_shown_factor = is_factor_shown(request, request.user)
    return request.user.has_shown_factor


def remember_invitation(request: HttpRequest) -> None:
    """Note that this session has accepted an invitation to a first role: a factor set up in it is confirmed by that."""
    request.session[INVITED] = request.user.pk
    proof = proof_of(request, request.user)
    own = Authenticator.objects.filter(user=request.user, pk=proof.get("id")) if proof else []
    for authenticator in own:
        confirm(authenticator, source=FactorConfirmation.Source.INVITATION)
    look_again(request)


def confirm_at_once(request: HttpRequest, user: User, authenticator: Authenticator) -> None:
    """Confirm a factor that was set up just now where this session has shown who sets it up.

    It has shown a confirmed factor, or has accepted an invitation to a first role. A code by e-mail is not enough:
    whoever has taken over a mailbox has that.
    """
    if getattr(request.user, "has_shown_factor", False) and request.user.pk == user.pk:
        confirm(authenticator, source=FactorConfirmation.Source.OWN_FACTOR)
    elif request.session.pop(INVITED, None) == user.pk:
        confirm(authenticator, source=FactorConfirmation.Source.INVITATION)


def confirm(authenticator: Authenticator, *, source: str, by: User | None = None) -> None:
    """Write down that the factor is its owner's. A second time changes nothing."""
    row = FactorConfirmation(authenticator=authenticator, user_id=authenticator.user_id, source=source, confirmed_by=by)
    FactorConfirmation.objects.bulk_create([row], ignore_conflicts=True)
    security_event("factor-confirmed", user=authenticator.user, source=str(source))


def waiting_for_confirmation(user: User) -> QuerySet[Authenticator]:
    """Return the unconfirmed factors of `user`, oldest first."""
    rows = Authenticator.objects.filter(user=user, confirmation=None)
    return rows.exclude(type=Authenticator.Type.RECOVERY_CODES).order_by("pk")


def waiting_code(request: HttpRequest, user: User) -> str:
    """Return what the person reads out to get it confirmed; empty where this session has shown none that waits."""
    proof = proof_of(request, user)
    return code_of(waiting_for_confirmation(user)) if proof and not _is_confirmed(user, proof) else ""


def code_of(authenticators: Iterable[Authenticator]) -> str:
    """Return six digits that name just these factors; empty for none. With one more or one less, it is another code."""
    facts = ",".join(f"{row.pk}:{row.created_at.isoformat()}" for row in authenticators)
    number = int(salted_hmac("unlimited.users.factor", facts, algorithm="sha256").hexdigest(), 16)
    return f"{number % 10**6:06}" if facts else ""


def _is_confirmed(user: User, proof: dict) -> bool:
    """Recovery codes come with the factor they stand in for."""
    confirmed = FactorConfirmation.objects.filter(user=user)
    if proof.get("type") == Authenticator.Type.RECOVERY_CODES:
        return confirmed.exists()
    return confirmed.filter(authenticator=proof.get("id")).exists()


def _still_counts(request: HttpRequest, state: dict) -> bool:
    now = time.time()
    if now - state["at"] > settings.STAFF_FACTOR_HOURS * 3600 or now - state["seen"] > settings.STAFF_IDLE_MINUTES * 60:
        return False
    if now - state["seen"] >= SEEN_EVERY:
        request.session[STATE] = state | {"seen": now}
    return True
