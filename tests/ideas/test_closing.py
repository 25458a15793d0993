"""An incubator closes: what is open there goes to somebody else, and nobody is left behind."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from ideas.actions.closing import (
    AlreadyClosedError,
    NeverClosedError,
    NowhereToGoError,
    close_incubator,
)
from ideas.models import Appeal, Idea, Transition
from ideas.privacy import export_ideas
from incubators.models import Incubator
from tests.factories import IdeaFactory, IncubatorFactory, InvitationFactory, MembershipFactory, UserFactory
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db
OPEN = ("submitted", "changes_requested", "accepted", "paused")


@pytest.fixture
def closing():
    return IncubatorFactory(name="Tøyen")


@pytest.fixture
def successor():
    return IncubatorFactory(name="Storhaug")


@pytest.fixture
def leader(closing):
    return MembershipFactory(incubator=closing, leader=True, user__name="Ingrid").user


def page_of(incubator) -> str:
    return f"/en/arbeidsflate/inkubatorer/{incubator.slug}/legg-ned/"


def test_open_ideas_go_along_with_their_dates_and_the_rest_stays(closing, successor, leader, outbox):
    taker = MembershipFactory(incubator=closing).user
    ideas = {status: IdeaFactory(**{status: True}, incubator=closing, taken_by=taker) for status in OPEN}
    done = [IdeaFactory(**{status: True}, incubator=closing) for status in ("declined", "ended", "withdrawn", "merged")]
    draft, elsewhere = IdeaFactory(incubator=closing), IdeaFactory(submitted=True)
    before = {status: (idea.answer_due_on, idea.staff_acted_at, idea.revision) for status, idea in ideas.items()}
    invitation = InvitationFactory(incubator=closing)

    assert close_incubator(incubator=closing, to=successor, words="The house is sold.", by=leader) == 4

    for status, idea in ideas.items():
        idea.refresh_from_db()
        assert (idea.incubator, idea.status, idea.taken_by, idea.taken_at) == (successor, status, None, None)
        assert (idea.answer_due_on, idea.staff_acted_at, idea.revision - 1) == before[status]
        log = idea.transitions.get()
        assert (log.kind, log.by, log.revision) == ("moved", leader, idea.revision)
        assert (log.from_status, log.to_status, log.way_on_incubator) == (status, status, successor)
    for idea in (*done, draft):
        idea.refresh_from_db()
        assert (idea.incubator, idea.transitions.count()) == (closing, 0)
    elsewhere.refresh_from_db()
    assert elsewhere.incubator not in (closing, successor)
    closing.refresh_from_db()
    assert (closing.is_active, closing.closed_by, closing.successor) == (False, leader, successor)
    assert closing.closing_words == "The house is sold."
    invitation.refresh_from_db()
    assert invitation.status == "withdrawn"
    assert {mail.recipient for mail in outbox("idea-moved")} == {idea.author.email for idea in ideas.values()}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mail_says_who_has_it_and_that_the_date_stays(closing, successor, leader, outbox, language):
    idea = IdeaFactory(submitted=True, incubator=closing, author__language=language, title="Workshop")
    with transaction.atomic():
        close_incubator(incubator=closing, to=successor, words="Sold.", by=leader)
        transaction.set_rollback(True)
    assert outbox() == []
    assert Idea.objects.get(pk=idea.pk).incubator == closing

    close_incubator(incubator=closing, to=successor, words="Sold.", by=leader)

    [mail] = outbox()
    assert mail.language == language
    assert mail.snapshot["answer_due_on"] == idea.answer_due_on.isoformat()
    assert "Sold." not in str(mail.snapshot)
    with translation.override(language):
        said = say(mail)
    for words in ("Storhaug", "Workshop"):
        assert words in said.subject
    assert "Tøyen" in said.text
    assert mail.snapshot["url"] in said.text
    with translation.override("en"):
        assert "The date you were promised stays" in say(mail).text


def test_nobody_without_an_author_is_mailed_and_answered_ideas_get_no_date(closing, successor, leader, outbox):
    IdeaFactory(accepted=True, incubator=closing)
    IdeaFactory(accepted=True, incubator=closing, author=None)
    IdeaFactory(accepted=True, incubator=closing, author=UserFactory(is_active=False))
    close_incubator(incubator=closing, to=successor, words="Sold.", by=leader)

    [mail] = outbox()
    with translation.override("en"):
        assert "The date you were promised" not in say(mail).text


def test_closing_asks_equally_often_however_many_are_open(leader, successor):
    counts = []
    for number in (1, 3, 40):
        place = IncubatorFactory()
        for _ in range(number):
            IdeaFactory(submitted=True, incubator=place)
        with CaptureQueriesContext(connection) as queries:
            close_incubator(incubator=place, to=successor, words="x", by=leader)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_author_reads_who_has_it_now_and_their_new_staff_may_open_it(closing, successor, leader, client_for):
    idea = IdeaFactory(submitted=True, incubator=closing)
    old, new = MembershipFactory(incubator=closing).user, MembershipFactory(incubator=successor).user
    close_incubator(incubator=closing, to=successor, words="Sold.", by=leader)

    mine = client_for(idea.author).get(f"/en/min-side/ideer/{idea.uuid}/").text
    assert "Moved to another incubator" in mine
    assert "Storhaug has it from now on." in mine
    case = f"/en/arbeidsflate/ideer/{idea.uuid}/"
    assert client_for(old).get(case).status_code == 404
    assert "Moved to another incubator" in client_for(new).get(case).text
    assert export_ideas(idea.author)[0]["history"][0]["way_on_incubator__name"] == "Storhaug"


def test_what_was_closed_deletes_with_no_person(closing, successor, leader):
    idea = IdeaFactory(submitted=True, incubator=closing)
    close_incubator(incubator=closing, to=successor, words="Sold.", by=leader)
    leader.delete()

    closing.refresh_from_db()
    assert (closing.closed_by, closing.is_active) == (None, False)
    assert (idea.transitions.get().by, Idea.objects.get().incubator) == (None, successor)


@pytest.mark.parametrize("to", ["same", "closed"])
def test_ideas_never_go_where_nobody_is(closing, leader, to):
    IdeaFactory(submitted=True, incubator=closing)
    target = closing if to == "same" else IncubatorFactory(closed=True)
    with pytest.raises(NowhereToGoError):
        close_incubator(incubator=closing, to=target, words="x", by=leader)
    assert Incubator.objects.get(pk=closing.pk).is_active


def test_it_is_closed_once_and_the_intake_never(closing, successor, leader):
    close_incubator(incubator=closing, to=successor, words="First", by=leader)
    with pytest.raises(AlreadyClosedError):
        close_incubator(incubator=closing, to=successor, words="Second", by=leader)
    with pytest.raises(NeverClosedError):
        close_incubator(incubator=IncubatorFactory(intake=True), to=successor, words="x", by=leader)


def test_appeal_that_waits_goes_along(closing, successor, leader):
    idea = IdeaFactory(declined=True, incubator=closing)
    decision = idea.transitions.create(
        kind="declined", revision=2, from_status="submitted", to_status="declined", reason="x", way_on="y",
        way_on_kind="other",
    )  # fmt: skip
    Appeal.objects.create(decision=decision, author=idea.author, reason="You misread it.", due_on="2026-12-01")
    Idea.objects.update(revision=2)

    assert close_incubator(incubator=closing, to=successor, words="Sold.", by=leader) == 1
    idea.refresh_from_db()
    assert (idea.incubator, idea.status) == (successor, "declined")


# --- The page -------------------------------------------------------------------------------------------------------


def test_leader_is_asked_where_the_open_ideas_go(closing, successor, leader, client_for, client):
    IncubatorFactory(closed=True, name="Gone")
    idea = IdeaFactory(submitted=True, incubator=closing, title="A secret plan")
    page = client_for(leader)

    text = page.get(page_of(closing)).text
    assert "1 idea is open here." in text
    assert "A secret plan" not in text
    assert "Gone" not in text
    refused = page.post(page_of(closing), {"to": "", "words": "We tried."})
    assert "We tried.</textarea>" in refused.text
    assert refused.context["form"].errors.keys() == {"to"}

    response = page.post(page_of(closing), {"to": successor.pk, "words": "The house is sold."}, follow=True)

    assert "The incubator is closed. 1 open idea went to Storhaug." in response.text
    assert Idea.objects.get(pk=idea.pk).incubator == successor
    public = client.get(f"/en/inkubatorer/{closing.slug}/").text
    assert "The house is sold." in public
    assert f'<a href="/en/inkubatorer/{successor.slug}/">Storhaug</a>' in public
    assert page.get(page_of(closing)).url == f"/en/inkubatorer/{closing.slug}/"
    assert closing.name not in client.get("/en/inkubatorer/").text


def test_who_was_second_to_close_it_is_told(closing, successor, leader, client_for, monkeypatch):
    page = client_for(leader)
    close_incubator(incubator=closing, to=successor, words="First", by=leader)
    monkeypatch.setattr("ideas.views.closing.get_object_or_404", lambda *args, **kwargs: closing)
    closing.is_active = True

    response = page.post(page_of(closing), {"to": successor.pk, "words": "Second"}, follow=True)

    assert "Somebody else has closed the incubator already." in response.text
    assert Incubator.objects.get(pk=closing.pk).closing_words == "First"


def test_page_asks_equally_often(closing, leader, client_for, same_queries_at):
    page = client_for(leader)

    def one_more():
        IdeaFactory(submitted=True, incubator=closing)
        IncubatorFactory()

    same_queries_at(one_more, lambda: page.get(page_of(closing)), limit=12)


def test_only_leaders_and_national_staff_close_and_nobody_the_intake(closing, client_for):
    intake = IncubatorFactory(intake=True)
    national = client_for(UserFactory(staff=True))
    assert national.get(page_of(closing)).status_code == 200
    assert national.get(page_of(intake)).status_code == 404
    assert client_for(MembershipFactory(incubator=closing).user).post(page_of(closing)).status_code == 403


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("incubator_national_intake_is_active", {"intake": True, "slug": "x", "is_active": False}),
        ("incubator_closed_is_not_active", {"closing_words": "x"}),
        ("incubator_closed_says_why_and_where", {"closed": True, "closed_at": "2026-01-01T00:00Z"}),
    ],
)
def test_database_refuses_what_is_half_closed(name, facts):
    Incubator.objects.filter(is_national_intake=True).delete()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        IncubatorFactory(**facts)


def test_moving_is_no_work_on_the_idea():
    assert Transition.Kind.MOVED not in Transition.INTERNAL_KINDS
