"""An idea told aloud: kept with consent, opened by its slip alone, told of by staff, and claimed once."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from ideas.actions.closing import close_incubator
from ideas.actions.desk_entry import (
    NotYourIncubatorError,
    SlipOverError,
    claim_case,
    make_new_slip,
    note_told,
    open_slip,
    withdraw_with_slip,
    write_down_idea,
    write_with_slip,
)
from ideas.actions.moderation import accept_idea, decline_idea, take_idea
from ideas.actions.notes import write_to_author
from ideas.actions.transitions import IdeaError, TransitionNotAllowedError
from ideas.models import DeskEntry, Idea
from ideas.privacy import purge_desk_entries
from tests.factories import DeskEntryFactory, IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from tests.races import at_once
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
CODE = "ABCDEFGHJKM"
TEXTS = {"need": "Nobody greets.", "proposal": "A bench by the school.", "language": "nn"}


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def mona(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona").user


@pytest.fixture
def entry(incubator):
    return DeskEntryFactory(idea__incubator=incubator, idea__title="Benk")


def told(incubator, by, **facts) -> tuple[Idea, str]:
    facts = {"token": uuid.uuid4(), "texts": TEXTS, "channel": "desk", **facts}
    return write_down_idea(incubator=incubator, by=by, **facts)


# --- Written down -----------------------------------------------------------------------------------------------------


def test_idea_told_aloud_is_sent_in_with_a_promise_and_a_version_and_no_mail(incubator, mona, outbox):
    idea, code = told(incubator, mona, person_name="Gudrun", contact="22 00 00 00")
    idea = Idea.objects.get(pk=idea.pk)
    assert (idea.status, idea.author, idea.title) == ("submitted", None, "A bench by the school")
    assert idea.answer_due_on == incubator.answer_due_on(idea.submitted_at)
    assert idea.versions.get().texts["need"] == "Nobody greets."
    entry = idea.desk_entry
    assert (entry.person_name, entry.written_by, entry.consent_text) == ("Gudrun", mona, "spoken-1")
    assert code not in entry.code_hash
    assert open_slip(code=code) == entry
    assert idea.transitions.get().kind == "submitted"
    assert not outbox()


def test_second_press_is_the_same_idea_without_a_code(incubator, mona):
    token = uuid.uuid4()
    first, code = told(incubator, mona, token=token)
    again, nothing = told(incubator, mona, token=token)
    assert (again, nothing) == (first, "")
    assert open_slip(code=code)


@pytest.mark.parametrize(
    ("band", "may", "is_public"), [("26_plus", True, True), ("13_14", True, False), ("26_plus", False, False)]
)
def test_publishing_is_as_for_all_others(incubator, mona, band, may, is_public):
    idea, _code = told(incubator, mona, may_publish=may, age_band=band)
    accept_idea(idea=idea, by=mona, seen_revision=idea.revision)
    assert Idea.objects.get(pk=idea.pk).is_public == is_public


def test_it_is_written_down_only_where_one_works_now(incubator, mona):
    for place in (IncubatorFactory(), IncubatorFactory(closed=True)):
        MembershipFactory(incubator=place, user=mona, former=place.is_active)
        with pytest.raises(NotYourIncubatorError):
            told(place, mona)
    assert not Idea.objects.exists()


# --- The slip ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [CODE, "abcd efgh jkm", "ABCD-EFGH-JKM "])
def test_code_is_read_as_it_was_meant(entry, typed):
    assert open_slip(code=typed) == entry


@pytest.mark.parametrize("typed", ["", "ABCDEFGHJKN", "ABCDEFGHJK", "' OR 1=1", "\u202e", CODE * 3])
def test_no_other_code_opens_it(entry, typed):
    assert open_slip(code=typed) is None


def test_new_slip_ends_the_old_one(entry, mona):
    code = make_new_slip(entry=entry, by=mona)
    assert open_slip(code=CODE) is None
    assert open_slip(code=code) == entry
    assert entry.idea.transitions.get().kind == "slip_made"
    with pytest.raises(SlipOverError):
        write_with_slip(entry=entry, body="Hello", token=uuid.uuid4())


def test_who_holds_the_slip_writes_once_and_staff_are_told(entry, mona, outbox):
    token = uuid.uuid4()
    for _press in range(2):
        write_with_slip(entry=entry, body="I can paint it.", token=token)
    note = entry.idea.notes.get()
    assert (note.audience, note.author, note.with_slip) == ("author", None, True)
    assert mona.email in {mail.recipient for mail in outbox("case-author-wrote")}


def test_who_holds_the_slip_takes_the_idea_back(entry):
    for _press in range(2):
        assert withdraw_with_slip(entry=entry, reason="Moved.").status == "withdrawn"
    assert entry.idea.transitions.get().reason == "Moved."


# --- Telling them -----------------------------------------------------------------------------------------------------


def test_each_answer_and_message_has_to_be_told_until_somebody_has(entry, mona, outbox):
    idea = take_idea(idea=entry.idea, by=mona, seen_revision=entry.idea.revision)
    assert not DeskEntry.objects.to_tell()
    no = {"went_well": "Good.", "reason": "No room.", "way_on": "Ask the library."}
    idea = decline_idea(idea=idea, by=mona, seen_revision=idea.revision, **no)
    assert list(DeskEntry.objects.to_tell()) == [entry]
    idea = note_told(idea=idea, by=mona, seen_revision=idea.revision, internal_note="She was glad.")
    assert not DeskEntry.objects.to_tell()
    with pytest.raises(TransitionNotAllowedError):
        note_told(idea=IdeaFactory(submitted=True), by=mona, seen_revision=None)
    write_to_author(idea=idea, by=mona, body="Come by.")
    assert list(DeskEntry.objects.to_tell()) == [entry]
    assert not [mail for mail in outbox() if mail.kind in ("idea-declined", "idea-message")]


def test_move_by_closing_has_to_be_told_too(entry, incubator, mona):
    close_incubator(incubator=incubator, to=IncubatorFactory(), words="Moving.", by=mona)
    assert list(DeskEntry.objects.to_tell()) == [entry]


# --- Claiming ---------------------------------------------------------------------------------------------------------


def test_claimed_case_has_its_author_and_the_slip_opens_nothing(entry, outbox):
    Idea.objects.filter(pk=entry.idea.pk).update(may_publish=True, age_band="26_plus")
    person = UserFactory()
    for _press in range(2):
        claim_case(entry=entry, by=person)
    idea = Idea.objects.get(pk=entry.idea.pk)
    entry.refresh_from_db()
    assert (idea.author, entry.claimed_by, entry.contact, entry.person_name) == (person, person, "", "")
    assert open_slip(code=CODE) is None
    assert person.consents.get().subject == idea.consent_subject
    assert [mail.recipient for mail in outbox("idea-claimed")] == [person.email]
    assert idea.transitions.get().kind == "claimed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_claim_at_once_and_one_is_told(entry, is_locked):
    """Without the lock on the idea both may claim it, and only the log's constraint stops the second."""
    people = UserFactory.create_batch(2)
    answers = at_once(
        *(lambda one=one: claim_case(entry=entry, by=one) for one in people),
        refused=(IdeaError, IntegrityError),
        without_lock_on=None if is_locked else Idea,
    )
    assert sum(isinstance(answer, SlipOverError) for answer in answers) == (1 if is_locked else 0)
    assert sum("transition_one_per_revision" in str(answer) for answer in answers) == (0 if is_locked else 1)


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("en", "/en")])
def test_receipt_of_a_claim_leads_to_the_idea(entry, outbox, settings, language, prefix):
    claim_case(entry=entry, by=UserFactory(language=language))
    (mail,) = outbox("idea-claimed")
    with translation.override(language):
        words = say(mail)
    assert "Benk" in words.subject
    assert words.url == f"{settings.SITE_URL}{prefix}/min-side/ideer/{entry.idea.uuid}/"
    assert entry.idea.need not in words.text


