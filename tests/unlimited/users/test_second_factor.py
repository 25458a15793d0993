"""Staff reach the desk and the admin with a second factor only; residents never meet it."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from tests.factories import InvitationFactory, MembershipFactory, UserFactory
from unlimited.users.factor import confirm

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = "/en/konto/ekstra-steg/"


@pytest.fixture(autouse=True)
def _setting(settings):
    settings.REQUIRE_STAFF_MFA = True
    cache.clear()


def totp_code(secret: str = SECRET) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.mark.parametrize("path", ["/arbeidsflate/", "/nn/arbeidsflate/", "/en/arbeidsflate/", "/admin/"])
@pytest.mark.parametrize("kind", ["member", "national"])
def test_second_factor_is_asked_of_staff(client_for, path, kind):
    user = MembershipFactory().user if kind == "member" else UserFactory(staff=True)
    answer = client_for(user, second_factor=False).get(path)
    assert answer.status_code == 302
    assert answer.url.endswith(f"/konto/ekstra-steg/?next={path}")
    answer = client_for(user).get(path)
    assert answer.status_code == (403 if path == "/admin/" and kind == "member" else 200) or "/login/" in answer.url


@pytest.mark.parametrize("make", [lambda: UserFactory(), lambda: MembershipFactory(former=True).user])
def test_second_factor_is_not_asked_of_residents(client_for, make):
    answer = client_for(make(), second_factor=False).get("/en/arbeidsflate/")
    assert "ekstra-steg" not in answer.headers.get("Location", "")


def test_second_factor_is_not_asked_elsewhere_or_when_turned_off(client_for, settings):
    client = client_for(UserFactory(staff=True), second_factor=False)
    page = client.get("/en/konto/profil/")
    assert page.status_code == 200
    assert 'href="/en/arbeidsflate/"' in page.text, "the way to the factor"
    settings.REQUIRE_STAFF_MFA = False
    assert "ekstra-steg" not in client.get("/en/arbeidsflate/").headers.get("Location", "")


def test_second_factor_of_somebody_else_does_not_count(client_for):
    client = client_for(UserFactory(staff=True))
    session = client.session
    session["account_authentication_methods_user"] = "0"
    session.save()
    assert "ekstra-steg" in client.get("/en/arbeidsflate/").url


@pytest.mark.django_db(transaction=True)
def test_second_factor_is_set_up_with_an_app_and_leads_back(client_for, outbox):
    invitation = InvitationFactory()
    client = client_for(UserFactory(email=invitation.email), second_factor=False)
    client.post(f"/en/invitasjon/{invitation.uuid}/{invitation.token}/godta/")
    page = client.get(client.get("/en/arbeidsflate/?a=1").url)
    assert 'href="/en/konto/2fa/totp/activate/"' in page.text
    page = client.get("/en/konto/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert secret in page.text
    answer = client.post("/en/konto/2fa/totp/activate/", {"code": totp_code(secret)})
    page = client.get(answer.url)
    assert "Your recovery codes" in page.text
    assert f'href="{STEP}"' in page.text
    assert [mail.snapshot["change"] for mail in outbox("account-changed")] == ["totp_activated"]
    assert client.get(STEP).url == "/en/arbeidsflate/?a=1"
    assert "ekstra-steg" not in client.get("/en/arbeidsflate/").headers.get("Location", "")


def test_second_factor_is_shown_on_the_way_to_the_desk(client_for):
    user = UserFactory(staff=True)
    confirm(TOTP.activate(user, SECRET).instance, source="invitation")
    client = client_for(user, second_factor=False)
    page = client.get(client.get("/en/arbeidsflate/?a=1").url)
    assert "Use the app or a recovery code" in page.text
    page = client.get(page.context["code_url"])
    assert "Show that it is you" in page.text
    answer = client.post("/en/konto/2fa/reauthenticate/", {"code": totp_code(), "next": "/en/arbeidsflate/?a=1"})
    assert answer.url == "/en/arbeidsflate/?a=1"
    assert "ekstra-steg" not in client.get("/en/arbeidsflate/").headers.get("Location", "")


def test_second_factor_is_asked_at_log_in_of_whoever_has_one(client, client_for, outbox):
    user = UserFactory()
    client_for(user)
    TOTP.activate(user, SECRET)
    recovery = RecoveryCodes.activate(user)
    client.post("/en/konto/login/", {"email": user.email, "next": "/en/konto/profil/"})
    code = outbox("login-code")[-1].snapshot["code"]
    answer = client.post("/en/konto/login/code/confirm/", {"code": code, "next": "/en/konto/profil/"}, follow=True)
    assert "One more step" in answer.text
    assert "_auth_user_id" not in client.session
    assert "not the right code" in client.post("/en/konto/2fa/authenticate/", {"code": "000"}).text
    answer = client.post("/en/konto/2fa/authenticate/", {"code": recovery.get_unused_codes()[0]})
    assert answer.url == "/en/konto/profil/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_second_factor_pages_show_what_there_is(client_for):
    user = UserFactory()
    client = client_for(user)
    assert "Set up an app" in client.get("/en/konto/2fa/").text
    assert "Make the passkey" in client.get("/en/konto/2fa/webauthn/add/").text
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    key = Authenticator.objects.create(
        user=user, type="webauthn", data={"name": "My phone", "credential": {"clientExtensionResults": {}}}
    )
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    pages = {
        "/en/konto/2fa/": "You have 1 passkey.",
        "/en/konto/2fa/totp/deactivate/": "Stop using the authenticator app?",
        "/en/konto/2fa/recovery-codes/": "Save them as a file",
        "/en/konto/2fa/recovery-codes/generate/": "Make new recovery codes?",
        "/en/konto/2fa/webauthn/": "My phone",
        f"/en/konto/2fa/webauthn/keys/{key.pk}/edit/": "What shall the passkey be called?",
        f"/en/konto/2fa/webauthn/keys/{key.pk}/remove/": "Remove the passkey My phone?",
        "/en/konto/2fa/reauthenticate/": "Show that it is you",
    }
    for path, words in pages.items():
        answer = client.get(path)
        assert (answer.status_code, words in answer.text) == (200, True), path
    assert "Save them" not in client.get("/en/konto/2fa/recovery-codes/download/").text
    answer = client.post("/en/konto/2fa/totp/deactivate/", follow=True)
    assert "The authenticator app is no longer used." in answer.text


def test_second_factor_asks_again_before_it_is_changed(client_for):
    user = UserFactory()
    TOTP.activate(user, SECRET)
    answer = client_for(user).get("/en/konto/2fa/totp/deactivate/")
    assert answer.url == "/en/konto/2fa/reauthenticate/?next=%2Fen%2Fkonto%2F2fa%2Ftotp%2Fdeactivate%2F"


def test_passkey_options_are_given_to_the_log_in_page(client):
    client.post("/en/konto/login/", {"email": "ny@example.no"})  # a code under way must not stand in the way
    answer = client.get("/en/konto/2fa/webauthn/login/", headers={"accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["challenge"]
    answer = client.post("/en/konto/2fa/webauthn/login/", {"credential": "{}"})
    assert answer.url == "/en/konto/login/"


ID = {"id": "AAAA", "rawId": "AAAA", "type": "public-key"}
NO_PASSKEY = [
    "[" * 100_000,
    "9" * 5000,
    "null",
    "[1,2]",
    json.dumps({"id": 5, "rawId": 5, "response": 5, "type": 5}),
    json.dumps(ID | {"response": {"clientDataJSON": "AAAA", "attestationObject": "AAAA"}}),
    json.dumps(ID | {"response": {"clientDataJSON": "!", "attestationObject": "oA", "userHandle": "\ud800"}}),
    '{"id": "\\ud800", "rawId": "\\ud800", "response": {"clientDataJSON": "\\ud800"}, "type": "x"}',
]


@pytest.mark.parametrize("nonsense", NO_PASSKEY)
def test_what_is_no_passkey_is_refused_and_no_fault(client_for, nonsense):
    client = client_for(UserFactory())
    for path in ("/en/konto/2fa/webauthn/add/", "/en/konto/2fa/webauthn/login/"):
        client.get(path)
        page = client.post(path, {"credential": nonsense, "name": "x"}, follow=True)
        assert page.status_code == 200
        assert not Authenticator.objects.exists()
        client.logout() if "add" in path else None
