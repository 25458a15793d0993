"""A case that was closed five years ago ends, after a warning to those who wrote it."""

import datetime as dt

import pytest
from django.utils import timezone

from ideas.models import CoAuthor, Idea, Note, Transition
from tests.factories import DeskEntryFactory, IdeaFactory, IncubatorFactory, UserFactory
from tests.ideas.test_merging import join
from unlimited.mail.models import OutgoingMail
from unlimited.users.actions import apply_retention
from unlimited.users.models import Consent

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def closed(days: int, legal_status: str = "association", **facts) -> Idea:
    """Return a case that was ended so many days ago."""
    idea = IdeaFactory(**({"ended": True} | facts), incubator=IncubatorFactory(legal_status=legal_status))
    then = timezone.now() - days * DAY
    facts = {"from_status": "accepted", "to_status": idea.status, "kind": "ended", "reason": "x"}
    facts |= {"way_on": "x", "way_on_kind": "other"}
    Transition.objects.create(idea=idea, revision=900, at=then, by=idea.author, **facts)
    return idea


def warned_a_month_ago() -> None:
    apply_retention()
    OutgoingMail.objects.update(created_at=timezone.now() - 31 * DAY)


def test_author_and_those_along_are_warned_and_the_case_is_deleted_a_month_later():
    old, newer = closed(1826), closed(1790)
    reader = join(old).user
    apply_retention()
    apply_retention()
    mails = OutgoingMail.objects.filter(kind="case-old")
    assert sorted(mails.values_list("recipient", flat=True)) == sorted([old.author.email, reader.email])
    assert apply_retention()["old_cases"] == 0
    OutgoingMail.objects.update(created_at=timezone.now() - 31 * DAY)
    assert apply_retention()["old_cases"] == 1
    assert set(Idea.objects.all()) == {newer}
    assert old.title not in str(OutgoingMail.objects.values_list("snapshot", flat=True))


@pytest.mark.parametrize("status", ["declined", "withdrawn", "ended"])
def test_each_way_to_be_closed_counts(status):
    closed(1826, **{"ended": False, status: True})
    warned_a_month_ago()
    assert apply_retention()["old_cases"] == 1


def test_case_of_a_public_incubator_is_parted_from_its_writers_and_kept_once():
    idea = closed(1826, "public", ended=True, consenting=True)
    Note.objects.create(idea=idea, author=idea.author, audience=Note.Audience.AUTHOR, body="Hello")
    Consent.objects.create(
        user=idea.author, purpose="publish-idea", subject=idea.consent_subject, text_version="1", source="x",
        given_at=timezone.now(),
    )  # fmt: skip
    join(idea)
    warned_a_month_ago()
    assert apply_retention()["old_cases"] == 1
    idea.refresh_from_db()
    assert (idea.author, idea.may_publish, idea.status) == (None, False, "ended")
    assert idea not in Idea.objects.public()
    assert idea.notes.get().author is None
    assert idea.transitions.get(revision=900).by is None
    assert not CoAuthor.objects.exists()
    assert not Consent.objects.exists()
    assert apply_retention()["old_cases"] == 0


def test_case_told_at_the_desk_and_never_claimed_goes_without_a_warning():
    idea = closed(1826, author=None)
    DeskEntryFactory(idea=idea)
    assert apply_retention()["old_cases"] == 1
    assert not OutgoingMail.objects.filter(kind="case-old").exists()


def test_open_case_and_one_that_was_opened_again_stay():
    idea = closed(1826)
    warned_a_month_ago()
    Idea.objects.filter(pk=idea.pk).update(status="accepted")
    open_for_long = IdeaFactory(accepted=True)
    Idea.objects.update(updated_at=timezone.now() - 3000 * DAY)
    assert apply_retention()["old_cases"] == 0
    assert set(Idea.objects.all()) == {idea, open_for_long}


def test_case_that_another_has_gone_into_goes_after_it():
    target = closed(1826)
    source = closed(1000)
    Idea.objects.filter(pk=source.pk).update(status="merged", merged_into=target)
    warned_a_month_ago()
    assert apply_retention()["old_cases"] == 0
    Transition.objects.filter(idea=source).update(at=timezone.now() - 1826 * DAY)
    warned_a_month_ago()
    apply_retention()
    warned_a_month_ago()
    apply_retention()
    assert not Idea.objects.exists()


def test_blocked_author_is_not_mailed():
    closed(1826, author=UserFactory(is_active=False))
    apply_retention()
    assert not OutgoingMail.objects.filter(kind="case-old").exists()
