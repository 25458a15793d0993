"""A mail remembers whom and what it names, so that erasing a subject finds it: rewritten, taken back or wiped."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from unlimited.mail.actions import cancel_mails_about, enqueue, forget_subjects
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import calendar_of
from unlimited.mail.subjects import named, subjects_in

pytestmark = pytest.mark.django_db
KARI, IDEA = "person:1", "idea:1"


@pytest.fixture
def put_named(put, row):
    """Return a function that puts a mail into the outbox which names Kari and an idea."""

    def put_one(key: str = "a", **changes) -> OutgoingMail:
        snapshot = {"title": named("Verksted", IDEA), "people": [{"name": named("Kari", KARI)}, {"name": "Ola"}]}
        snapshot |= changes.pop("snapshot", {})
        with transaction.atomic():
            mail = enqueue(kind="letter", key=key, to="ola@example.no", language="en", snapshot=snapshot)
        OutgoingMail.objects.filter(pk=mail.pk).update(**changes)
        return row(mail)

    return put_one


def finished(status: str) -> dict:
    now = timezone.now()
    facts = {"status": status, "finished_at": now, "last_error": "550"}
    return facts | ({"sent_at": now} if status == "sent" else {})


def test_mail_remembers_where_it_names_whom(put_named):
    assert put_named().subjects == {IDEA: [["title"]], KARI: [["people", 0, "name"]]}


def test_empty_words_name_nobody():
    assert subjects_in({"other": named("", KARI)}) == {}


def test_subject_of_an_unknown_kind_is_refused():
    with pytest.raises(LookupError):
        subjects_in({"title": named("Verksted", "boat:1")})


def test_mail_that_waits_says_other_words(put_named, row):
    mail = put_named()
    assert forget_subjects(subjects=[KARI]) == 1
    mail = row(mail)
    assert mail.snapshot["people"] == [{"name": "Someone who has deleted their account"}, {"name": "Ola"}]
    assert (mail.snapshot["title"], mail.subjects, mail.status) == ("Verksted", {IDEA: [["title"]]}, "queued")


def test_mail_in_the_hands_of_a_sender_is_rewritten_too(put_named, row):
    lease = {"status": "sending", "claimed_by": "me", "lease_until": timezone.now() + dt.timedelta(minutes=1)}
    mail = put_named(**lease)
    forget_subjects(subjects=[KARI, IDEA])
    assert "Kari" not in str(row(mail).snapshot)
    assert "Verksted" not in str(row(mail).snapshot)


@pytest.mark.parametrize("status", ["sent", "failed", "uncertain", "cancelled", "suppressed"])
def test_mail_that_is_done_with_loses_all_it_said(put_named, row, status):
    mail = put_named(**finished(status))
    assert forget_subjects(subjects=[KARI]) == 1
    assert (row(mail).snapshot, row(mail).subjects, row(mail).is_repeatable) == ({}, {}, False)


def test_other_mails_are_left_alone(put_named, row):
    mail = put_named(**finished("sent"))
    assert forget_subjects(subjects=["person:2", "idea:2"]) == 0
    assert row(mail).snapshot["title"] == "Verksted"


def test_mail_about_what_is_gone_is_taken_back(put_named, row):
    mail, sent = put_named(), put_named("b", **finished("sent"))
    assert cancel_mails_about(subjects=[IDEA]) == 1
    assert (row(mail).status, row(sent).status) == ("cancelled", "sent")


def test_cancellation_of_a_calendar_entry_goes_out_all_the_same(put_named, row):
    entry = {
        "method": "CANCEL", "uid": "1", "sequence": 1, "summary": named("Meeting about “Verksted”", IDEA),
        "starts_at": "2026-12-24T12:00:00+00:00", "ends_at": "2026-12-24T13:00:00+00:00", "location": "Here",
        "url": "http://localhost:8000/", "attendee_name": "Ola", "attendee_email": "ola@example.no",
        "stamped_at": "2026-12-01T12:00:00+00:00",
    }  # fmt: skip
    mail = put_named(snapshot={"calendar": entry})
    assert cancel_mails_about(subjects=[IDEA]) == 0
    forget_subjects(subjects=[IDEA])
    assert row(mail).status == "queued"
    assert b"METHOD:CANCEL" in calendar_of(row(mail))
    assert b"Verksted" not in calendar_of(row(mail))
