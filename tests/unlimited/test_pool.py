"""All connections of the pool are in use: whoever comes then is told so, wherever the database is first asked."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from uuid import UUID

import psycopg_pool
import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.conftest import client_logged_in_as
from tests.factories import IdeaFactory, MembershipFactory
from tests.sweep.walk import walk

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Kingfisher: many words, written with care."


def may_give(pool) -> bool:
    """Whether one is free or can be opened. One may be out elsewhere, so how many are held says too little."""
    stats = pool.get_stats()
    return bool(stats.get("pool_available")) or stats["pool_size"] < pool.max_size


@contextmanager
def exhausted(pool) -> Iterator[None]:
    """Hold every connection that the pool can give, and let others wait only briefly."""
    held, patience = [], pool.timeout
    pool.timeout = 0.2
    try:
        while True:
            try:
                held.append(pool.getconn(timeout=10 if may_give(pool) else 2))
            except psycopg_pool.PoolTimeout:
                break
        yield
    finally:
        for one in held:
            pool.putconn(one)
        pool.timeout = patience


@contextmanager
def refusing(pool) -> Iterator[None]:
    """Hold every connection, and have the queue before the pool full: whoever comes is refused at once."""

    def wait() -> None:
        with suppress(psycopg_pool.PoolTimeout):
            pool.putconn(pool.getconn(timeout=3))

    most = pool.max_waiting
    with exhausted(pool):
        waiting = threading.Thread(target=wait)
        waiting.start()
        while not pool.get_stats().get("requests_waiting"):
            time.sleep(0.01)
        pool.max_waiting = 1
        yield
        pool.max_waiting = most
    waiting.join()


def elsewhere(call: Callable) -> object:
    """Call in a thread that has no connection yet, as a web server's thread."""

    def run() -> object:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


@pytest.fixture
def pool():
    connection.ensure_connection()  # opens the pool
    connection.close()
    return connection.pool


def asked_by(user, method: str, path: str, data: dict | None = None, **options) -> Callable:
    client = client_logged_in_as(user, raise_request_exception=False, **options)
    return lambda: getattr(client, method)(path, data)


@pytest.mark.parametrize("crowd", [exhausted, refusing])
@pytest.mark.parametrize(
    ("is_logged_in", "method", "path"),
    [
        (False, "get", "/en/"),  # in the view
        (True, "get", "/en/min-side/"),  # by the session, before any view
        (True, "get", "/en/arbeidsflate/"),
        (True, "get", "/en/no-such-page/"),  # while the 404 page is made
        (False, "post", "/en/konto/login/"),  # by a rate limit
        (True, "get", "/admin/"),
        (True, "get", "/sitemap.xml"),
        (False, "get", "/en/arrangementer/"),
    ],
)
def test_exhausted_pool_is_said_as_what_it_is(pool, crowd, is_logged_in, method, path):
    ask = asked_by(MembershipFactory().user if is_logged_in else None, method, path, {"email": "kari@example.no"})
    connection.close()

    with crowd(pool):
        response = elsewhere(ask)

    assert response.status_code == 503, path
    assert response["Retry-After"] == "10"
    assert 'href="tel:112"' in response.text


# What each part of an address could be; no object is looked for where no connection is.
PARTS = {
    "uuid": UUID(int=1), "person": UUID(int=1), "seat": UUID(int=1), "mail": UUID(int=1), "slug": "somewhere", "pk": 1,
    "token": "x", "facts": "x", "item": "x", "role": "leader", "form": "pdf", "section": "ideer", "kind": "okt",
    "answer": "ja", "screen": "ideen", "number": 1, "older": 1, "newer": 2, "revision": 1, "place": 1, "key": "x",
    "name": "notat",
}  # fmt: skip


def paths() -> Iterator[str]:
    """Yield each address of ours; of a number that is a uuid, too."""
    for address in walk():
        if address.name.startswith("admin:"):
            continue
        kwargs = {name: PARTS[name] for name in address.parameters}
        try:
            yield reverse(address.name, kwargs=kwargs)
        except NoReverseMatch:
            yield reverse(address.name, kwargs=kwargs | {"number": UUID(int=1)})


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("is_logged_in", [False, True])
def test_no_address_calls_an_exhausted_pool_a_fault_of_ours(pool, is_logged_in, method):
    user = MembershipFactory().user if is_logged_in else None
    client = client_logged_in_as(user, raise_request_exception=False)
    connection.close()

    with exhausted(pool):
        pool.timeout = 0.01
        answers = {path: elsewhere(lambda path=path: getattr(client, method)(path)) for path in paths()}

    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code == 500} == {}
    away = [answer for answer in answers.values() if answer.status_code == 503]
    assert all(answer["Retry-After"] == "10" for answer in away if answer.request["PATH_INFO"] != "/readyz")
    # Who is not logged in is sent to log in, mostly before the database is asked.
    assert len(away) > (100 if is_logged_in else 10)


def test_exhausted_pool_loses_no_word(pool):
    work = MembershipFactory()
    idea = IdeaFactory(submitted=True, incubator=work.incubator)
    ask = asked_by(work.user, "post", f"/en/arbeidsflate/ideer/{idea.uuid}/takk-nei/", {"reason": WORDS})
    connection.close()

    with exhausted(pool):
        response = elsewhere(ask)

    assert response.status_code == 503
    assert WORDS in response.text


def test_form_without_its_token_is_answered_without_a_connection(pool):
    ask = asked_by(MembershipFactory().user, "post", "/en/tilgjengelighet/", {"text": WORDS}, enforce_csrf_checks=True)
    connection.close()

    with exhausted(pool):
        response = elsewhere(ask)

    assert response.status_code == 503
    assert WORDS in response.text


def test_pool_that_is_free_again_answers(pool):
    ask = asked_by(None, "get", "/en/")
    with exhausted(pool):
        assert elsewhere(ask).status_code == 503

    assert elsewhere(ask).status_code == 200


def test_process_is_alive_while_its_pool_is_exhausted(pool):
    with exhausted(pool):
        assert elsewhere(lambda: Client().get("/healthz")).status_code == 200
