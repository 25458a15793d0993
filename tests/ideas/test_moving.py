"""A case moves to another incubator: the date its author was promised stands, unless they agree to a later one."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import translation

from ideas.actions import moderation, submission
from ideas.actions.appeal import appeal_decision
from ideas.actions.closing import close_incubator
from ideas.actions.moving import (
    LaterDateError,
    NotAskedError,
    NowhereToMoveError,
    answer_later_date,
    ask_for_later_date,
    days_to_ask_for,
    move_idea,
)
from ideas.actions.submission import NotTheAuthorError
from ideas.actions.transitions import EditedElsewhereError, IdeaError, TransitionNotAllowedError
from ideas.case_file import case_file
from ideas.models import Idea, Note
from incubators.actions.promises import tell_of_delays
from incubators.models import Incubator
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from tests.races import at_once
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
WHY = "zebrafink: you live over there"


@pytest.fixture
def here():
    return IncubatorFactory(name="Tøyen")


@pytest.fixture
def there():
    return IncubatorFactory(name="Storhaug")


@pytest.fixture
def mona(here):
    return MembershipFactory(incubator=here, user__name="Mona").user


@pytest.fixture
def siri(there):
    return MembershipFactory(incubator=there, leader=True, user__name="Siri").user


@pytest.fixture
def idea(here, mona):
    return IdeaFactory(submitted=True, incubator=here, title="Verksted", taken_by=mona)


def move(idea, by, to, **facts) -> Idea:
    return move_idea(idea=idea, by=by, seen_revision=idea.revision, to=to, reason=WHY, **facts)


def ask(idea, by, day=None) -> Idea:
    day = day or days_to_ask_for(idea)[1]
    return ask_for_later_date(idea=idea, by=by, seen_revision=idea.revision, day=day, reason="We are three.")


def desk_of(idea) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/"


def mine_of(idea) -> str:
    return f"/en/min-side/ideer/{idea.uuid}/"


def test_case_goes_with_its_date_and_all_that_was_said(client_for, idea, here, there, mona, siri, outbox):
    idea.notes.create(author=mona, audience=Note.Audience.STAFF, body="She waits for the caretaker.")
    idea.team_members.create(user=mona)
    due_on, acted_at = idea.answer_due_on, idea.staff_acted_at
    move(idea, mona, there, internal_note="Call her on Fridays.")
    idea.refresh_from_db()
    assert (idea.incubator, idea.taken_by, idea.taken_at) == (there, None, None)
    assert (idea.answer_due_on, idea.staff_acted_at, idea.status) == (due_on, acted_at, "submitted")
    assert not idea.team_members.exists()
    log = idea.transitions.get()
    assert (log.kind, log.by, log.way_on_incubator, log.reason) == ("moved", mona, there, WHY)
    assert client_for(mona).get(desk_of(idea)).status_code == 404
    page = client_for(siri).get(desk_of(idea)).content.decode()
    for words in (WHY, "Call her on Fridays.", "She waits for the caretaker."):
        assert words in page
    page = client_for(idea.author).get(mine_of(idea)).content.decode()
    assert WHY in page
    assert "Storhaug has it from now on." in page
    assert "Call her on Fridays." not in page
    assert {mail.recipient for mail in outbox()} == {idea.author.email}
    told = case_file(idea, with_author=False)
    assert [(change["what"], change["way_on_to"]) for change in told["decisions"]] == [("moved", "Storhaug")]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mail_says_who_has_it_and_that_the_date_stays(idea, mona, there, outbox, language):
    idea.author.language = language
    idea.author.save()
    with transaction.atomic():
        move(idea, mona, there)
        transaction.set_rollback(True)
    assert not outbox()
    move(Idea.objects.get(pk=idea.pk), mona, there)
    (mail,) = outbox("idea-moved")
    with translation.override(language):
        words = say(mail)
    assert "Storhaug" in words.subject
    assert "Verksted" in words.subject
    assert "Tøyen" in words.text
    assert "zebrafink" not in words.text + str(mail.snapshot)
    assert mail.snapshot["answer_due_on"] == idea.answer_due_on.isoformat()
    with translation.override("en"):
        assert "has closed" not in say(mail).text


def test_it_goes_nowhere_where_nobody_is_or_where_it_is(idea, mona, here):
    for to in (here, IncubatorFactory(closed=True)):
        with pytest.raises(NowhereToMoveError):
            move(idea, mona, to)
    idea.refresh_from_db()
    assert (idea.incubator, idea.taken_by) == (here, mona)


@pytest.mark.parametrize("status", ["declined", "ended", "withdrawn", "merged"])
def test_closed_case_stays_where_it_is(here, there, mona, status):
    with pytest.raises(TransitionNotAllowedError):
        move(IdeaFactory(**{status: True}, incubator=here), mona, there)


def test_case_that_changed_meanwhile_does_not_move(idea, mona, there):
    moderation.release_idea(idea=Idea.objects.get(pk=idea.pk), by=mona, seen_revision=idea.revision)
    with pytest.raises(EditedElsewhereError):
        move(idea, mona, there)


def test_silence_goes_on_where_it_moves(here, there, mona):
    idea = IdeaFactory(accepted=True, quiet=True, incubator=here)
    tell_of_delays()
    idea.refresh_from_db()
    told = idea.new_due_on
    moved = move(idea, mona, there)
    assert (moved.is_quiet, moved.new_due_on, moved.may_ask_for_later) == (True, told, False)


def test_open_appeal_is_answered_where_it_went(here, there, mona, siri, outbox):
    idea = IdeaFactory(accepted=True, incubator=here)
    idea = moderation.pause_idea(idea=idea, by=mona, seen_revision=idea.revision, reason="Until May.")
    appeal = appeal_decision(decision=idea.transitions.get(), by=idea.author, reason="Why wait?")
    idea.refresh_from_db()
    move(idea, mona, there)
    appeal.refresh_from_db()
    assert appeal.is_open
    assert siri.email in {mail.recipient for mail in outbox("appeal-waits")}
    assert siri.has_perm("ideas.answer_appeal", type(appeal).objects.get(pk=appeal.pk))


def test_page_keeps_what_was_typed_and_leads_to_the_queue(client_for, idea, mona, there, siri):
    desk, url = client_for(mona), desk_of(idea)
    page = desk.get(url).content.decode()
    form = page.split('id="flytt"')[1].split("</form>")[0]
    assert ">Storhaug</option>" in form
    assert ">Tøyen</option>" not in form
    assert "read the notes too" in form
    answer = desk.post(f"{url}flytt/", {"revision": idea.revision, "to": "", "reason": WHY})
    assert answer.status_code == 422
    assert "Choose an incubator." in answer.content.decode()
    assert WHY in answer.content.decode()
    sent = {"revision": idea.revision, "to": there.slug, "reason": WHY}
    for _ in range(2):  # the button pressed twice
        answer = desk.post(f"{url}flytt/", sent)
        assert (answer.status_code, answer.url) == (302, "/en/arbeidsflate/ideer/")
    assert idea.transitions.count() == 1
    stranger = client_for(UserFactory()).post(f"{url}flytt/", sent)
    assert stranger.status_code == 404


# --- A later date -----------------------------------------------------------------------------------------------------


def test_author_says_yes_and_the_date_moves(client_for, idea, mona, there, siri, outbox):
    idea = move(idea, mona, there)
    promised, day = idea.answer_due_on, days_to_ask_for(idea)[1]
    desk, url = client_for(siri), desk_of(idea)
    sent = {"revision": idea.revision, "day": day + dt.timedelta(days=1), "reason": "We are three."}
    answer = desk.post(f"{url}senere-frist/", sent)
    assert answer.status_code == 422
    assert "We are three." in answer.content.decode()
    desk.post(f"{url}senere-frist/", sent | {"day": day})
    idea.refresh_from_db()
    assert (idea.answer_due_on, idea.asked_due_on) == (promised, day)
    assert 'id="senere-frist"' not in desk.get(url).content.decode()

    author = client_for(idea.author)
    page = author.get(mine_of(idea)).content.decode()
    assert "Is a later date fine with you?" in page
    assert "We are three." in page
    pressed = {"day": day.isoformat(), "answer": "ja"}
    for _ in range(2):
        author.post(f"{mine_of(idea)}senere-frist/", pressed)
    idea.refresh_from_db()
    assert (idea.answer_due_on, idea.asked_due_on, idea.may_ask_for_later) == (day, None, False)
    kinds = list(idea.transitions.order_by("revision").values_list("kind", "asked_due_on"))
    assert kinds == [("moved", None), ("later_asked", day), ("later_agreed", day)]
    assert "Is a later date" not in author.get(mine_of(idea)).content.decode()
    assert "The author agreed to a later date" in desk.get(url).content.decode()
    told = case_file(idea, with_author=False)["decisions"]
    assert [change.get("about_the_date") for change in told] == [None, day.isoformat(), day.isoformat()]


def test_author_says_no_and_the_date_stays(client_for, idea, mona, there, siri):
    idea = ask(move(idea, mona, there), siri)
    promised = idea.answer_due_on
    answered = {"day": idea.asked_due_on.isoformat(), "answer": "nei"}
    page = client_for(idea.author).post(f"{mine_of(idea)}senere-frist/", answered, follow=True)
    assert "The date stays" in page.content.decode()
    idea.refresh_from_db()
    assert (idea.answer_due_on, idea.asked_due_on) == (promised, None)
    with pytest.raises(TransitionNotAllowedError):  # once for each move
        ask(idea, siri)


def test_yes_to_a_broken_promise_ends_it(idea, mona, there, siri, outbox):
    with time_machine.travel(dt.datetime.combine(idea.answer_due_on + dt.timedelta(days=2), dt.time(12), dt.UTC)):
        tell_of_delays()
        idea.refresh_from_db()
        idea = ask(move(idea, mona, there), siri)
        assert idea.asked_due_on > idea.new_due_on
        idea = answer_later_date(idea=idea, by=idea.author, day=idea.asked_due_on, agrees=True)
        assert (idea.new_due_on, idea.is_overdue) == (None, False)


def test_only_what_waits_after_a_move_is_asked_about(here, there, mona, siri, idea):
    nobody_moved_it = idea
    taken_in = move(IdeaFactory(accepted=True, incubator=here), mona, there)
    without_author = move(IdeaFactory(submitted=True, incubator=here, author=None), mona, there)
    for one in (nobody_moved_it, taken_in, without_author):
        with pytest.raises(TransitionNotAllowedError):
            ask(one, siri)


def test_day_is_after_the_promised_one_and_not_far_off(idea, mona, there, siri):
    idea = move(idea, mona, there)
    first, last = days_to_ask_for(idea)
    for day in (idea.answer_due_on, last + dt.timedelta(days=1)):
        with pytest.raises(LaterDateError):
            ask(idea, siri, day)
    assert ask(idea, siri, first).asked_due_on == first


def test_nobody_else_answers_and_none_answers_another_date(idea, mona, there, siri):
    idea = ask(move(idea, mona, there), siri)
    with pytest.raises(NotTheAuthorError):
        answer_later_date(idea=idea, by=siri, day=idea.asked_due_on, agrees=True)
    with pytest.raises(NotAskedError):
        answer_later_date(idea=idea, by=idea.author, day=idea.answer_due_on, agrees=True)


def test_question_closes_when_the_case_is_answered_withdrawn_or_moved(client_for, here, there, mona, siri):
    def asked() -> Idea:
        return ask(move(IdeaFactory(submitted=True, incubator=here), mona, there), siri)

    answered, withdrawn, moved, closed = (asked() for _ in range(4))
    days = {idea.pk: idea.asked_due_on for idea in (answered, withdrawn, moved, closed)}
    moderation.accept_idea(idea=answered, by=siri, seen_revision=answered.revision)
    submission.withdraw_idea(idea=withdrawn, by=withdrawn.author)
    move(moved, siri, IncubatorFactory())
    IncubatorFactory(intake=True)
    close_incubator(incubator=there, to=Incubator.objects.get(is_national_intake=True), words="x", by=siri)
    for idea, may_ask in ((answered, False), (withdrawn, False), (moved, True), (closed, True)):
        idea.refresh_from_db()
        assert (idea.asked_due_on, idea.may_ask_for_later) == (None, may_ask)
        late = {"day": days[idea.pk].isoformat(), "answer": "ja"}
        page = client_for(idea.author).post(f"{mine_of(idea)}senere-frist/", late, follow=True)
        assert "Nobody asks for that date any more." in page.content.decode()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mail_asks_in_the_words_of_who_asks(idea, mona, there, siri, outbox, language):
    idea.author.language = language
    idea.author.save()
    idea = move(Idea.objects.get(pk=idea.pk), mona, there)
    with transaction.atomic():
        ask(idea, siri)
        transaction.set_rollback(True)
    assert not outbox("later-date-asked")
    idea = ask(Idea.objects.select_related("incubator", "author").get(pk=idea.pk), siri)
    (mail,) = outbox("later-date-asked")
    with translation.override(language):
        words = say(mail)
    assert "Verksted" in words.subject
    assert words.url.endswith(f"/min-side/ideer/{idea.uuid}/")
    assert "Siri" in words.text
    assert "We are three." in words.text


def test_database_refuses_a_question_about_nothing(idea):
    for facts in (
        {"asked_due_on": idea.answer_due_on},
        {"asked_due_on": idea.answer_due_on + dt.timedelta(days=3), "status": "withdrawn"},
    ):
        with pytest.raises(IntegrityError, match="idea_asked_due_on_is_open_and_later"), transaction.atomic():
            Idea.objects.filter(pk=idea.pk).update(**facts)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"kind": "later_asked", "reason": "x"}, "transition_later_date_is_named"),
        ({"kind": "taken", "asked_due_on": dt.date(2026, 11, 24)}, "transition_later_date_is_named"),
        ({"kind": "later_asked", "asked_due_on": dt.date(2026, 11, 24)}, "transition_later_has_reason"),
    ],
)
def test_database_refuses_a_log_that_does_not_say_which_date(idea, facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        idea.transitions.create(revision=9, from_status="submitted", to_status="submitted", **facts)


@pytest.mark.django_db(transaction=True)
def test_yes_while_staff_answer_leaves_one_date_or_the_other(idea, mona, there, siri):
    for _ in range(6):
        asked = ask(move(IdeaFactory(submitted=True, incubator=mona.memberships.get().incubator), mona, there), siri)
        promised, day = asked.answer_due_on, asked.asked_due_on

        def accept(pk=asked.pk, seen=asked.revision):
            return moderation.accept_idea(idea=Idea.objects.get(pk=pk), by=siri, seen_revision=seen)

        def agree(pk=asked.pk, day=day, by=asked.author):
            return answer_later_date(idea=Idea.objects.get(pk=pk), by=by, day=day, agrees=True)

        results = at_once(accept, agree, refused=IdeaError)
        assert sum(isinstance(result, IdeaError) for result in results) == 1
        asked.refresh_from_db()
        is_agreed = isinstance(results[0], IdeaError)
        assert (asked.status, asked.answer_due_on) == (("submitted", day) if is_agreed else ("accepted", promised))


def test_colleague_who_leaves_changes_no_log(idea, mona, there):
    move(idea, mona, there)
    erase_person(by=mona)
    log = idea.transitions.get()
    assert (log.by, log.reason, log.way_on_incubator) == (None, WHY, there)