def test_nothing_is_sent_when_a_claim_is_rolled_back(entry, outbox):
    with transaction.atomic():
        claim_case(entry=entry, by=UserFactory())
        transaction.set_rollback(True)
    assert not outbox()
    assert open_slip(code=CODE)


# --- People and time --------------------------------------------------------------------------------------------------


def test_account_of_the_writer_that_is_erased_changes_no_case(entry):
    erase_person(by=entry.written_by)
    entry.refresh_from_db()
    assert (entry.written_by, entry.person_name) == (None, "Gudrun")


def test_how_to_reach_them_is_forgotten_after_the_case(entry):
    later = timezone.now() + dt.timedelta(days=91)
    assert purge_desk_entries(later) == 0
    withdraw_with_slip(entry=entry)
    assert purge_desk_entries(timezone.now()) == 0
    assert [purge_desk_entries(later), purge_desk_entries(later)] == [1, 0]
    entry.refresh_from_db()
    assert (entry.person_name, entry.contact) == ("", "")
    assert open_slip(code=CODE)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"claimed_at": timezone.now()}, "desk_entry_claimed_is_only_theirs"),
        ({"consent_text": ""}, "desk_entry_has_consent"),
    ],
)
def test_database_refuses_what_cannot_be(facts, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DeskEntryFactory(**facts)


def test_database_knows_each_code_once(entry):
    with pytest.raises(IntegrityError, match="desk_entry_code_unique"), transaction.atomic():
        DeskEntryFactory()
