"""One box: an address, a code, in."""

import datetime as dt

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import UserFactory
from unlimited.users.login import start_login_by_code
from unlimited.users.models import User

pytestmark = pytest.mark.django_db
LOGIN = "/en/konto/login/"
CONFIRM = "/en/konto/login/code/confirm/"


@pytest.fixture(autouse=True)
def _limits():
    cache.clear()


@pytest.fixture
def code_for(outbox):
    """Return `code_for(email)`: the code in the latest mail to that address."""
    return lambda email: [mail for mail in outbox("login-code") if mail.recipient == email][-1].snapshot["code"]


def ask(client, email, **more):
    return client.post(LOGIN, {"email": email, **more})


def test_code_lets_new_person_in(client, code_for):
    answer = ask(client, "Ny@Example.no", next="/en/konto/profil/")
    assert (answer.status_code, answer.url) == (302, f"{CONFIRM}?next=%2Fen%2Fkonto%2Fprofil%2F")
    page = client.get(answer.url)
    assert "<strong>ny@example.no</strong>" in page.text
    assert 'inputmode="numeric"' in page.text
    assert 'autocomplete="one-time-code"' in page.text
    code = code_for("ny@example.no")
    answer = client.post(CONFIRM, {"code": f"{code[:3]} {code[3:]}", "next": "/en/konto/profil/"})
    assert (answer.status_code, answer.url) == (302, "/en/konto/profil/")
    user = User.objects.get()
    assert (user.email, user.language, user.has_usable_password()) == ("ny@example.no", "en", False)
    assert EmailAddress.objects.get(user=user).verified
    assert client.session["_auth_user_id"] == str(user.pk)
    assert "Your e-mail address is changed." not in client.get(answer.url).text


def test_code_is_answered_alike_for_known_and_unknown(client):
    UserFactory(email="kjent@example.no")
    UserFactory(email="stengt@example.no", is_active=False)
    ask(client, "varm@example.no")  # the first request of a process fills Django's own caches
    answers, statements = {}, {}
    for email in ["kjent@example.no", "stengt@example.no", "ukjent@example.no"]:
        client.session.flush()
        client.cookies.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = ask(client, email)
        page = client.get(answer.url).text.replace(email, "ADDRESS")
        token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
        answers[email] = (answer.status_code, answer.url, len(page.replace(token, "")))
        statements[email] = [query["sql"].split()[:3] for query in queries]
    assert len(set(answers.values())) == 1, answers
    assert len({str(asked) for asked in statements.values()}) == 1, statements


def test_session_survives_login(client, code_for):
    session = client.session
    session["drafts"] = {"secret": "abc"}
    session.save()
    before = session.session_key
    ask(client, "ny@example.no")
    client.post(CONFIRM, {"code": code_for("ny@example.no")})
    assert client.session["drafts"] == {"secret": "abc"}
    assert client.session.session_key != before  # but nobody who knew the old key comes along


def test_wrong_code_is_told_and_five_end_it(client, code_for):
    ask(client, "ny@example.no", next="/en/konto/profil/")
    wrong = {"code": "000000" if code_for("ny@example.no") != "000000" else "111111", "next": "/en/konto/profil/"}
    for _ in range(4):
        page = client.post(CONFIRM, wrong)
        assert page.status_code == 200
        assert "That is not the right code." in page.text
        assert 'aria-invalid="true"' in page.text
    answer = client.post(CONFIRM, wrong, follow=True)
    assert answer.redirect_chain == [(f"{LOGIN}?email=ny%40example.no&next=/en/konto/profil/", 302)]
    assert "many tries" in answer.text
    assert 'value="ny@example.no"' in answer.text
    answer = client.post(CONFIRM, {"code": code_for("ny@example.no")})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("age", [dt.timedelta(minutes=16), dt.timedelta(hours=5)])
def test_expired_code_is_told_with_a_way_on(client, code_for, age):
    ask(client, "ny@example.no")
    code = code_for("ny@example.no")
    with time_machine.travel(timezone.now() + age):
        answer = client.post(CONFIRM, {"code": code, "next": "/en/konto/profil/"}, follow=True)
    assert "The code is no longer valid." in answer.text
    assert 'value="ny@example.no"' in answer.text
    assert 'name="next" value="/en/konto/profil/"' in answer.text
    assert "_auth_user_id" not in client.session


def test_code_works_once(client, code_for):
    ask(client, "ny@example.no")
    code = code_for("ny@example.no")
    client.post(CONFIRM, {"code": code})
    client.post("/en/konto/logout/")
    client.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in client.session


