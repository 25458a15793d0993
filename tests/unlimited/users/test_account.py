"""Password, address, sessions: the pages of allauth that we keep."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import translation

from tests.factories import InvitationFactory, UserFactory
from unlimited.mail.models import OutgoingMail
from unlimited.users import actions, emails
from unlimited.users.adapter import AccountAdapter
from unlimited.users.models import User
from unlimited.users.templatetags.devices import device

pytestmark = pytest.mark.django_db
WORDS = "riktig hest batteri stift"


@pytest.fixture(autouse=True)
def _limits():
    cache.clear()


def log_in_by_code(client, outbox, email):
    client.post("/en/konto/login/", {"email": email})
    client.post("/en/konto/login/code/confirm/", {"code": outbox("login-code")[-1].snapshot["code"]})


def test_password_is_set_and_logs_in(client, outbox):
    user = UserFactory()
    log_in_by_code(client, outbox, user.email)
    assert client.get("/en/konto/password/change/").url == "/en/konto/password/set/"
    assert "Set a password" in client.get("/en/konto/password/set/").text
    answer = client.post("/en/konto/password/set/", {"password1": WORDS, "password2": WORDS}, follow=True)
    assert "Your password is saved." in answer.text
    assert outbox("account-changed")[-1].snapshot["change"] == "password_set"
    client.post("/en/konto/logout/")
    page = client.post("/en/konto/login/password/", {"login": user.email, "password": "feil"})
    assert "The address or the password is wrong." in page.text
    answer = client.post(
        "/en/konto/login/password/", {"login": user.email, "password": WORDS, "next": "/en/konto/profil/"}
    )
    assert answer.url == "/en/konto/profil/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_password_log_in_tells_nothing_of_who_is_known(client):
    UserFactory(email="kjent@example.no", password=WORDS)
    answers = []
    for email in ["kjent@example.no", "ukjent@example.no"]:
        page = client.post("/en/konto/login/password/", {"login": email, "password": "feil"})
        answers.append((page.status_code, [str(error) for error in page.context["form"].non_field_errors()]))
    assert answers[0] == answers[1]


def test_password_forgotten_is_replaced_after_a_code(client, client_for, outbox):
    user = UserFactory(password=WORDS)
    log_in_by_code(client, outbox, user.email)
    page = client.get("/en/konto/password/change/")
    assert list(page.context["form"].fields) == ["password1", "password2"]
    new = "fire andre norske ord"
    client.post("/en/konto/password/change/", {"password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)
    page = client_for(user, second_factor=False).get("/en/konto/password/change/")
    assert list(page.context["form"].fields) == ["oldpassword", "password1", "password2"]


def test_password_that_is_weak_is_told(client_for):
    page = client_for(UserFactory()).post("/en/konto/password/set/", {"password1": "kort", "password2": "kort"})
    assert page.context["form"].errors["password1"]


def test_address_is_changed_by_a_code(client_for, outbox):
    user = UserFactory(email="gammel@example.no")
    actions.ready_account(email="ny@example.no", language="nb")  # somebody once typed it and never came
    client = client_for(user)
    assert "gammel@example.no" in client.get("/en/konto/email/").text
    answer = client.post("/en/konto/email/", {"email": "Ny@example.no", "action_add": ""}, follow=True)
    assert "Use this address" in answer.text
    mail = outbox("address-code")[-1]
    assert mail.recipient == "ny@example.no"
    assert "not the right code" in client.post("/en/konto/confirm-email/", {"code": "1"}).text
    answer = client.post("/en/konto/confirm-email/", {"code": mail.snapshot["code"]}, follow=True)
    assert "Your e-mail address is changed." in answer.text
    user.refresh_from_db()
    assert user.email == "ny@example.no"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("ny@example.no", True)]
    told = outbox("account-changed")[-1]
    assert (told.recipient, told.snapshot["change"]) == ("gammel@example.no", "email_changed")


def test_address_of_somebody_else_is_not_given_away(client_for, outbox):
    other = UserFactory(email="annen@example.no")
    client = client_for(UserFactory(email="meg@example.no"))
    client.post("/en/konto/email/", {"email": other.email, "action_add": ""})
    page = client.post("/en/konto/confirm-email/", {"code": outbox("address-code")[-1].snapshot["code"]})
    assert "This address cannot be used." in page.text
    assert User.objects.filter(email="annen@example.no").get() == other


def test_sessions_elsewhere_are_ended(client, client_for, outbox):
    user = UserFactory()
    here, there = client, client_for(None)
    log_in_by_code(here, outbox, user.email)
    log_in_by_code(there, outbox, user.email)
    assert UserSession.objects.filter(user=user).count() == 2
    answer = here.post("/en/konto/sessions/", follow=True)
    assert "You are logged out everywhere else." in answer.text
    assert there.get("/en/konto/profil/").status_code == 302
    assert here.get("/en/konto/profil/").status_code == 200


def test_sessions_are_told_in_words_that_one_knows(client, outbox):
    client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    log_in_by_code(client, outbox, UserFactory().email)
    text = client.get("/en/konto/sessions/").text
    assert "Firefox on Linux" in text
    assert "Mozilla" not in text


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("(iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("(Linux; Android 10; K) Chrome/137.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("(Windows NT 10.0; Win64; x64) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0", "Edge on Windows"),
        ("curl/8", "A browser we do not know"),
        ("", "A browser we do not know"),
    ],
)
def test_device_is_named_as_its_owner_would(told, known):
    with translation.override("en"):
        assert device(told) == known


def test_log_out_asks_first(client_for):
    client = client_for(UserFactory())
    assert "Log out?" in client.get("/en/konto/logout/").text
    assert "_auth_user_id" in client.session
    assert client.post("/en/konto/logout/").url == "/en/"
    assert "_auth_user_id" not in client.session


def test_account_front_is_the_profile(client_for):
    assert client_for(UserFactory()).get("/en/konto/").url == "/en/konto/profil/"


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("path", ["login/", "login/password/"])
def test_pages_are_there_in_each_language(client, language, path):
    prefix = "" if language == "nb" else f"/{language}"
    page = client.get(f"{prefix}/konto/{path}")
    assert f'<html lang="{language}"' in page.text


def test_pages_of_a_session_are_kept_by_no_cache(client, client_for):
    assert client_for(UserFactory()).get("/en/konto/profil/")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in client.get("/en/om/")


@pytest.mark.parametrize("path", ["/konto/login/", "/nn/konto/login/", "/en/ideer/utkast/x/", "/en/arbeidsflate/"])
def test_private_pages_are_kept_by_no_cache_and_no_search_engine_before_log_in_too(client, path):
    answer = client.get(path)
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")


def test_page_of_an_invitation_is_kept_by_no_cache(client):
    invited = InvitationFactory()
    answer = client.get(f"/en/invitasjon/{invited.uuid}/{invited.token}/")
    assert invited.email in answer.text
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")


@pytest.mark.parametrize("path", ["/", "/en/ideer/", "/en/inkubatorer/", "/en/om/", "/en/ideer/ny/"])
def test_public_pages_are_found(client, path):
    assert "X-Robots-Tag" not in client.get(path)


def test_mail_of_an_unknown_kind_is_a_mistake(rf):
    with pytest.raises(ValueError, match="No words"):
        AccountAdapter().send_mail("account/email/something_new", "a@example.no", {})


def test_mail_is_gone_with_the_change_it_tells_of():
    try:
        with transaction.atomic():
            emails.mail_account_changed(to="a@example.no", language="nb", change="password_set")
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert not OutgoingMail.objects.exists()


def test_mail_never_takes_its_address_from_the_request(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    user = UserFactory()
    request = RequestFactory().post("/", headers={"host": "evil.example"})
    request.user = user
    AccountAdapter(request).send_mail("account/email/password_set", user.email, {"user": user})
    assert OutgoingMail.objects.get().snapshot["url"] == f"{settings.SITE_URL}/konto/profil/"


@pytest.mark.parametrize("cookie", ['"aaaaaaaa\\000aaaa"', "'; drop table--", "a" * 5000, "ææææææææ"])
def test_cookie_that_is_no_sessions_is_no_session(cookie):
    answer = Client().get("/en/", headers={"Cookie": f"sessionid={cookie}".encode().decode("latin-1")})
    assert answer.status_code == 200
