"""What every test stands under, and the few fixtures that all of them share."""

import gc
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from tests import database, network_guard, once, template_guard
from tests.mail_sink import Sink
from unlimited.content import fragments
from unlimited.site import catalogues
from unlimited.users.factor import STATE

database.install()
network_guard.install()
template_guard.install()
# A busy machine is no fault of the code. In CI the examples are the same in each run (Hypothesis' own profile).
hypothesis.settings.register_profile(
    "unlimited", hypothesis.settings.default, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unlimited")


def pytest_configure(config):
    """Tests read the words that people read: compiled once, before the workers start."""
    if not hasattr(config, "workerinput"):
        once.forget()
        for language in catalogues.LANGUAGES:
            catalogues.compile_stale(language)
        # Django has read one already, while it was set up: as stale as it was.
        translation_file_changed(sender=None, file_path=Path("django.mo"))


def pytest_collection_finish(session):
    """Leave what the whole run keeps out of the garbage collection: it took a tenth of the time of the pages."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(autouse=True)
def _language():
    """The middleware activates a language and leaves it on: no test may inherit another's."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


def forget_fragments() -> None:
    """Begin with an empty fragment cache: its `clear` would empty the whole Redis, the bell included."""
    fragments.forget_near()
    caches["fragments"].key_prefix = f"test-{uuid.uuid4().hex}"


@pytest.fixture(autouse=True)
def _fragments():
    """No test sees what another one has cached."""
    forget_fragments()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """A database of this worker's own: a copy of the one that has been migrated."""
    name, before = connection.creation._get_test_db_name(), connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        database.Template(database.migration_folders()).copy_to(name)
        database.use(name)
    yield
    with django_db_blocker.unblock():
        database.use(before)
        with connection._nodb_cursor() as cursor:
            database.drop(cursor, name)


@pytest.fixture(autouse=True, scope="session")
def _scratch_files():
    """Pictures uploaded by tests go to a folder of this worker's own, and away with it."""
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def client_logged_in_as(user, *, second_factor: bool = True, reauthenticated: bool = False, **options) -> Client:
    """Return a client logged in as `user`: with a second factor in the session, and shown anew if so asked."""
    client = Client(**options)
    if user is None:
        return client
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if second_factor:
        session = client.session
        proof = {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": reauthenticated}
        session["account_authentication_methods"] = [proof]
        session["account_authentication_methods_user"] = str(user.pk)
        session[STATE] = {"at": proof["at"], "seen": proof["at"], "is_confirmed": True}
        session.save()
    return client


@pytest.fixture
def client_for():
    """Return `client_for(user)`: a client logged in as `user`, or as nobody where `user` is None."""
    return client_logged_in_as


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A real mail server, which takes what the outbox delivers and answers as it is told."""
    with Sink().listening() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        yield sink


@pytest.fixture
def outbox(db):
    """Return `outbox(kind=None)`: the mails enqueued so far, oldest first."""

    def mails(kind: str | None = None) -> list:
        rows = apps.get_model("mail", "OutgoingMail").objects.order_by("pk")
        return list(rows.filter(kind=kind) if kind else rows)

    return mails


@pytest.fixture
def same_queries_at(db):
    """Return a check that a page asks the database equally often however many rows there are.

    `same_queries_at(add_row, get, limit=8)`: `add_row()` makes one more row, `get()` returns the response. The page is
    asked at 1 and 3 rows (`rows=(1, 3, 300)` for more), each time with an empty fragment cache.
    """

    def check(add_row, get, *, limit: int, rows: tuple[int, ...] = (1, 3)) -> None:
        asked, made = {}, 0
        for count in rows:
            for _ in range(count - made):
                add_row()
            made = count
            get()  # the first request of a process also fills Django's own caches
            forget_fragments()
            with CaptureQueriesContext(connection) as queries:
                response = get()
            assert response.status_code == 200, response.status_code
            asked[count] = [query["sql"] for query in queries]
        counts = {count: len(statements) for count, statements in asked.items()}
        assert len(set(counts.values())) == 1, f"queries by rows: {counts}\n" + "\n".join(asked[rows[-1]])
        assert max(counts.values()) <= limit, f"{counts} > {limit}\n" + "\n".join(asked[rows[-1]])

    return check
