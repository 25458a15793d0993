"""One supporter at a time, who has room, and whom both sides have said yes to; nobody is forgotten."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone, translation

from ideas.actions.closing import close_incubator
from ideas.actions.moderation import end_idea, pause_idea
from ideas.actions.moving import move_idea
from ideas.actions.notes import write_to_author
from ideas.actions.submission import withdraw_idea
from ideas.actions.support import (
    AskedAlreadyError,
    NoRoomError,
    NotASupporterError,
    NotTheirsToAnswerError,
    SupportOverError,
    agree_to_support,
    ask_supporter,
    decline_support,
    end_support,
    note_contact,
    note_spoken_yes,
)
from ideas.actions.transitions import IdeaError, TransitionNotAllowedError
from ideas.models import Idea, SupportRelation
from incubators.actions.promises import tell_of_delays
from incubators.models import Membership
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.races import at_once
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
NOTE = "zebrafink: she is best reached after six"
Status, EndReason = SupportRelation.Status, SupportRelation.EndReason


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def idea(incubator):
    return IdeaFactory(accepted=True, incubator=incubator, title="Verksted")


@pytest.fixture
def mona(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona").user


@pytest.fixture
def ali(incubator):
    return MembershipFactory(incubator=incubator, supporter=True, user__name="Ali").user


@pytest.fixture
def berit(incubator):
    return MembershipFactory(incubator=incubator, supporter=True, user__name="Berit").user


def ask(idea, by, supporter, note="") -> SupportRelation:
    return ask_supporter(idea=idea, by=by, seen_revision=idea.revision, supporter=supporter, note=note)


def work(idea, supporter) -> SupportRelation:
    """Both have said yes."""
    return agree_to_support(relation=ask(idea, supporter, supporter), by=idea.author)


def silent(idea, days: int) -> SupportRelation:
    """At work, and since then so many days without a word."""
    then = timezone.now() - dt.timedelta(days=days)
    Idea.objects.filter(pk=idea.pk).update(staff_acted_at=then)
    return SupportRelationFactory(idea=idea, contact_at=then)


# --- Beginning --------------------------------------------------------------------------------------------------------


def test_supporter_is_asked_first_then_the_author_and_then_they_begin(idea, mona, ali, outbox):
    relation = ask(idea, mona, ali, NOTE)
    assert (relation.status, [mail.recipient for mail in outbox("supporter-asked")]) == ("asked", [ali.email])
    assert not outbox("supporter-offered")

    relation = agree_to_support(relation=relation, by=ali)
    assert (relation.status, [mail.recipient for mail in outbox("supporter-offered")]) == (
        "offered",
        [idea.author.email],
    )

    relation = agree_to_support(relation=relation, by=idea.author)
    assert relation.is_active
    assert relation.contact_at == relation.started_at
    log = idea.transitions.get()
    assert (log.kind, log.passed_to, log.by) == ("support_started", ali, idea.author)
    assert {mail.recipient for mail in outbox("support-started")} == {ali.email, idea.author.email}


def test_who_asks_for_themself_has_said_yes(idea, ali):
    assert ask(idea, ali, ali).status == "offered"


def test_yes_said_twice_is_said_once(idea, ali, outbox):
    relation = ask(idea, ali, ali)
    for _press in range(2):
        agree_to_support(relation=relation, by=idea.author)
    assert idea.transitions.count() == 1
    assert len(outbox("support-started")) == 2


def test_nobody_answers_for_another(idea, mona, ali, berit):
    asked = ask(idea, mona, ali)
    for other in (mona, berit, idea.author, UserFactory()):
        with pytest.raises(NotTheirsToAnswerError):
            agree_to_support(relation=asked, by=other)
    offered = agree_to_support(relation=asked, by=ali)
    for other in (mona, berit, UserFactory()):
        with pytest.raises(NotTheirsToAnswerError):
            agree_to_support(relation=offered, by=other)
    with pytest.raises(NotTheirsToAnswerError):
        note_spoken_yes(relation=offered, by=mona, words="On the phone.")


def test_author_without_an_account_says_yes_by_mouth(incubator, mona, ali):
    idea = IdeaFactory(accepted=True, incubator=incubator, author=None)
    relation = note_spoken_yes(relation=ask(idea, ali, ali), by=mona, words="On the phone, Monday.")
    assert (relation.is_active, relation.spoken_words) == (True, "On the phone, Monday.")


@pytest.mark.parametrize("status", ["submitted", "changes_requested", "declined", "ended", "withdrawn"])
def test_only_an_idea_taken_in_is_supported(incubator, ali, status):
    with pytest.raises(TransitionNotAllowedError):
        ask(IdeaFactory(incubator=incubator, **{status: True}), ali, ali)


def test_supporter_is_one_at_that_incubator_now(idea, incubator, mona):
    strangers = [
        UserFactory(),
        mona,
        MembershipFactory(supporter=True).user,
        MembershipFactory(incubator=incubator, supporter=True, former=True).user,
        MembershipFactory(incubator=incubator, supporter=True, user__is_active=False).user,
    ]
    for stranger in strangers:
        with pytest.raises(NotASupporterError):
            ask(idea, mona, stranger)
    assert not SupportRelation.objects.exists()


def test_only_one_is_asked_at_a_time(idea, mona, ali, berit):
    ask(idea, mona, ali)
    with pytest.raises(AskedAlreadyError):
        ask(idea, mona, berit)


def test_a_no_from_either_leaves_room_for_another(idea, mona, ali, berit, outbox):
    decline_support(relation=ask(idea, mona, ali), by=ali, words="No time.")
    assert [mail.recipient for mail in outbox("support-declined")] == [mona.email]
    offered = agree_to_support(relation=ask(idea, mona, berit), by=berit)
    decline_support(relation=offered, by=idea.author)
    assert sorted(mail.recipient for mail in outbox("support-declined")) == sorted(
        [mona.email, mona.email, berit.email]
    )
    assert set(SupportRelation.objects.values_list("status", flat=True)) == {"declined"}
    assert ask(idea, mona, ali).status == "asked"


# --- Room -------------------------------------------------------------------------------------------------------------


def test_supporter_has_as_many_as_they_have_room_for(incubator, mona, ali):
    incubator.memberships.filter(user=ali).update(capacity=1)
    first, second, third = IdeaFactory.create_batch(3, accepted=True, incubator=incubator)
    waiting = ask(second, mona, ali)
    relation = work(first, ali)
    with pytest.raises(NoRoomError):
        ask(third, mona, ali)
    with pytest.raises(NoRoomError):
        agree_to_support(relation=waiting, by=ali)
    end_support(relation=relation, by=ali, reason=EndReason.FINISHED, words="Thank you.")
    assert agree_to_support(relation=waiting, by=ali).status == "offered"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_last_room_is_given_once(incubator, mona, ali, is_locked):
    """Without the lock on the membership both are let in: that is what it is there for."""
    incubator.memberships.filter(user=ali).update(capacity=1)
    relations = [ask(idea, mona, ali) for idea in IdeaFactory.create_batch(2, accepted=True, incubator=incubator)]
    answers = at_once(
        *(lambda one=one: agree_to_support(relation=one, by=ali) for one in relations),
        refused=IdeaError,
        without_lock_on=None if is_locked else Membership,
    )
    assert sum(isinstance(answer, NoRoomError) for answer in answers) == (1 if is_locked else 0)
    assert SupportRelation.objects.taking_room().count() == (1 if is_locked else 2)


# --- Handing over and ending ------------------------------------------------------------------------------------------


def test_who_has_the_idea_keeps_it_until_the_author_has_said_yes_to_the_next(idea, mona, ali, berit):
    first = work(idea, ali)
    idea.refresh_from_db()
    second = agree_to_support(relation=ask(idea, ali, berit, NOTE), by=berit)
    first.refresh_from_db()
    assert first.is_active

    agree_to_support(relation=second, by=idea.author)
    first.refresh_from_db()
    assert (first.status, first.end_reason) == ("ended", "handed_over")
    assert idea.support_relations.active().get().supporter == berit


def test_end_says_why_and_tells_the_other_one(idea, ali, outbox):
    relation = work(idea, ali)
    for _press in range(2):
        end_support(relation=relation, by=idea.author, reason=EndReason.NO_FIT, words="Thank you all the same.")
    assert [mail.recipient for mail in outbox("support-ended")] == [ali.email]
    log = idea.transitions.order_by("revision").last()
    assert (log.kind, log.reason) == ("support_ended", "Thank you all the same.")
    with pytest.raises(SupportOverError):
        end_support(relation=relation, by=ali, reason=EndReason.FINISHED, words="Done.")


@pytest.mark.parametrize("is_waiting", [True, False])
def test_idea_that_is_over_parts_them(idea, mona, ali, outbox, is_waiting):
    relation = ask(idea, mona, ali) if is_waiting else work(idea, ali)
    withdraw_idea(idea=idea, by=idea.author, reason="")
    relation.refresh_from_db()
    assert (relation.status, relation.end_reason) == (("declined", "") if is_waiting else ("ended", "closed"))
    assert [mail.recipient for mail in outbox("support-over")] == [ali.email]


@pytest.mark.parametrize("is_closing", [True, False])
def test_idea_that_moves_parts_them(idea, incubator, mona, ali, outbox, is_closing):
    relation, there = work(idea, ali), IncubatorFactory()
    idea.refresh_from_db()
    if is_closing:
        close_incubator(incubator=incubator, to=there, words="Moving out.", by=mona)
    else:
        move_idea(idea=idea, by=mona, seen_revision=idea.revision, to=there, reason="You live there.")
    relation.refresh_from_db()
    assert (relation.status, relation.end_reason, relation.ended_by) == ("ended", "moved", mona)
    [mail] = outbox("support-over")
    assert mail.recipient == ali.email


def test_pause_keeps_them_together(idea, mona, ali):
    relation = work(idea, ali)
    idea.refresh_from_db()
    pause_idea(idea=idea, by=mona, seen_revision=idea.revision, reason="Until spring.")
    relation.refresh_from_db()
    assert relation.is_active


@pytest.mark.django_db(transaction=True)
def test_two_support_the_idea_of_one_yes(idea, mona, ali, berit):
    """The author says yes while staff end the idea: one is told, and nobody supports what is over."""
    relation = ask(idea, ali, ali)
    ends = {"went_well": "You began.", "reason": "No cellar."}
    answers = at_once(
        lambda: agree_to_support(relation=relation, by=idea.author),
        lambda: end_idea(idea=idea, by=mona, seen_revision=idea.revision, **ends),
        refused=IdeaError,
    )
    assert sum(isinstance(answer, IdeaError) for answer in answers) == 1
    idea.refresh_from_db()
    relation.refresh_from_db()
    assert (idea.status, relation.status) in {("accepted", "active"), ("ended", "declined")}


@pytest.mark.django_db(transaction=True)
def test_two_ask_at_once_and_one_is_told(idea, mona, ali, berit):
    answers = at_once(lambda: ask(idea, mona, ali), lambda: ask(idea, ali, berit), refused=IdeaError)
    assert sum(isinstance(answer, IdeaError) for answer in answers) == 1
    assert SupportRelation.objects.count() == 1


# --- Nobody is forgotten ----------------------------------------------------------------------------------------------


def test_author_is_told_once_when_nobody_has_been_in_touch(idea, outbox, settings):
    relation = silent(idea, settings.SUPPORT_SILENCE_DAYS + 1)
    assert [tell_of_delays(), tell_of_delays()] == [1, 0]
    delay = idea.delays.get()
    assert (delay.kind, delay.promised_on) == ("contact", timezone.localdate() - dt.timedelta(days=1))
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [("support-quiet", idea.author.email)]
    assert list(SupportRelation.objects.without_contact()) == [relation]


def test_who_heard_from_others_is_not_told_but_the_leader_sees_the_silence(idea, mona, outbox, settings):
    relation = silent(idea, settings.SUPPORT_SILENCE_DAYS + 1)
    write_to_author(idea=idea, by=mona, body="How are you?")
    assert tell_of_delays() == 0
    assert list(SupportRelation.objects.without_contact()) == [relation]


def test_message_from_the_supporter_and_a_talk_written_down_are_contact(idea, settings):
    relation = silent(idea, settings.SUPPORT_SILENCE_DAYS + 1)
    tell_of_delays()
    write_to_author(idea=idea, by=relation.supporter, body="How are you?")
    assert not SupportRelation.objects.without_contact().exists()
    idea.refresh_from_db()
    assert idea.new_due_on is None

    SupportRelation.objects.update(contact_at=timezone.now() - dt.timedelta(days=99))
    assert note_contact(relation=relation, by=relation.supporter).contact_at > timezone.now() - dt.timedelta(minutes=1)
    assert not SupportRelation.objects.without_contact().exists()


def test_long_silence_is_told_by_one_mail_and_not_two(idea, outbox, settings):
    silent(idea, max(settings.SUPPORT_SILENCE_DAYS, settings.QUIET_CASE_DAYS) + 1)
    assert tell_of_delays() == 1
    assert [mail.kind for mail in outbox()] == ["support-quiet"]


# --- Mails, people ----------------------------------------------------------------------------------------------------


def test_nothing_is_sent_or_kept_when_it_is_rolled_back(idea, mona, ali, outbox):
    with transaction.atomic():
        relation = agree_to_support(relation=ask(idea, mona, ali), by=ali)
        end_support(relation=agree_to_support(relation=relation, by=idea.author), by=ali, reason="finished", words="x")
        transaction.set_rollback(True)
    assert not outbox()
    assert not SupportRelation.objects.exists()


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("en", "/en")])
def test_mails_lead_to_the_page_in_each_language_and_tell_no_story(
    idea, mona, ali, berit, outbox, settings, language, prefix
):
    for person in (ali, idea.author, mona):
        person.language = language
        person.save()
    decline_support(relation=ask(idea, mona, berit, NOTE), by=berit, words=NOTE)
    relation = agree_to_support(relation=ask(idea, mona, ali, NOTE), by=ali)
    relation = agree_to_support(relation=relation, by=idea.author)
    end_support(relation=relation, by=ali, reason=EndReason.FINISHED, words=NOTE)
    over = work(IdeaFactory(accepted=True, incubator=idea.incubator, author=idea.author, title="Verksted"), ali)
    end_idea(idea=over.idea, by=mona, seen_revision=over.idea.revision, went_well="You began.", reason="No cellar.")
    then = timezone.now() - dt.timedelta(days=settings.SUPPORT_SILENCE_DAYS + 1)
    SupportRelationFactory(idea=idea, contact_at=then)
    Idea.objects.filter(pk=idea.pk).update(staff_acted_at=then)
    tell_of_delays()
    kinds = set()
    for mail in outbox():
        if mail.recipient == berit.email or not mail.kind.startswith("support"):
            continue
        with translation.override(language):
            words = say(mail)
        kinds.add(mail.kind)
        mine = "/min-side/ideer/" if mail.recipient == idea.author.email else "/arbeidsflate/"
        assert words.url.startswith(f"{settings.SITE_URL}{prefix}{mine}")
        assert "Verksted" in words.subject
        assert "zebrafink" not in words.text + str(mail.snapshot)
    assert kinds == {
        "supporter-asked", "supporter-offered", "support-started", "support-ended", "support-declined", "support-quiet",
        "support-over",
    }  # fmt: skip


def test_account_that_is_deleted_ends_the_support_and_another_can_be_asked(idea, mona, ali):
    relation = work(idea, ali)
    erase_person(by=ali)
    relation.refresh_from_db()
    assert (relation.supporter, relation.status, relation.end_reason) == (None, "ended", "left")
    idea.refresh_from_db()
    assert ask(idea, mona, MembershipFactory(incubator=idea.incubator, supporter=True).user).status == "asked"
