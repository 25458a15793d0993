"""What somebody needs is shown to who reads their e-mail now: the link to their page may have been sent on.

A code goes by e-mail and is kept in the session as a keyed hash. The session that has shown it sees and changes what
the person needs, for a while.
"""

import secrets
import time

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from events.actions.needs import CODE_MINUTES, send_needs_code
from events.models import Participant
from unlimited.keyed import keyed_hash

SESSION_KEY = "needs_codes"
CODE_LASTS, SHOWN_FOR = CODE_MINUTES * 60, 60 * 60
MOST_TRIES = 5
# People whose codes one session keeps.
MOST_PEOPLE = 5


def shows_needs(request: HttpRequest, person: Participant) -> bool:
    """Whether this session has shown the person's code within the hour."""
    return _known(request, person).get("shown_until", 0) > time.time()


def is_code_asked(request: HttpRequest, person: Participant) -> bool:
    """Whether there is a code that can still be typed."""
    known = _known(request, person)
    return known.get("until", 0) > time.time() and known["tries"] < MOST_TRIES


def ask_code(request: HttpRequest, person: Participant) -> None:
    """Send a new code, in place of one before."""
    code = f"{secrets.randbelow(10**6):06}"
    send_needs_code(participant=person, code=code)
    _keep(request, person, {"code": _hash_of(person, code), "until": time.time() + CODE_LASTS, "tries": 0})


def is_right_code(request: HttpRequest, person: Participant, code: str) -> bool:
    """Count a try, and let the session see the needs where the code is right."""
    if not is_code_asked(request, person):
        return False
    known = _known(request, person)
    if constant_time_compare(known["code"], _hash_of(person, code)):
        show_needs(request, person)
        return True
    _keep(request, person, known | {"tries": known["tries"] + 1})
    return False


def show_needs(request: HttpRequest, person: Participant) -> None:
    """Let the session see what the person needs: they have shown the code, or have written it here themselves."""
    _keep(request, person, {"shown_until": time.time() + SHOWN_FOR})


def _known(request: HttpRequest, person: Participant) -> dict:
    return request.session.get(SESSION_KEY, {}).get(person.uuid.hex, {})


def _keep(request: HttpRequest, person: Participant, facts: dict) -> None:
    others = {key: value for key, value in request.session.get(SESSION_KEY, {}).items() if key != person.uuid.hex}
    newest = list(others.items())[1 - MOST_PEOPLE :]
    request.session[SESSION_KEY] = dict(newest) | {person.uuid.hex: facts}


def _hash_of(person: Participant, code: str) -> str:
    return keyed_hash("events.needs_code", f"{person.uuid.hex}:{code}")
