"""What those who write along hear by mail: as their author does, unless they have turned it off."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ideas.actions import coauthors as actions
from ideas.actions import moderation, notes
from ideas.actions.closing import close_incubator
from ideas.models import CoAuthor, Idea
from incubators.actions.promises import tell_of_delays
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea():
    return IdeaFactory(changes_requested=True, title="Verksted", author__language="en")


def joined(idea: Idea, role: str = "edit", user=None) -> CoAuthor:
    user = user or UserFactory()
    row = actions.invite_coauthor(idea=idea, by=idea.author, email=user.email, role=role)
    return actions.join_idea(coauthor=row, by=user)


def mine_url(idea: Idea, rest: str = "") -> str:
    return f"/en/min-side/ideer/{idea.uuid}/{rest}"


def test_mails_about_one_idea_are_turned_off_and_on_without_leaving(idea, client_for, outbox):
    row, other = joined(idea), joined(idea)
    elsewhere = IdeaFactory(accepted=True)
    joined(elsewhere, user=row.user)
    along = client_for(row.user)
    assert "Turn these mails off" in along.get(mine_url(idea)).text
    assert along.get(mine_url(idea, "varsler/")).status_code == 405
    for _ in range(2):
        page = along.post(mine_url(idea, "varsler/"), {"vil_ha": "nei"}, follow=True)
    assert "Turn the mails on again" in page.text

    notes.write_to_author(idea=idea, by=UserFactory(), body="Hello")
    notes.write_to_author(idea=elsewhere, by=UserFactory(), body="Hello")
    assert [mail.recipient for mail in outbox("coauthor-news")] == [other.user.email, row.user.email]

    along.post(mine_url(idea, "varsler/"), {"vil_ha": "ja"})
    notes.write_to_author(idea=idea, by=UserFactory(), body="Once more")
    assert [mail.recipient for mail in outbox("coauthor-news")][2:] == [row.user.email, other.user.email]


@pytest.mark.parametrize("who", ["author", "reader", "stranger"])
def test_only_who_writes_along_has_mails_to_turn_off(idea, client_for, who):
    people = {"author": idea.author, "reader": joined(idea, role="read").user, "stranger": UserFactory()}
    assert client_for(people[who]).post(mine_url(idea, "varsler/"), {"vil_ha": "nei"}).status_code == 404
    assert not CoAuthor.objects.filter(wants_mail=False).exists()


def test_who_writes_along_is_told_of_a_delay_by_a_mail_of_their_own(outbox):
    idea = IdeaFactory(overdue=True)
    row, silent = joined(idea), joined(idea)
    actions.choose_mails(idea=idea, by=silent.user, wants_mail=False)
    for _ in range(2):
        tell_of_delays()
    (mail,) = outbox("coauthor-news")
    assert (mail.recipient, mail.status) == (row.user.email, "queued")
    assert [mail.recipient for mail in outbox("idea-answer-late")] == [idea.author.email]

    idea.refresh_from_db()
    moderation.accept_idea(idea=idea, by=UserFactory(), seen_revision=idea.revision)
    mail.refresh_from_db()
    assert mail.status == "cancelled"


def test_who_writes_along_is_told_that_the_idea_has_moved(outbox):
    idea, successor = IdeaFactory(submitted=True, author=UserFactory()), IncubatorFactory()
    row = joined(idea)
    close_incubator(incubator=idea.incubator, to=successor, words="Sold.", by=UserFactory())
    assert [mail.recipient for mail in outbox("coauthor-news")] == [row.user.email]
    assert [mail.recipient for mail in outbox("idea-moved")] == [idea.author.email]


def test_night_asks_equally_often_however_many_write_along():
    asked = []
    for count in (1, 9):
        for _ in range(count):
            joined(IdeaFactory(overdue=True))
        with CaptureQueriesContext(connection) as queries:
            assert tell_of_delays() == count
        asked.append(len(queries))
    assert asked[0] == asked[1]