def test_code_of_another_session_is_nothing(client, client_for, code_for):
    ask(client, "ny@example.no")
    other = client_for(None)
    ask(other, "annen@example.no")
    other.post(CONFIRM, {"code": code_for("ny@example.no")})
    assert "_auth_user_id" not in other.session


def test_new_code_ends_the_old(client, code_for):
    ask(client, "ny@example.no")
    old = code_for("ny@example.no")
    ask(client, "ny@example.no")
    assert (new := code_for("ny@example.no")) != old
    assert "not the right code" in client.post(CONFIRM, {"code": old}).text
    assert client.post(CONFIRM, {"code": new}).status_code == 302


def test_another_address_is_a_new_start(client, code_for):
    ask(client, "feil@example.no")
    assert client.get(LOGIN).status_code == 200
    ask(client, "rett@example.no")
    client.post(CONFIRM, {"code": code_for("rett@example.no")})
    assert User.objects.get(pk=client.session["_auth_user_id"]).email == "rett@example.no"


def test_codes_are_limited_per_address(client, outbox):
    for _ in range(3):
        assert ask(client, "ny@example.no").status_code == 302
    answer = ask(client, "ny@example.no")
    assert answer.status_code == 200
    assert "Wait a few minutes" in answer.text
    assert len(outbox("login-code")) == 3


def test_log_in_page_is_limited_per_network(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "request_login_code": "2/m/ip"}
    for number in range(2):
        assert ask(client, f"p{number}@example.no").status_code == 302
    answer = ask(client, "p3@example.no")
    assert "Wait a few minutes" in answer.text
    assert User.objects.count() == 2


def test_closed_account_hears_it_only_with_the_code(client, code_for):
    UserFactory(email="stengt@example.no", is_active=False)
    ask(client, "stengt@example.no")
    answer = client.post(CONFIRM, {"code": code_for("stengt@example.no")}, follow=True)
    assert "This account is closed" in answer.text
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "email", ["", "a\x00b@example.no", "x" * 2**20, f"{'x' * 2**20}@example.no", "ikke en adresse", "\u202ea@b.no"]
)
def test_bad_address_is_told(client, outbox, email):
    answer = ask(client, email)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text
    assert outbox() == []
    assert not User.objects.exists()


@pytest.mark.parametrize("code", ["", "\x00", "9" * 2**20, "æøå"])
def test_bad_code_is_told(client, code):
    ask(client, "ny@example.no")
    answer = client.post(CONFIRM, {"code": code})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text


def test_two_requests_at_once_make_one_account(client):
    ask(client, "ny@example.no")
    ask(client, "NY@example.no")
    assert User.objects.count() == EmailAddress.objects.count() == 1


def test_sign_up_and_old_addresses_lead_to_the_box(client):
    assert client.get("/en/konto/signup/?next=/en/").url == "/en/konto/login/?next=/en/"
    assert client.get("/en/konto/login/code/").url == "/en/konto/login/"
    assert client.get("/en/konto/login/?email=a@b.no").context["form"].initial == {"email": "a@b.no"}


def test_next_never_leads_elsewhere(client, code_for):
    ask(client, "ny@example.no", next="https://evil.example/")
    answer = client.post(CONFIRM, {"code": code_for("ny@example.no"), "next": "https://evil.example/"})
    assert answer.url == "/en/etter-innlogging/"


def test_start_login_by_code_from_another_page(client, code_for):
    request = client.post(LOGIN, {"email": ""}).wsgi_request
    with request_context(request):
        answer = start_login_by_code(request, email="ny@example.no", next_url="/en/ideer/ny/?a=1&b=2")
        with pytest.raises(ValidationError, match="valid email"):
            start_login_by_code(request, email="ikke en adresse", next_url="/")
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    assert answer.url == f"{CONFIRM}?next=/en/ideer/ny/%3Fa%3D1%26b%3D2"
    answer = client.post(answer.url, {"code": code_for("ny@example.no"), "next": "/en/ideer/ny/?a=1&b=2"})
    assert answer.url == "/en/ideer/ny/?a=1&b=2"


def test_known_person_gets_the_code_in_their_own_language(client, outbox):
    UserFactory(email="kari@example.no", language="nn", last_login=timezone.now())
    UserFactory(email="aldri@example.no", language="nn")
    for email in ["kari@example.no", "aldri@example.no", "ny@example.no"]:
        ask(client, email)
    assert [mail.language for mail in outbox("login-code")] == ["nn", "en", "en"]
