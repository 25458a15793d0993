"""An incubator has closed: a concern from there, and an appeal against it, are read by who has its work."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from ideas.actions.appeal import answer_appeal, appeal_decision
from ideas.actions.closing import close_incubator
from ideas.actions.concern import close_concern, raise_concern
from ideas.models import Concern
from incubators.rules import incubators_answered_for
from tests.factories import ConcernFactory, IdeaFactory, IncubatorFactory, MembershipFactory
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db
TOKEN = "6f0f3c3e-3c1f-4c55-8f5a-0f6a0a1f2b3c"


@pytest.fixture
def house():
    return IncubatorFactory(name="Tøyen")


@pytest.fixture
def successor():
    return IncubatorFactory(name="Storhaug")


@pytest.fixture
def ingrid(successor):
    return MembershipFactory(incubator=successor, leader=True, user__name="Ingrid", user__language="en").user


def close(house, to) -> None:
    by = MembershipFactory(incubator=house, leader=True).user
    close_incubator(incubator=house, to=to, words="The house is sold.", by=by)
    house.refresh_from_db()


def test_concern_is_read_and_closed_by_the_leader_who_has_the_work_now(client_for, house, successor, ingrid):
    concern = ConcernFactory(idea=IdeaFactory(ended=True, incubator=house))
    moderator = MembershipFactory(incubator=successor).user
    url = f"/en/arbeidsflate/bekymringer/{concern.uuid}/"
    assert client_for(ingrid).get(url).status_code == 404
    close(house, successor)

    assert concern.what in client_for(ingrid).get(url).text
    assert str(concern.uuid) in client_for(ingrid).get("/en/arbeidsflate/leder/").text
    assert client_for(concern.written_by).get(url).status_code == 200
    assert client_for(moderator).get(url).status_code == 404
    assert ingrid.has_perm("ideas.lead_concern", concern)
    assert not moderator.has_perm("ideas.view_concern", concern)
    answer = client_for(ingrid).post(f"{url}lukk/", {"note": "The child is safe."})
    assert answer.status_code == 302
    concern.refresh_from_db()
    assert concern.closed_by == ingrid


def test_concern_goes_on_where_the_successor_closes_too(house, successor, ingrid):
    concern = ConcernFactory(idea=IdeaFactory(ended=True, incubator=house))
    last = IncubatorFactory(name="Bryne")
    berit = MembershipFactory(incubator=last, leader=True).user
    close(house, successor)
    close(successor, last)
    assert Concern.objects.visible_to(berit).get() == concern
    assert set(incubators_answered_for(berit)) == {last.pk, house.pk, successor.pk}


def test_concern_raised_afterwards_is_told_to_who_has_the_work_now(house, successor, ingrid, outbox):
    idea = IdeaFactory(ended=True, incubator=house)
    writer = MembershipFactory(incubator=house).user
    close(house, successor)
    concern = raise_concern(idea=type(idea).objects.get(pk=idea.pk), by=writer, what="She is afraid.", token=TOKEN)
    assert [mail.recipient for mail in outbox("leader-notice")] == [ingrid.email]
    close_concern(concern=concern, by=ingrid, note="Safe.")


def test_who_leads_nothing_asks_nothing(house):
    user = MembershipFactory(incubator=house).user
    incubators_answered_for(user)
    with CaptureQueriesContext(connection) as queries:
        assert incubators_answered_for(user) == []
    assert len(queries) == 0


def decide(house):
    idea = IdeaFactory(declined=True, incubator=house, author__language="en")
    words = {"reason": "No room.", "way_on": "Ask the library.", "way_on_kind": "other"}
    decision = idea.transitions.create(
        kind="declined", from_status="submitted", to_status="declined", revision=idea.revision, **words
    )
    return idea, decision


def test_open_appeal_goes_along_and_is_answered(house, successor, ingrid):
    idea, decision = decide(house)
    appeal = appeal_decision(decision=decision, by=idea.author, reason="There is room.")
    close(house, successor)
    appeal = type(appeal).objects.with_case().get()
    assert appeal.answerers == [ingrid]
    answer_appeal(appeal=appeal, by=ingrid, seen_revision=appeal.idea.revision, is_granted=True, answer="Yes.")
    idea.refresh_from_db()
    assert (idea.status, idea.incubator) == ("submitted", successor)


def test_appeal_afterwards_takes_the_case_to_who_has_the_work_now(client_for, house, successor, ingrid, outbox):
    idea, decision = decide(house)
    close(house, successor)
    decision.refresh_from_db()
    appeal = appeal_decision(decision=decision, by=idea.author, reason="There is room.")
    idea.refresh_from_db()
    assert idea.incubator == successor
    assert [change.kind for change in idea.transitions.order_by("revision")] == ["declined", "moved", "appealed"]
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [
        ("appeal-received", idea.author.email),
        ("appeal-waits", ingrid.email),
    ]
    with translation.override("en"):
        receipt = say(outbox("appeal-received")[0]).paragraphs[0]
    assert receipt.startswith("Tøyen has closed. Storhaug goes on with its ideas, and answers you.")
    assert client_for(ingrid).get(f"/en/arbeidsflate/klager/{appeal.uuid}/").status_code == 200
    assert "Moved to another incubator" in client_for(idea.author).get(f"/en/min-side/ideer/{idea.uuid}/").text
