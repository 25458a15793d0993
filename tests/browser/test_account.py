"""Into the account as a person does it: a code on a phone, with and without scripts, and a passkey."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from tests.factories import UserFactory
from unlimited.mail.models import OutgoingMail
from unlimited.users.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _mail_waits(monkeypatch):
    monkeypatch.setattr("unlimited.mail.bell.ring", lambda: True)
    cache.clear()


def latest_code() -> str:
    return OutgoingMail.objects.filter(kind="login-code").latest("pk").snapshot["code"]


def add_device(page) -> None:
    """Give the browser a phone's own passkeys, whose owner is always at hand."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": kind | {"isUserVerified": True}})


@pytest.mark.parametrize("scripts", [True, False])
def test_code_on_a_phone(open_page, scripts):
    page = open_page(width=320, java_script_enabled=scripts)
    page.goto("/en/konto/login/?next=/en/konto/profil/")
    page.get_by_label("Your e-mail address").fill("ny@example.no")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not the right code.")
    page.get_by_label("Code").fill(latest_code())
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile("/en/konto/profil/$"))
    assert User.objects.get().email == "ny@example.no"


def test_passkey_is_made_and_logs_in_alone(open_page, settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    user = UserFactory()
    page = open_page(user=user)
    add_device(page)
    page.goto("/en/konto/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("My phone")
    page.get_by_label("Log in with this passkey alone").check()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/en/konto/login/?next=/en/konto/profil/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page).to_have_url(re.compile("/en/konto/profil/$"))
    expect(page.locator("main")).to_contain_text(user.email)


def test_passkey_not_used_is_said_in_words(open_page):
    page = open_page()
    page.goto("/en/konto/login/")
    add_device(page)  # without any passkey
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()
