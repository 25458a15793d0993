"""Two cases become one when both authors say yes: who is asked, what is refused, and what is left of each."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from ideas.actions import coauthors, moderation, moving, submission
from ideas.actions.closing import close_incubator
from ideas.actions.merging import (
    CircularMergeError,
    MergeOverError,
    NoRoomError,
    agree_to_merge,
    note_spoken_yes,
    propose_merge,
    refuse_merge,
    take_merge_back,
)
from ideas.actions.submission import NotTheAuthorError
from ideas.actions.transitions import IdeaBusyError, TransitionNotAllowedError
from ideas.case_file import case_file
from ideas.models import CoAuthor, Idea, Merge
from ideas.privacy import export_ideas
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from tests.races import held_elsewhere
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
WHY = "zebrafink: both want a workshop"


@pytest.fixture
def place():
    return IncubatorFactory(name="Tøyen")


@pytest.fixture
def mona(place):
    return MembershipFactory(incubator=place, user__name="Mona").user


@pytest.fixture
def source(place):
    return IdeaFactory(submitted=True, incubator=place, title="Verksted", author__name="Sara")


@pytest.fixture
def target(place):
    return IdeaFactory(accepted=True, incubator=place, title="Snekkerbod", author__name="Ola")


@pytest.fixture
def merge(source, target, mona):
    return propose(source, target, mona)


def propose(source, target, by) -> Merge:
    return propose_merge(source=source, target=target, by=by, reason=WHY)


def both_say_yes(merge) -> Merge:
    agree_to_merge(merge=merge, by=merge.source.author)
    return agree_to_merge(merge=merge, by=merge.target.author)


def join(idea, *, role="edit", user=None, **facts) -> CoAuthor:
    user, now = user or UserFactory(), timezone.now()
    facts = {"status": "joined", "user": user, "joined_at": now, "expires_at": now, **facts}
    return CoAuthor.objects.create(idea=idea, email=user.email, role=role, **facts)


def status_of(row) -> str:
    row.refresh_from_db()
    return row.status


# --- The question -----------------------------------------------------------------------------------------------------


def test_both_authors_are_asked_and_nothing_else_changes(merge, source, target, outbox):
    assert {mail.recipient for mail in outbox("merge-asked")} == {source.author.email, target.author.email}
    before = [(idea.status, idea.revision) for idea in (source, target)]
    for idea in (source, target):
        idea.refresh_from_db()
    assert [(idea.status, idea.revision) for idea in (source, target)] == before
    assert merge.status == "proposed"


def test_same_question_by_the_same_person_is_asked_once(merge, source, target, mona, outbox):
    assert propose(source, target, mona) == merge
    assert len(outbox("merge-asked")) == 2


def why_not(source, target, by) -> str:
    with pytest.raises(CircularMergeError) as refused:
        propose(source, target, by)
    return refused.value.why


def test_circles_are_refused_and_each_is_told_apart(merge, source, target, place, mona):
    third = IdeaFactory(submitted=True, incubator=place)
    other = UserFactory()
    assert why_not(source, source, mona) == CircularMergeError.SAME
    assert why_not(third, source, mona) == CircularMergeError.TARGET_GOES
    assert why_not(target, source, mona) == CircularMergeError.TARGET_GOES
    assert why_not(target, third, mona) == CircularMergeError.SOURCE_WAITS
    assert why_not(source, third, mona) == CircularMergeError.SOURCE_GOES
    assert why_not(source, target, other) == CircularMergeError.SOURCE_GOES
    both_say_yes(merge)
    assert why_not(third, source, mona) == CircularMergeError.TARGET_IS_MERGED
    assert propose(third, target, mona).is_open  # more than one may go into the same
    assert Merge.objects.count() == 2


@pytest.mark.parametrize("status", ["declined", "ended", "withdrawn"])
def test_closed_idea_has_no_part_in_it(source, place, mona, status):
    closed = IdeaFactory(**{status: True}, incubator=place)
    for pair in ((source, closed), (closed, source)):
        with pytest.raises(TransitionNotAllowedError):
            propose(*pair, mona)


def test_idea_that_moved_since_the_page_was_read_is_not_asked_about(source, target, mona):
    there = IncubatorFactory()
    seen = Idea.objects.get(pk=target.pk)
    moving.move_idea(idea=target, by=mona, seen_revision=target.revision, to=there, reason="Near you.")
    with pytest.raises(TransitionNotAllowedError):
        propose(source, seen, mona)


# --- Yes --------------------------------------------------------------------------------------------------------------


def test_two_yes_make_one_idea_of_two_people(merge, source, target, outbox):
    along, reads = join(source), join(source, role="read")
    revision, acted_at = target.revision, target.staff_acted_at
    assert agree_to_merge(merge=merge, by=source.author, words="Gladly.").is_open
    assert agree_to_merge(merge=merge, by=source.author).is_open  # twice is once
    done = agree_to_merge(merge=merge, by=target.author)
    assert agree_to_merge(merge=merge, by=target.author) == done
    for idea in (source, target):
        idea.refresh_from_db()
    assert (source.status, source.merged_into, done.status, done.source_words) == ("merged", target, "done", "Gladly.")
    assert (target.status, target.revision, target.staff_acted_at) == ("accepted", revision + 1, acted_at)
    gone, grown = source.transitions.get(), target.transitions.get()
    assert (gone.kind, gone.other_idea, gone.reason) == ("merged", target, WHY)
    assert (grown.kind, grown.other_idea, grown.reason) == ("got_merged", source, WHY)
    people = {row.user: row.role for row in target.coauthors.joined()}
    assert people == {source.author: "edit", along.user: "edit"}
    assert reads.user not in people
    assert {mail.recipient for mail in outbox("idea-merged")} == {source.author.email, target.author.email}
    assert [change["other_case"] for change in case_file(source, with_author=False)["decisions"]] == [str(target.uuid)]


def test_author_of_both_says_yes_once(place, target, mona, outbox):
    source = IdeaFactory(submitted=True, incubator=place, author=target.author)
    merge = propose(source, target, mona)
    assert len(outbox("merge-asked")) == 1
    assert agree_to_merge(merge=merge, by=target.author).is_done
    assert not target.coauthors.exists()


def test_spoken_yes_is_written_down_where_there_is_no_author(place, target, mona):
    source = IdeaFactory(submitted=True, incubator=place, author=None)
    merge = propose(source, target, mona)
    with pytest.raises(NotTheAuthorError):
        note_spoken_yes(merge=merge, by=mona, side="target", words="He said so.")
    assert note_spoken_yes(merge=merge, by=mona, side="source", words="On the phone, Monday.").is_open
    done = agree_to_merge(merge=merge, by=target.author)
    assert (done.status, done.source_words) == ("done", "On the phone, Monday.")
    assert note_spoken_yes(merge=merge, by=mona, side="source", words="Again").source_words == "On the phone, Monday."


def test_nobody_else_answers(merge, mona):
    for say_it in (agree_to_merge, refuse_merge):
        for person in (mona, UserFactory()):
            with pytest.raises(NotTheAuthorError):
                say_it(merge=merge, by=person)


def test_people_come_along_once_each_and_no_more_than_there_is_room_for(merge, source, target):
    asked, reader = UserFactory(), UserFactory()
    CoAuthor.objects.create(idea=target, email=asked.email, expires_at=timezone.now())
    join(target, user=reader, role="read")
    for user in (asked, reader, target.author):
        join(source, user=user)
    late = [join(source) for _ in range(CoAuthor.MOST)]
    both_say_yes(merge)
    rows = list(target.coauthors.current())
    assert len(rows) == CoAuthor.MOST
    assert {row.role for row in rows} == {"edit"}
    assert {row.status for row in rows} == {"joined"}
    people = [row.user for row in rows]
    assert len(set(people)) == CoAuthor.MOST
    assert {source.author, asked, reader} <= set(people)
    assert target.author not in people
    assert late[-1].user not in people  # goes on reading what they wrote along in
    assert source.coauthors.joined().filter(user=late[-1].user).exists()


def test_author_without_a_place_is_not_merged_away(source, target, mona, merge):
    for _ in range(CoAuthor.MOST):
        join(target)
    agree_to_merge(merge=merge, by=source.author)
    with pytest.raises(NoRoomError):
        agree_to_merge(merge=merge, by=target.author)
    assert (status_of(merge), status_of(source)) == ("proposed", "submitted")
    take_merge_back(merge=merge, by=mona)
    with pytest.raises(NoRoomError):
        propose(source, target, mona)


# --- No, and what overtakes it ----------------------------------------------------------------------------------------


def test_one_no_is_enough_and_who_proposed_it_is_told(merge, source, target, mona, outbox):
    agree_to_merge(merge=merge, by=source.author)
    refuse_merge(merge=merge, by=target.author, words="Mine is about something else.")
    refuse_merge(merge=merge, by=target.author)
    assert (status_of(merge), merge.target_words) == ("refused", "Mine is about something else.")
    assert [mail.recipient for mail in outbox("merge-over")] == [mona.email]
    assert [status_of(source), status_of(target)] == ["submitted", "accepted"]
    with pytest.raises(MergeOverError):
        agree_to_merge(merge=merge, by=source.author)


def test_staff_take_it_back(merge, source, mona, outbox):
    take_merge_back(merge=merge, by=mona)
    take_merge_back(merge=merge, by=mona)
    assert status_of(merge) == "withdrawn"
    assert not outbox("merge-over")
    for say_it in (agree_to_merge, refuse_merge):
        with pytest.raises(MergeOverError):
            say_it(merge=merge, by=source.author)


def close(idea, by):
    if idea.status == "submitted":
        words = {"went_well": "Yes.", "reason": "No.", "way_on": "There.", "way_on_kind": "other"}
        return moderation.decline_idea(idea=idea, by=by, seen_revision=idea.revision, **words)
    words = {"went_well": "Forty came.", "reason": "It is done."}
    return moderation.end_idea(idea=idea, by=by, seen_revision=idea.revision, **words)


def move(idea, by):
    facts = {"seen_revision": idea.revision, "reason": "Near you."}
    return moving.move_idea(idea=idea, by=by, to=IncubatorFactory(), **facts)


def withdraw(idea, by):
    return submission.withdraw_idea(idea=idea, by=idea.author)


def hand_over(idea, by):
    return coauthors.hand_over_idea(coauthor=join(idea), by=idea.author)


def close_house(idea, by):
    return close_incubator(incubator=idea.incubator, to=IncubatorFactory(), words="x", by=by)


@pytest.mark.parametrize("overtake", [close, move, withdraw, hand_over, close_house])
@pytest.mark.parametrize("side", ["source", "target"])
def test_question_lapses_when_either_idea_is_no_longer_as_it_was(merge, mona, outbox, overtake, side):
    overtake(getattr(merge, side), mona)
    assert status_of(merge) == "lapsed"
    assert [mail.recipient for mail in outbox("merge-over")] == [mona.email]


def test_an_answer_to_the_idea_leaves_the_question_open(merge, source, mona):
    moderation.accept_idea(idea=source, by=mona, seen_revision=source.revision)
    assert status_of(merge) == "proposed"
    both_say_yes(merge)
    assert status_of(source) == "merged"


@pytest.mark.django_db(transaction=True)
def test_busy_idea_is_said_so(merge, source):
    with held_elsewhere(merge.target), pytest.raises(IdeaBusyError):
        agree_to_merge(merge=merge, by=source.author)


# --- Mails ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mails_hold_a_title_and_a_link_and_leave_with_the_change_alone(source, target, mona, outbox, language):
    for person in (source.author, target.author, mona):
        person.language = language
        person.save()

    def all_of_it():
        both_say_yes(propose(source, target, mona))
        refused = propose(IdeaFactory(submitted=True, incubator=source.incubator), target, mona)
        refuse_merge(merge=refused, by=target.author, words="zebrafink")

    with transaction.atomic():
        all_of_it()
        transaction.set_rollback(True)
    assert not outbox()
    all_of_it()
    for kind in ("merge-asked", "idea-merged", "merge-over"):
        mail = outbox(kind)[0]
        with translation.override(language):
            words = say(mail)
        assert str(mail.snapshot["title"]) in words.subject
        assert "zebrafink" not in words.text + str(mail.snapshot)
        assert words.url.startswith("http")


# --- What the database refuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"status": "refused"}, "merge_ended_at_with_status"),
        ({"ended_at": timezone.now()}, "merge_ended_at_with_status"),
        ({"status": "done", "ended_at": timezone.now()}, "merge_done_by_two_yes"),
        ({"source_agreed_at": timezone.now(), "target_agreed_at": timezone.now()}, "merge_open_lacks_a_yes"),
        ({"reason": ""}, "merge_has_reason"),
    ],
)
def test_database_refuses_half_a_merge(merge, facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Merge.objects.filter(pk=merge.pk).update(**facts)


def test_database_refuses_an_idea_into_itself_and_two_questions_about_one(merge, source, place):
    with pytest.raises(IntegrityError, match="merge_is_of_two"), transaction.atomic():
        Merge.objects.filter(pk=merge.pk).update(target=source)
    with pytest.raises(IntegrityError, match="merge_one_open_per_source"), transaction.atomic():
        Merge.objects.create(source=source, target=IdeaFactory(submitted=True, incubator=place), reason="x")


def test_database_refuses_an_idea_merged_into_nothing(source, target):
    for facts in ({"status": "merged"}, {"merged_into": target}):
        with pytest.raises(IntegrityError, match="idea_merged_says_into_what"), transaction.atomic():
            Idea.objects.filter(pk=source.pk).update(**facts)
    with pytest.raises(IntegrityError, match="idea_merges_into_another"), transaction.atomic():
        Idea.objects.filter(pk=source.pk).update(status="merged", merged_into=source)
    with pytest.raises(IntegrityError, match="transition_merge_has_reason"), transaction.atomic():
        source.transitions.create(kind="merged", revision=9, from_status="submitted", to_status="merged")


# --- Whose it is ------------------------------------------------------------------------------------------------------


def test_export_holds_the_persons_own_answers_alone(merge, source, target):
    agree_to_merge(merge=merge, by=source.author, words="Gladly.")
    refuse_merge(merge=merge, by=target.author, words="Not mine.")
    (one,) = export_ideas(source.author)[0]["merges"]
    assert (one["reason"], one["my_words"], one["status"]) == (WHY, "Gladly.", "refused")
    assert "Not mine." not in str(one)
    assert export_ideas(target.author)[0]["merges"][0]["my_words"] == "Not mine."


@pytest.mark.parametrize("side", ["source", "target"])
def test_erased_author_takes_the_question_along(merge, side):
    erase_person(by=getattr(merge, side).author)
    assert not Merge.objects.filter(pk=merge.pk).exists()


@pytest.mark.parametrize("side", ["source", "target"])
def test_question_lapses_where_the_law_keeps_the_case_or_somebody_goes_on(merge, side, place):
    idea = getattr(merge, side)
    place.legal_status = "public"
    place.save()
    erase_person(by=idea.author)
    assert status_of(merge) == "lapsed"


def test_who_proposed_it_is_forgotten_and_the_question_stays(merge, mona):
    erase_person(by=mona)
    assert (status_of(merge), merge.proposed_by) == ("proposed", None)


def test_idea_that_goes_on_is_passed_to_whose_idea_went_into_it(merge, source, target):
    both_say_yes(merge)
    erase_person(by=target.author)
    target.refresh_from_db()
    assert target.author == source.author


def test_what_went_into_an_erased_idea_is_withdrawn_and_still_its_authors(merge, source, target):
    both_say_yes(merge)
    coauthors.leave_idea(idea=target, by=source.author)
    erase_person(by=target.author)
    assert not Idea.objects.filter(pk=target.pk).exists()
    source.refresh_from_db()
    assert (source.status, source.merged_into, source.transitions.count()) == ("withdrawn", None, 2)
    assert export_ideas(source.author)[0]["texts"]["title"] == "Verksted"


def test_author_of_both_erases_both(place, target, mona):
    source = IdeaFactory(submitted=True, incubator=place, author=target.author)
    agree_to_merge(merge=propose(source, target, mona), by=target.author)
    erase_person(by=target.author)
    assert not Idea.objects.filter(pk__in=[source.pk, target.pk]).exists()
