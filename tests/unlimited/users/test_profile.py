"""The profile, consents, and what a person may have of us: their data, and its end."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from tests.factories import IdeaFactory, UserFactory
from unlimited.locks import WaitedTooLongError
from unlimited.users import actions, registry
from unlimited.users.models import Consent, User

pytestmark = pytest.mark.django_db
PROFILE = "/en/konto/profil/"
SUBJECT = "idea:6dc2f4ee-61d3-4a5b-9f1a-6a8f3b2f3a55"
CONSENT = {"purpose": "publish-idea", "text_version": "1", "source": "test"}


def test_profile_is_saved_and_consents_are_not_touched(client_for):
    user = UserFactory(name="Kari", language="nb")
    consent = actions.give_consent(user=user, subject=SUBJECT, **CONSENT)
    answer = client_for(user).post(PROFILE, {"name": "Kari Nordmann", "language": "nn"}, follow=True)
    assert "Your profile is saved." in answer.text
    user.refresh_from_db()
    assert (user.name, user.language) == ("Kari Nordmann", "nn")
    assert Consent.objects.get() == consent
    assert Consent.objects.get().withdrawn_at is None


@pytest.mark.parametrize("change", [{"name": "x" * 2**20}, {"language": "no"}, {"language": ""}])
def test_profile_with_bad_input_is_told(client_for, change):
    user = UserFactory(name="Kari")
    page = client_for(user).post(PROFILE, {"name": "Kari", "language": "nb"} | change)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert User.objects.get().name == "Kari"


def test_profile_name_is_one_line_that_turns_nobody_elses_words_around(client_for):
    user = UserFactory()
    client_for(user).post(PROFILE, {"name": "Ka\u202eri\x00\r\nBcc: all@example.no", "language": "nb"})
    user.refresh_from_db()
    assert user.name == "Kari Bcc: all@example.no"


def test_profile_shows_consents_and_takes_them_back(client_for, monkeypatch):
    told = []
    purpose = registry.ConsentPurpose(describe=lambda _: {SUBJECT: "Coffee on the steps"}, on_withdrawn=told.append)
    monkeypatch.setitem(registry.purposes, "publish-idea", purpose)
    user = UserFactory()
    consent = actions.give_consent(user=user, subject=SUBJECT, **CONSENT)
    client = client_for(user)
    assert "Coffee on the steps" in client.get(PROFILE).text
    answer = client.post(f"/en/konto/profil/samtykke/{consent.uuid}/trekk/", follow=True)
    assert "You have withdrawn your consent." in answer.text
    assert Consent.objects.get().withdrawn_at
    client.post(f"/en/konto/profil/samtykke/{consent.uuid}/trekk/")
    assert told == [consent]


def test_profile_asks_the_database_equally_often(client_for, same_queries_at):
    user = UserFactory()
    client = client_for(user)

    def consent():
        idea = IdeaFactory(public=True, author=user)
        actions.give_consent(user=user, subject=idea.consent_subject, **CONSENT)

    same_queries_at(consent, lambda: client.get(PROFILE), limit=8)


def test_consent_of_somebody_else_is_not_there(client_for):
    consent = actions.give_consent(user=UserFactory(), subject=SUBJECT, **CONSENT)
    client = client_for(UserFactory())
    assert client.post(f"/en/konto/profil/samtykke/{consent.uuid}/trekk/").status_code == 404
    assert client.get(f"/en/konto/profil/samtykke/{consent.uuid}/trekk/").status_code == 405
    assert Consent.objects.get().withdrawn_at is None


def test_consent_again_changes_nothing_and_a_new_text_is_a_new_row():
    user, at = UserFactory(), timezone.now()
    first = actions.give_consent(user=user, subject=SUBJECT, **CONSENT, at=at)
    assert actions.give_consent(user=user, subject=SUBJECT, **CONSENT) == first
    later = at + dt.timedelta(days=1)
    actions.give_consent(user=user, subject=SUBJECT, **CONSENT | {"text_version": "2"}, at=later)
    rows = list(Consent.objects.order_by("given_at").values_list("text_version", "given_at", "withdrawn_at"))
    assert rows == [("1", at, later), ("2", later, None)]
    assert actions.withdraw_consent(user=user, purpose="publish-idea", subject=SUBJECT, at=at).withdrawn_at == later
    assert actions.withdraw_consent(user=user, purpose="publish-idea", subject=SUBJECT) is None


def test_export_hands_out_what_the_apps_keep(client_for):
    user = UserFactory(name="Kari")
    IdeaFactory(author=user, title="Coffee on the steps")
    IdeaFactory(title="Somebody else's")
    client = client_for(user)
    assert client.get("/en/konto/mine-opplysninger/").status_code == 405
    answer = client.post("/en/konto/mine-opplysninger/")
    assert answer["Content-Disposition"] == 'attachment; filename="norge-unlimited.json"'
    data = json.loads(answer.content)
    assert set(data) == set(registry.exporters)
    assert data["users"]["account"]["email"] == user.email
    assert "Coffee on the steps" in answer.text
    assert "Somebody else's" not in answer.text
    assert 'password":' not in answer.text.replace('has_password":', "")


def test_erase_needs_the_address_typed(client_for):
    user = UserFactory(email="kari@example.no")
    client = client_for(user)
    assert "Archives Act" in client.get("/en/konto/slett/").text
    for typed in ["", "ola@example.no", "x" * 2**20]:
        page = client.post("/en/konto/slett/", {"email": typed})
        assert page.context["form"].errors
    assert User.objects.get() == user
    answer = client.post("/en/konto/slett/", {"email": "Kari@example.no"}, follow=True)
    assert "are erased" in answer.text
    assert not User.objects.exists()
    assert client.get(PROFILE).status_code == 302


def test_erasure_that_waits_too_long_says_so_and_leaves_all_as_it_was(client_for, monkeypatch):
    user = UserFactory(email="kari@example.no")
    client = client_for(user)

    def held_by_others(user):
        raise WaitedTooLongError

    with monkeypatch.context() as patch:
        patch.setitem(registry.erasers, "users", held_by_others)
        answer = client.post("/en/konto/slett/", {"email": "kari@example.no"})
    assert answer.status_code == 503
    assert "nothing is deleted yet" in answer.text
    assert 'value="kari@example.no"' in answer.text
    assert client.get(PROFILE).status_code == 200
    assert "are erased" in client.post("/en/konto/slett/", {"email": "kari@example.no"}, follow=True).text
    assert not User.objects.exists()


def test_export_and_erasure_ask_again_where_there_is_a_password(client_for):
    client = client_for(UserFactory(password="riktig hest batteri"), second_factor=False)
    assert "/konto/reauthenticate/" in client.get("/en/konto/slett/").url
    assert "/konto/reauthenticate/" in client.post("/en/konto/mine-opplysninger/").url
