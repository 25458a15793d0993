"""Each two things that can be done with one idea, done at the same moment: one or both count, and nothing is half.

The pairs are made of the actions themselves: the staff's, the author's and a co-author's, an appeal and its answer, the
night's run over broken promises, and the erasure of the author.
"""

import datetime as dt
import itertools
import uuid

import pytest
from django.utils import timezone

from ideas.actions import appeal, coauthors, moderation, moving, notes, redaction, sharing, splitting, submission
from ideas.actions.transitions import IdeaError
from ideas.models import Appeal, CoAuthor, Idea, Transition
from incubators.actions.promises import tell_of_delays
from incubators.models import Incubator
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from tests.races import at_once
from unlimited.mail.models import OutgoingMail
from unlimited.users.actions import erase_person, withdraw_consent
from unlimited.users.models import Consent, User

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
    (moderation.resume_idea, {}, [Status.PAUSED]),
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
    acts += writing_together(idea) + appealing(idea, staff)
    acts.append(tell_of_delays)
    if idea.status in splitting.STATUSES:
        texts = {"title": "A choir", "need": "Nobody sings.", "proposal": "Sing.", "reason": "Two."}
        acts.append(lambda: splitting.split_idea(by=staff, **texts, **seen))
    if idea.status in Idea.OPEN_STATUSES:
        elsewhere = Incubator.objects.exclude(pk=idea.incubator_id).first()
        acts.append(lambda: moving.move_idea(by=staff, to=elsewhere, reason="You live there.", **seen))
    consent = {"user": idea.author, "purpose": Consent.Purpose.PUBLISH_IDEA, "subject": idea.consent_subject}
    acts.append(lambda: withdraw_consent(**consent))
    acts.append(lambda: erase_person(by=idea.author))
    return acts


def writing_together(idea: Idea) -> list:
    row = idea.coauthors.select_related("user", "idea").get()
    return [
        lambda: coauthors.hand_over_idea(coauthor=row, by=idea.author),
        lambda: coauthors.leave_idea(idea=idea, by=row.user),
    ]


def appealing(idea: Idea, staff) -> list:
    acts = []
    for decision in idea.transitions.filter(kind__in=["paused", "changes_requested"]).select_related("idea"):
        acts.append(lambda: appeal.appeal_decision(decision=decision, by=idea.author, reason="No."))  # noqa: B023
    for made in Appeal.objects.with_case().filter(decision__idea=idea):
        facts = {"appeal": made, "by": staff, "seen_revision": idea.revision, "answer": "Because."}
        acts.append(lambda: appeal.answer_appeal(is_granted=True, **facts))  # noqa: B023
        acts.append(lambda: appeal.answer_appeal(is_granted=False, **facts))  # noqa: B023
    return acts


# An answer is late, nobody has acted for long, and the rest has been decided: the paused one is appealed.
BROKEN = {
    Status.SUBMITTED: {"answer_due_on": timezone.localdate() - dt.timedelta(days=9)},
    Status.ACCEPTED: {"staff_acted_at": timezone.now() - dt.timedelta(days=60)},
}
DECISIONS = {Status.PAUSED: Status.ACCEPTED, Status.CHANGES_REQUESTED: Status.SUBMITTED}


def begin_with(status: str, incubator) -> Idea:
    """Return an idea written by two, where something has been promised or decided."""
    idea = IdeaFactory(**{status: True}, incubator=incubator, **BROKEN.get(status, {}))
    along, now = UserFactory(), timezone.now()
    facts = {"status": "joined", "joined_at": now, "expires_at": now}
    CoAuthor.objects.create(idea=idea, email=along.email, user=along, **facts)
    submission.change_publishing(idea=idea, by=idea.author, may_publish=True, age_band="18_25")
    if status in DECISIONS:
        words = {"reason": "Summer.", "step": idea.step, "revision": idea.revision}
        made = idea.transitions.create(kind=status, from_status=DECISIONS[status], to_status=status, **words)
        if status == Status.PAUSED:
            appeal.appeal_decision(decision=made, by=idea.author, reason="It is warm.")
    return Idea.objects.select_related("author").get(pk=idea.pk)


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.CHANGES_REQUESTED, Status.ACCEPTED, Status.PAUSED])
def test_no_two_things_done_at_once_leave_half_of_one(status):
    incubator, _elsewhere = IncubatorFactory(), IncubatorFactory()
    first, second = (MembershipFactory(incubator=incubator).user for _ in range(2))

    def begin() -> Idea:
        return begin_with(status, incubator)

    count = len(acts_on(begin(), first))
    for one, other in itertools.combinations_with_replacement(range(count), 2):
        idea = begin()
        results = at_once(acts_on(idea, first)[one], acts_on(idea, second)[other], refused=IdeaError)
        refused = [result for result in results if isinstance(result, IdeaError)]
        assert len(refused) < 2, f"{status}: {one} and {other} both refused"
        check_whole(idea, f"{status}: {one} and {other}: {results}")


def check_whole(idea: Idea, told: str) -> None:
    """The log, the mails, the consent and what was promised say the same as the idea."""
    stands = Idea.objects.filter(pk=idea.pk).first()
    consents = Consent.objects.filter(subject=idea.consent_subject, withdrawn_at=None)
    mails = OutgoingMail.objects.filter(key__contains=str(idea.uuid))
    is_erased = not User.objects.filter(pk=idea.author_id).exists()
    if is_erased:
        assert not mails.filter(recipient=idea.author.email).exists(), told
    if stands is None:
        assert is_erased, told
        assert not consents, told
        return
    assert stands.may_publish == (consents.count() == 1), told
    done = stands.transitions.filter(revision__gt=idea.revision).order_by("revision")
    check_log(idea, stands, done, told)
    check_promise(stands, told)
    if is_erased:
        return
    of_delays = mails.filter(kind__in=["idea-answer-late", "idea-quiet"])
    assert of_delays.count() == stands.delays.count(), told
    to_author = mails.exclude(kind__in=["case-sent-in-again", "coauthor-news", "idea-answer-late", "idea-quiet"])
    before = stands.transitions.filter(revision__lte=idea.revision, kind="appealed").count()
    assert to_author.count() == before + done.exclude(kind__in=Transition.INTERNAL_KINDS).count(), told


def check_log(idea: Idea, stands: Idea, done, told: str) -> None:
    """Each change begins where the one before it ended, by a way that the table has."""
    status = idea.status
    for change in done:
        assert change.from_status == status, told
        is_granted = change.kind == Transition.Kind.APPEAL_GRANTED
        assert change.to_status == status or change.to_status in Idea.TRANSITIONS[status] or is_granted, told
        status = change.to_status
    assert stands.status == status, told


def check_promise(stands: Idea, told: str) -> None:
    """A new date is one that was told; no appeal is open against what no longer stands."""
    if stands.new_due_on is not None:
        assert stands.status in (Status.SUBMITTED, Status.ACCEPTED), told
        assert stands.delays.filter(new_due_on=stands.new_due_on).exists(), told
    for made in Appeal.objects.open().filter(decision__idea=stands):
        assert made.decision.kind == stands.status, told
