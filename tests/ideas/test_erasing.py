"""Erasing an account ends the person's cases like any other ending: everyone else is told, and nothing is left open."""

import inspect

import pytest

from ideas.actions import followers
from ideas.actions.submission import withdraw_idea
from ideas.models import Appeal, CoAuthor, Idea, Meeting, Merge, SupportRelation
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    MeetingFactory,
    MembershipFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.ideas.test_appeals import appeal_it, decide
from tests.ideas.test_merging import join, propose
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import compose, say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
NAME = "Kanarifugl Nordmann"


@pytest.fixture(params=["association", "public"])
def incubator(request):
    return IncubatorFactory(name="Tøyen Unlimited", legal_status=request.param)


@pytest.fixture
def idea(incubator):
    moderator = MembershipFactory(incubator=incubator, user__email="mona@example.no").user
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Verksted", author__name=NAME, taken_by=moderator)
    SupportRelationFactory(idea=idea)
    return idea


@pytest.fixture
def ali(idea):
    return idea.support_relations.get().supporter


def mails(kind: str) -> dict[str, OutgoingMail]:
    return {mail.recipient: mail for mail in OutgoingMail.objects.filter(kind=kind)}


def test_others_are_told_and_the_booked_meeting_leaves_their_calendar(idea, ali):
    MeetingFactory(idea=idea, supporter=ali, booked=True)
    join(idea, role="read", user=UserFactory(email="lese@example.no"))
    address = idea.author.email
    erase_person(by=idea.author)
    assert set(mails("support-over")) == {ali.email}
    assert set(mails("idea-erased")) == {"mona@example.no", "lese@example.no"}
    called_off = mails("meeting-called-off")[ali.email]
    assert called_off.snapshot["calendar"]["method"] == "CANCEL"
    assert b"METHOD:CANCEL" in compose(called_off)[2]
    assert not OutgoingMail.objects.filter(recipient=address).exists()
    for mail in OutgoingMail.objects.all():
        words = say(mail)
        assert NAME not in words.subject + words.text + str(mail.snapshot)


def test_kept_case_is_ended_in_every_area(idea, ali):
    MeetingFactory(idea=idea, supporter=ali, booked=True)
    join(idea, role="read")
    erase_person(by=idea.author)
    if Idea.objects.filter(pk=idea.pk).exists():
        idea.refresh_from_db()
        assert (idea.status, idea.author, idea.incubator.legal_status) == ("withdrawn", None, "public")
    assert not SupportRelation.objects.under_way().exists()
    assert not Meeting.objects.not_over().exists()
    assert not CoAuthor.objects.current().exists()


def test_meeting_without_a_supporter_at_work_is_called_off_too(idea, ali):
    meeting = MeetingFactory(idea=idea, supporter=ali, booked=True)
    SupportRelation.objects.all().delete()
    erase_person(by=idea.author)
    assert set(mails("meeting-called-off")) == {ali.email}
    assert not Meeting.objects.filter(pk=meeting.pk, status="booked").exists()


@pytest.mark.parametrize("side", ["source", "target"])
def test_open_merge_question_lapses_and_the_other_author_is_told(incubator, side):
    proposer = MembershipFactory(incubator=incubator).user
    merge = propose(*(IdeaFactory(submitted=True, incubator=incubator) for _each in range(2)), proposer)
    erased, other = (merge.source, merge.target) if side == "source" else (merge.target, merge.source)
    erase_person(by=erased.author)
    mail = mails("merge-lapsed")[other.author.email]
    assert set(mails("merge-lapsed")) == {other.author.email}
    assert str(other.uuid) in mail.snapshot["url"]
    assert str(other.uuid) in mails("merge-over")[proposer.email].snapshot["url"]
    assert not Merge.objects.open().exists()


def test_merge_question_that_lapses_by_a_withdrawal_tells_the_other_author_too():
    source = IdeaFactory(submitted=True)
    target = IdeaFactory(submitted=True, incubator=source.incubator)
    merge = propose(source, target, MembershipFactory(incubator=source.incubator).user)
    withdraw_idea(idea=source, by=source.author)
    assert set(mails("merge-lapsed")) == {merge.target.author.email}


def test_who_may_answer_an_open_appeal_is_told_that_it_is_over(incubator):
    leader = MembershipFactory(incubator=incubator, leader=True).user
    moderator = MembershipFactory(incubator=incubator).user
    appeal = appeal_it(decide("declined", incubator, moderator, title="Verksted"), "No")
    erase_person(by=appeal.idea.author)
    assert set(mails("idea-erased")) == {leader.email}
    assert not Appeal.objects.open().exists()


def test_closed_case_is_deleted_without_a_mail_to_staff(incubator):
    MembershipFactory(incubator=incubator, leader=True)
    erase_person(by=IdeaFactory(declined=True, incubator=incubator).author)
    assert not OutgoingMail.objects.exists()


def test_supporter_who_erases_the_account_is_parted_at_once_and_the_author_is_told(idea, ali):
    MeetingFactory(idea=idea, supporter=ali, booked=True)
    ali.name = NAME
    ali.save()
    erase_person(by=ali)
    relation = idea.support_relations.get()
    assert (relation.status, relation.end_reason, relation.supporter) == ("ended", "left", None)
    called_off = mails("meeting-called-off")[idea.author.email]
    assert called_off.snapshot["calendar"]["method"] == "CANCEL"
    told = say(mails("support-ended")[idea.author.email])
    assert "has deleted their account" in told.text or "slettet" in told.text
    assert NAME not in told.text


def test_question_to_a_supporter_who_erases_the_account_is_declined(idea, ali):
    SupportRelation.objects.all().delete()
    mona = idea.taken_by
    SupportRelationFactory(idea=idea, asked=True, supporter=ali, asked_by=mona)
    erase_person(by=ali)
    assert idea.support_relations.get().status == "declined"
    assert set(mails("support-declined")) == {mona.email}


def test_author_of_what_went_into_an_erased_idea_is_told():
    target = IdeaFactory(submitted=True)
    source = IdeaFactory(submitted=True, incubator=target.incubator, title="Mine")
    Idea.objects.filter(pk=source.pk).update(status="merged", merged_into=target)
    erase_person(by=target.author)
    source.refresh_from_db()
    assert source.status == "withdrawn"
    assert mails("idea-erased")[source.author.email].snapshot["title"] == "Mine"


def test_every_follower_is_in_the_list():
    """By reading the module: a function that takes a change and is not in the list would never run."""
    takes_a_change = {
        function
        for _name, function in inspect.getmembers(followers, inspect.isfunction)
        if [one.annotation for one in inspect.signature(function).parameters.values()] == [followers.CaseChange]
    } - {followers.follow}
    assert takes_a_change == set(followers.FOLLOWERS)
