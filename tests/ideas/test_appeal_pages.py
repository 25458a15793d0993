"""An appeal on the screen: of its author, of those who answer it, and of those who may not."""

import datetime as dt

import pytest
from django.utils import timezone

from ideas.actions import moderation
from ideas.models import Appeal, Idea, Transition
from tests.factories import IncubatorFactory, MembershipFactory
from tests.ideas.test_appeals import answer_it, appeal_it, decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def moderator(incubator):
    return MembershipFactory(incubator=incubator).user


@pytest.fixture
def leader(incubator):
    return MembershipFactory(incubator=incubator, leader=True, user__name="Ingrid").user


def test_author_appeals_on_their_page_and_reads_the_answer(client_for, incubator, moderator, leader):
    decision = decide("declined", incubator, moderator)
    client = client_for(decision.idea.author)
    page, form = f"/en/min-side/ideer/{decision.idea.uuid}/", f"klage/{decision.revision}/"
    assert f'href="{page}{form}"' in client.get(page).text
    assert "We lack a cellar." in client.get(page + form).text

    empty = client.post(page + form, {"reason": " "})
    assert (empty.status_code, "Write why you do not agree." in empty.text) == (422, True)
    for _ in range(2):
        assert client.post(page + form, {"reason": "You misread me."}).status_code == 302

    appeal = Appeal.objects.get()
    words = client.get(page).text
    assert "It is being read. You get an answer by" in words
    assert form not in words
    assert client.get(page + form).status_code == 302
    Appeal.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    assert "We are sorry that you have to wait" in client.get(page).text
    answer_it(appeal, leader, is_granted=False, answer="There is no cellar.")
    assert "There is no cellar." in client.get(page).text


def test_author_is_told_where_the_decision_is_overtaken(client_for, incubator, moderator):
    decision = decide("paused", incubator, moderator)
    moderation.resume_idea(idea=decision.idea, by=moderator, seen_revision=decision.revision)
    url = f"/en/min-side/ideer/{decision.idea.uuid}/klage/{decision.revision}/"

    response = client_for(decision.idea.author).post(url, {"reason": "But why?"}, follow=True)

    assert "there is nothing left to appeal" in response.text


def answer_url(appeal: Appeal) -> str:
    return f"/en/arbeidsflate/klager/{appeal.uuid}/"


def test_leader_finds_the_appeal_and_answers_it(client_for, incubator, moderator, leader):
    appeal = appeal_it(decide("declined", incubator, moderator))
    client = client_for(leader)
    assert answer_url(appeal) in client.get("/en/arbeidsflate/klager/").text
    assert answer_url(appeal) in client.get(f"/en/arbeidsflate/ideer/{appeal.idea.uuid}/").text
    page = client.get(answer_url(appeal))
    fields = {"revision": page.context["form"]["revision"].value(), "outcome": "ja"}

    assert client.post(answer_url(appeal), fields).status_code == 422
    fields["answer"] = "You are right."
    for _ in range(2):
        assert client.post(answer_url(appeal), fields).status_code == 302

    assert Idea.objects.get().status == "submitted"
    assert Transition.objects.filter(kind="appeal_granted").count() == 1
    assert "You are right." in client.get(answer_url(appeal)).text
    assert answer_url(appeal) not in client.get("/en/arbeidsflate/klager/").text


def test_leader_is_told_of_a_change_and_keeps_the_answer(client_for, incubator, moderator, leader):
    appeal = appeal_it(decide("declined", incubator, moderator))
    client = client_for(leader)
    seen = client.get(answer_url(appeal)).context["form"]["revision"].value()
    idea = Idea.objects.get()
    moderation.hide_idea(idea=idea, by=moderator, seen_revision=idea.revision, reason="A name.")
    fields = {"revision": seen, "outcome": "nei", "answer": "There is no cellar."}

    response = client.post(answer_url(appeal), fields)

    assert response.status_code == 409
    assert "There is no cellar." in response.text
    fields["revision"] = response.context["form"]["revision"].value()
    assert client.post(answer_url(appeal), fields).status_code == 302


def test_who_decided_reads_the_appeal_and_does_not_answer_it(client_for, incubator, moderator, leader):
    appeal = appeal_it(decide("declined", incubator, moderator))
    client = client_for(moderator)

    assert "A leader who did not take the decision answers this." in client.get(answer_url(appeal)).text
    fields = {"revision": appeal.idea.revision, "outcome": "nei", "answer": "No."}
    assert client.post(answer_url(appeal), fields).status_code == 403
    assert Appeal.objects.open().exists()


def test_list_asks_the_database_equally_often(same_queries_at, client_for, incubator, moderator, leader):
    client = client_for(leader)
    same_queries_at(
        lambda: appeal_it(decide("declined", incubator, moderator)),
        lambda: client.get("/en/arbeidsflate/klager/"),
        limit=12,
    )


def test_right_to_appeal_a_question_is_folded_under_friendly_words(client_for, incubator, moderator):
    decision = decide("changes_requested", incubator, moderator)
    page = client_for(decision.idea.author).get(f"/en/min-side/ideer/{decision.idea.uuid}/").text
    folded = page[page.index("Do you think this is wrong?") :].partition("</details>")[0]
    assert f"klage/{decision.revision}/" in folded
    assert "Do you not agree with this decision" not in page
