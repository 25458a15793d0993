"""One occasion, one mail for each reader; what leaves a calendar is the exception."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from ideas.actions.meetings import propose_other_times
from ideas.actions.merging import agree_to_merge
from ideas.actions.moderation import end_idea
from ideas.actions.support import end_support
from tests.factories import IdeaFactory, IncubatorFactory, MeetingFactory, SupportRelationFactory, UserFactory
from tests.ideas.test_merging import join, propose
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def relation():
    return SupportRelationFactory(idea=IdeaFactory(accepted=True))


@pytest.fixture
def meeting(relation):
    return MeetingFactory(idea=relation.idea, supporter=relation.supporter, booked=True, venue="The library")


@pytest.fixture
def pair():
    """Two ideas at one incubator."""
    place = IncubatorFactory()
    source = IdeaFactory(submitted=True, incubator=place, title="Verksted")
    return source, IdeaFactory(accepted=True, incubator=place, title="Snekkerbod")


def told(outbox) -> list[tuple[str, str]]:
    """Return kind and recipient of each mail, sorted."""
    return sorted((mail.kind, mail.recipient) for mail in outbox())


def test_who_is_asked_for_a_new_time_reads_it_in_the_mail_that_takes_the_old_one_back(relation, meeting, outbox):
    author, supporter = relation.idea.author, relation.supporter
    along = join(relation.idea).user
    times = [timezone.now().replace(microsecond=0) + dt.timedelta(days=days) for days in (12, 13)]

    propose_other_times(meeting=meeting, by=supporter, times=times, venue="The school", video_link="")

    assert told(outbox) == sorted(
        [("meeting-moved", author.email), ("meeting-moved", supporter.email), ("coauthor-news", along.email)]
    )
    mails = {mail.recipient: mail for mail in outbox("meeting-moved")}
    assert {mail.snapshot["calendar"]["method"] for mail in mails.values()} == {"CANCEL"}
    assert mails[author.email].snapshot["times"] == [time.isoformat() for time in times]
    with translation.override("en"):
        asked, mover = (" ".join(say(mails[one.email]).paragraphs) for one in (author, supporter))
    assert "Choose the one that suits you" in asked
    assert "Where: The school" in asked
    assert "Other times are proposed." in mover
    assert "Choose" not in mover


@pytest.mark.parametrize("ender", ["author", "supporter", "incubator"])
def test_who_writes_along_gets_one_mail_where_support_and_its_meetings_end(relation, meeting, outbox, ender):
    idea, along = relation.idea, join(relation.idea).user
    by = {"author": idea.author, "supporter": relation.supporter, "incubator": UserFactory()}[ender]
    end_support(relation=relation, by=by, reason="no_time", words="Thank you.")
    assert [mail.recipient for mail in outbox("coauthor-news")] == [along.email]
    assert {mail.recipient for mail in outbox("meeting-called-off")} == {idea.author.email, relation.supporter.email}


def test_who_writes_along_gets_one_mail_where_the_case_and_its_meetings_end(relation, meeting, outbox):
    along = join(relation.idea).user
    words = {"went_well": "A lot.", "reason": "Done."}
    end_idea(idea=relation.idea, by=UserFactory(), seen_revision=relation.idea.revision, **words)
    assert [mail.recipient for mail in outbox("coauthor-news")] == [along.email]


def test_author_of_both_ideas_gets_one_mail_about_their_merge(pair, outbox):
    source, target = pair
    source.author = target.author
    source.save()
    merge = propose(source, target, UserFactory())
    agree_to_merge(merge=merge, by=target.author)
    [mail] = outbox("idea-merged")
    with translation.override("en"):
        words = say(mail)
    assert words.subject == "“Verksted” goes on as part of “Snekkerbod”"
    assert str(target.uuid) in words.url


def test_person_of_both_ideas_gets_one_mail_about_their_merge(pair, outbox):
    source, target = pair
    along = join(source).user
    join(target, user=along)
    join(target, user=source.author)
    merge = propose(source, target, UserFactory())
    before = len(outbox())
    for author in (source.author, target.author):
        agree_to_merge(merge=merge, by=author)
    assert sorted((mail.kind, mail.recipient) for mail in outbox()[before:]) == sorted(
        [
            ("idea-merged", source.author.email),
            ("idea-merged", target.author.email),
            ("coauthor-news", along.email),
        ]
    )
