"""A whole school behind one network address writes ideas in the same hour."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from ideas.models import Idea
from tests.factories import IncubatorFactory, UserFactory
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db
NEW = "/en/ideer/ny/"
CONFIRM = "/en/konto/login/code/confirm/"
WORDS = {"need": "No bench at the bus stop", "proposal": "We build one", "screen": "ideen"}


@pytest.fixture(autouse=True)
def _limits():
    cache.clear()


def test_class_of_150_in_one_network_starts_saves_and_sends_in():
    IncubatorFactory(intake=True)
    for number in range(150):
        pupil = Client()
        saved = pupil.post(f"{NEW}lagre/", WORDS)
        assert saved.status_code == 200, number
        assert pupil.post(saved.json()["autosave"], {**WORDS, "proposal": "We build two"}).status_code == 200
        idea = Idea.objects.latest("pk")
        Idea.objects.filter(pk=idea.pk).update(created_at=timezone.now() - dt.timedelta(minutes=1))
        send = f"/en/ideer/utkast/{idea.uuid}/send/"
        assert pupil.post(send, {"email": f"elev{number}@example.no"}).status_code == 302, number
        pupil.post(CONFIRM, {"code": OutgoingMail.objects.filter(kind="login-code").latest("pk").snapshot["code"]})
        form = pupil.get(send).context["form"]
        pupil.post(send, {"may_publish": "no", "age_band": "", "revision": form.initial["revision"]})
    sent = Idea.objects.filter(status=Idea.Status.SUBMITTED, proposal="We build two")
    assert sent.values("author").distinct().count() == 150


def test_full_network_stops_no_draft_and_nobody_who_is_known(client, client_for, settings):
    client.post(NEW, WORDS)
    limits = dict.fromkeys(("start_idea", "login", "accessibility_feedback"), "0/h/ip")
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | limits
    idea = Idea.objects.get()
    for number in range(3):
        answer = client.post(f"/en/ideer/utkast/{idea.uuid}/lagre/", {**WORDS, "need": f"Bench {number}"})
        assert answer.status_code == 200
    idea.refresh_from_db()
    assert idea.need == "Bench 2"
    assert client.post(NEW, WORDS).status_code == 302  # this browser began one before
    assert client_for(UserFactory()).post(NEW, WORDS).status_code == 302
    assert Client().post(NEW, WORDS).status_code == 429
    assert Client().post(f"{NEW}lagre/", WORDS).status_code == 429
    assert Idea.objects.count() == 3
