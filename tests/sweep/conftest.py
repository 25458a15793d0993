"""The world is made once a file and every test leaves it as it was: what a request changes is rolled back."""

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from ideas.drafts import SESSION_KEY
from tests.conftest import client_logged_in_as
from tests.sweep.world import DRAFT_SECRET, NO_FACTOR, WRITER, World, make_world


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    """Staff have staff permissions by their second factor only, so that the role without it is one of its own."""
    settings.REQUIRE_STAFF_MFA = True


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def session_cookies(world: World) -> dict[str, str]:
    """The cookie of each role's session."""
    return {role: session_cookie_of(role, user) for role, user in world.people.items()}


def session_cookie_of(role: str, user) -> str:
    """Return the cookie of a new session of this person; empty for one that has none."""
    client = client_logged_in_as(user, reauthenticated=True, second_factor=role != NO_FACTOR)
    if role == WRITER:
        session = client.session
        session[SESSION_KEY] = DRAFT_SECRET
        session.save()
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie.value if cookie else ""


@pytest.fixture
def client_of(db, session_cookies):
    """Return `client_of(role)`: a fresh client in that role's session."""

    def client(role: str, **options) -> Client:
        client = Client(**options)
        if session_cookies[role]:
            client.cookies[settings.SESSION_COOKIE_NAME] = session_cookies[role]
        return client

    return client
