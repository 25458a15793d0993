"""Each two things that can be done with one idea, done at the same moment: one or both count, and nothing is half.

The pairs are made of the actions themselves, the author's as well as the staff's, and the erasure of the author.
"""

import itertools
import uuid

import pytest

from ideas.actions import moderation, notes, redaction, sharing, submission
from ideas.actions.transitions import IdeaError
from ideas.models import Idea, Transition
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory
from tests.races import at_once
from unlimited.mail.models import OutgoingMail
from unlimited.users.actions import erase_person, withdraw_consent
from unlimited.users.models import Consent

pytestmark = pytest.mark.django_db(transaction=True)
Status = Idea.Status

NO = {"went_well": "You know your street.", "reason": "We lack a cellar.", "way_on": "Ask the library."}
OVER = {"went_well": "Forty came.", "reason": "You stand on your own feet."}
REDACTABLE = [Status.SUBMITTED, Status.ACCEPTED, Status.PAUSED]
# What staff do upon a page that they have read: name, words, the statuses in which the page offers it.
BY_STAFF = [
    (moderation.take_idea, {}, Idea.OPEN_STATUSES),
    (moderation.accept_idea, {}, [Status.SUBMITTED]),
    (moderation.request_changes, {"reason": "How many?"}, [Status.SUBMITTED]),
    (moderation.decline_idea, NO, [Status.SUBMITTED, Status.CHANGES_REQUESTED]),
    (moderation.pause_idea, {"reason": "Until May."}, [Status.ACCEPTED]),
    (moderation.change_step, {"step": Idea.Step.DO}, [Status.ACCEPTED]),
    (moderation.end_idea, OVER, [Status.ACCEPTED]),
    (redaction.redact_idea, {"passages": ["cellar"], "reason": "A neighbour is named."}, REDACTABLE),
    (moderation.hide_idea, {"reason": "A neighbour is named."}, Idea.OPEN_STATUSES),
]
BY_AUTHOR = [
    (submission.submit_idea, {"may_publish": True, "age_band": "26_plus"}, [Status.CHANGES_REQUESTED]),
    (submission.save_draft, {"values": {"need": "Other words"}}, [Status.CHANGES_REQUESTED]),
    (submission.withdraw_idea, {}, Idea.OPEN_STATUSES),
    (submission.change_publishing, {"may_publish": True, "age_band": "26_plus"}, Idea.OPEN_STATUSES),
    (submission.change_publishing, {"may_publish": False}, Idea.OPEN_STATUSES),
    (submission.write_to_incubator, {"body": "When do we begin?"}, Idea.OPEN_STATUSES),
]


def acts_on(idea: Idea, staff) -> list:
    """Everything that can be done with `idea` by one who has its page open now."""
    idea = Idea.objects.select_related("author").get(pk=idea.pk)  # two requests share no objects
    seen = {"idea": idea, "seen_revision": idea.revision}
    acts = [lambda do=do, words=words: do(by=staff, **seen, **words) for do, words, on in BY_STAFF if idea.status in on]
    acts += [
        lambda do=do, words=words: do(idea=idea, by=idea.author, **words)
        for do, words, on in BY_AUTHOR
        if idea.status in on
    ]
    acts.append(lambda: notes.write_to_author(idea=idea, by=staff, body="Come by.", token=uuid.uuid4()))
    # Who joins by themselves gets no mail.
    acts.append(lambda: sharing.ask_along(by=staff, colleague=staff, **seen))
    consent = {"user": idea.author, "purpose": Consent.Purpose.PUBLISH_IDEA, "subject": idea.consent_subject}
    acts.append(lambda: withdraw_consent(**consent))
    acts.append(lambda: erase_person(by=idea.author))
    return acts


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.CHANGES_REQUESTED, Status.ACCEPTED])
def test_no_two_things_done_at_once_leave_half_of_one(status):
    incubator = IncubatorFactory()
    first, second = (MembershipFactory(incubator=incubator).user for _ in range(2))

    def begin() -> Idea:
        idea = IdeaFactory(**{status: True}, incubator=incubator)
        submission.change_publishing(idea=idea, by=idea.author, may_publish=True, age_band="18_25")
        return Idea.objects.select_related("author").get(pk=idea.pk)

    count = len(acts_on(begin(), first))
    for one, other in itertools.combinations_with_replacement(range(count), 2):
        idea = begin()
        results = at_once(acts_on(idea, first)[one], acts_on(idea, second)[other], refused=IdeaError)
        refused = [result for result in results if isinstance(result, IdeaError)]
        assert len(refused) < 2, f"{status}: {one} and {other} both refused"
        check_whole(idea, f"{status}: {one} and {other}: {results}")


def check_whole(idea: Idea, told: str) -> None:
    """The log, the mails and the consent say the same as the idea."""
    stands = Idea.objects.filter(pk=idea.pk).first()
    consents = Consent.objects.filter(subject=idea.consent_subject, withdrawn_at=None)
    if stands is None:
        assert not consents, told
        assert not OutgoingMail.objects.filter(key__contains=str(idea.uuid), recipient=idea.author.email).exists(), told
        return
    assert stands.may_publish == (consents.count() == 1), told
    status = idea.status
    for change in stands.transitions.order_by("revision"):
        assert change.from_status == status, told
        assert change.to_status == status or change.to_status in Idea.TRANSITIONS[status], told
        status = change.to_status
    assert stands.status == status, told
    told_of = stands.transitions.exclude(kind__in=Transition.INTERNAL_KINDS).count()
    to_staff = ["case-sent-in-again"]
    mails = OutgoingMail.objects.filter(key__contains=str(idea.uuid)).exclude(kind__in=to_staff)
    assert mails.count() == told_of, told
