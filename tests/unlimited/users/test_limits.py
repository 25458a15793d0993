"""Rate limits: a stranger stops themselves, and nobody else."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories import EventFactory, UserFactory
from unlimited.users.models import User

pytestmark = pytest.mark.django_db
LOGIN = "/en/konto/login/"
PASSWORD = "/en/konto/login/password/"
CONFIRM = "/en/konto/login/code/confirm/"
VICTIM = "kari@example.no"
WORDS = "riktig hest batteri stift"
STRANGERS = ["203.0.113.1", "203.0.113.2", "2001:db8:1::1"]


@pytest.fixture(autouse=True)
def _limits():
    cache.clear()


def ask(client, *, network="127.0.0.1", email=VICTIM) -> bool:
    """Ask for a code; whether one was sent."""
    return client.post(LOGIN, {"email": email}, REMOTE_ADDR=network).status_code == 302


def attack(requests=200, networks=STRANGERS) -> int:
    """Ask for the victim's codes from other networks; return how many were sent."""
    return sum(ask(Client(), network=networks[number % len(networks)]) for number in range(requests))


def try_password(client, password, *, network="127.0.0.1"):
    return client.post(PASSWORD, {"login": VICTIM, "password": password}, REMOTE_ADDR=network)


def known_browser(outbox) -> Client:
    """A browser in which the victim has logged in and out."""
    client = Client()
    ask(client)
    client.post(CONFIRM, {"code": outbox("login-code")[-1].snapshot["code"]})
    assert "_auth_user_id" in client.session
    client.post("/en/konto/logout/")
    assert "_auth_user_id" not in client.session
    return client


def test_strangers_from_three_networks_do_not_stop_the_network_of_the_victim(client):
    assert attack() == 9  # three in this minute from each
    assert ask(client)


def test_strangers_in_the_same_network_do_not_stop_a_browser_that_has_logged_in_before(outbox):
    browser = known_browser(outbox)
    assert attack(networks=["127.0.0.1"]) == 2  # the third was the victim's own
    assert not ask(Client())
    assert [ask(browser) for _ in range(4)] == [True, True, True, False]


def test_browser_that_logged_in_with_another_address_has_no_bucket_for_the_victims(outbox):
    stranger = Client()
    ask(stranger, email="ola@example.no")
    stranger.post(CONFIRM, {"code": outbox("login-code")[-1].snapshot["code"]})
    stranger.post("/en/konto/logout/")
    assert [ask(stranger) for _ in range(4)] == [True, True, True, False]


def test_many_networks_send_one_mail_each_and_the_next_network_still_gets_one(client):
    networks = [f"198.51.100.{number}" for number in range(30)]
    assert attack(90, networks) == 20 + 30  # all together 20, then one from each network
    assert ask(client)
    assert not ask(client)


def test_mails_to_one_address_end_somewhere_whatever_the_networks(settings):
    limits = {"mails_to_address": "2/h/key", "mails_to_address_at_most": "3/h/key"}
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | limits
    assert attack(10, [f"198.51.100.{number}" for number in range(10)]) == 5


def test_session_knows_addresses_as_keyed_hashes_only(outbox):
    known = known_browser(outbox).session["known_to"]
    assert [len(mark) for mark in known] == [64]
    assert VICTIM not in str(known)


def test_wrong_passwords_of_strangers_stop_the_stranger_and_not_the_victim(client):
    user = UserFactory(email=VICTIM, password=WORDS)
    for _ in range(6):
        answer = try_password(Client(), "feil", network=STRANGERS[0])
    assert "Wait a few minutes" in answer.text
    assert "Wait a few minutes" in try_password(Client(), WORDS, network=STRANGERS[0]).text
    assert try_password(client, WORDS).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_guesser_with_many_networks_is_stopped_and_the_victim_is_led_to_the_code(outbox):
    browser = known_browser(outbox)
    user = User.objects.get(email=VICTIM)
    user.set_password(WORDS)
    user.save()
    for number in range(51):
        answer = try_password(Client(), "feil", network=f"198.51.100.{number}")
    assert "Log in with a code by e-mail." in answer.text
    assert "Log in with a code by e-mail." in try_password(Client(), WORDS).text
    assert ask(Client(), network="192.0.2.7")
    assert try_password(browser, WORDS).status_code == 302


def test_strangers_do_not_stop_links_of_a_registration(client):
    for network in STRANGERS * 5:
        Client().post("/en/pamelding/ny-lenke/", {"email": VICTIM}, REMOTE_ADDR=network)
    assert client.post("/en/pamelding/ny-lenke/", {"email": VICTIM}).status_code == 302


def test_strangers_do_not_stop_a_registration_with_the_address(client, settings, client_for):
    limits = {"register_party": "1/h/key", "register_party_anywhere": "1/h/key"}
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | limits
    event = EventFactory()
    form = {
        "days": event.slug,
        "kind": "myself",
        "contact_name": "Kari Vik",
        "contact_email": VICTIM,
        "language": "nb",
    }
    page = f"/en/arrangementer/{event.slug}/pamelding/"

    def register(browser, token, **more) -> int:
        return browser.post(page, {**form, "form_token": token}, **more).status_code

    tokens = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(3)]
    assert register(Client(), tokens[0], REMOTE_ADDR=STRANGERS[0]) == 302
    assert register(Client(), tokens[1], REMOTE_ADDR=STRANGERS[1]) == 429
    assert register(client_for(UserFactory(email=VICTIM)), tokens[2]) != 429
