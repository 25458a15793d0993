"""Each mail about an event: whom it goes to, what it says in each language, and which calendar entry it carries."""

import datetime as dt
import re
from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone, translation
from icalendar import Calendar

from events.actions import waitlist
from events.actions.contact import accept_contact, ask_new_contact
from events.actions.party import add_people
from events.actions.programme import FewerSeatsError, cancel_event, change_event, count_told
from events.actions.registration import Person
from events.actions.reminders import ask_for_names, make_reminders, release_unnamed
from events.actions.seats import give_back_seats, name_place, send_own_link
from events.models import ContactRequest, Event, Participant, Registration, Seat
from events.privacy import erase_events
from tests.events.outcomes import fewer_free, unconfirmed
from tests.events.test_registration_actions import alone, party, people, register
from tests.factories import EventFactory, UserFactory
from unlimited.mail.rendering import compose, say

pytestmark = pytest.mark.django_db
A, B = "a@example.no", "b@example.no"


def one_seat(language: str, **facts):
    """Return an event with one seat, which `a` has and `b` waits for."""
    event = EventFactory(capacity=1, title="Sosialt entreprenørskap", **facts)
    register(event, who=alone(A, language=language))
    register(event, who=alone(B, language=language))
    return event


def group(language: str, **facts):
    event = EventFactory(title="Sosialt entreprenørskap", **facts)
    register(event, who=party(*people(2), Person("Uten Epost"), unnamed=2, language=language))
    return event


def group_with_others_in_line(language: str) -> Event:
    event = group(language, capacity=5)
    for address in (A, B):
        register(event, who=alone(address, language=language))
    return event


def move(event, **values):
    event.refresh_from_db()
    return change_event(event=event, values=values, seen=event.updated_at)


def fewer(event) -> None:
    event.refresh_from_db()
    with pytest.raises(FewerSeatsError) as asked:
        change_event(event=event, values={"capacity": 1}, seen=event.updated_at)
    change_event(event=event, values={"capacity": 1}, seen=event.updated_at, moving=asked.value.token)


def long_ago(event) -> None:
    """Let all seats be taken, and all people named, long before anything falls due."""
    then = timezone.now() - dt.timedelta(days=90)
    event.seats.update(seated_at=then)
    Participant.objects.update(created_at=then)


def unnamed_until(event, *days: int) -> None:
    """Let the contact be asked so many days before, and the seats released on the last of them."""
    long_ago(event)
    for number, before in enumerate(days, start=1):
        now = event.starts_at - dt.timedelta(days=before)
        ask_for_names(now=now) if number < 3 else release_unnamed(now=now)


def offer_ran_out(language: str) -> None:
    give_back_seats(seats=one_seat(language).seats.filter(email=A))
    waitlist.expire_offers(now=timezone.now() + dt.timedelta(days=8))


def replaced(language: str) -> None:
    group(language)
    registration = Registration.objects.get()
    seat = registration.seats.get(place=1)
    name_place(registration=registration, place=1, name="Ny", email="ny@example.no", seen=str(seat.participant.uuid))


def grown(language: str) -> None:
    event, registration = group(language), Registration.objects.get()
    add_people(registration=registration, events=[event], people=[Person("Eva Lie")], seen=registration.last_place)


def contact_asked(language: str) -> ContactRequest:
    group(language)
    return ask_new_contact(registration=Registration.objects.get(), name="Siri Vik", email="siri@example.no")


def reminded(language: str) -> None:
    event = group(language, days=6)
    long_ago(event)
    make_reminders()


MAILS = {
    "seat-confirmed": lambda language: one_seat(language),
    "seat-in-line": lambda language: one_seat(language),
    "party-registered": lambda language: group(language),
    "party-held": unconfirmed,
    "party-unconfirmed": unconfirmed,
    "party-contact-gone": lambda language: (group(language), erase_events(UserFactory(email="anna@example.no"))),
    "party-fewer-free": fewer_free,
    "party-grown": lambda language: grown(language),
    "party-contact-asked": lambda language: contact_asked(language),
    "party-contact-new": lambda language: accept_contact(request=contact_asked(language)),
    "party-contact-was": lambda language: accept_contact(request=contact_asked(language)),
    "already-registered": lambda language: register(one_seat(language), who=alone(A, language=language)),
    "seat-cancelled": lambda language: cancel_event(event=one_seat(language), reason="Taket lekker.", by=UserFactory()),
    "seat-cancelled replaced": replaced,
    "seat-own-link": lambda language: (
        group(language),
        send_own_link(participant=Seat.objects.filter(place=1).get().participant),
    ),
    "event-changed": lambda language: move(
        one_seat(language), starts_at=timezone.now() + dt.timedelta(days=20), venue="Kjelleren", city="Oslo"
    ),
    "seat-moved-to-line": lambda language: fewer(group(language, capacity=5)),
    "waitlist-offer": lambda language: give_back_seats(seats=one_seat(language).seats.filter(email=A)),
    "waitlist-offer-expired": offer_ran_out,
    "seat-reminder": reminded,
    "name-your-seats": lambda language: unnamed_until(group(language), 9),
    "unnamed-seats-released": lambda language: unnamed_until(group_with_others_in_line(language), 9, 4, 2),
}


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("en", "/en")])
@pytest.mark.parametrize("name", MAILS)
def test_mail_says_which_event_and_links_to_the_right_page(name, language, prefix, outbox, settings):
    MAILS[name](language)
    mails = outbox(name.split()[0])
    assert mails
    for mail in mails:
        with translation.override(language):
            words = say(mail)
        assert mail.language == language
        whole = words.subject + words.text
        assert "Sosialt entreprenørskap" in words.subject
        assert "None" not in whole
        assert re.fullmatch(
            rf"{settings.SITE_URL}{prefix}/(plass|pamelding|ny-kontakt)/[\w.-]+/|{settings.SITE_URL}{prefix}/arrangementer/[\w-]+/",
            words.url,
        )
        compose(mail)


def parts(mail) -> tuple[str, str, int, str]:
    """Return method, UID, SEQUENCE and status of the entry that a mail carries, from the mail's own bytes."""
    message = message_from_bytes(compose(mail)[2], policy=default)
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"])


def test_entry_is_made_changed_and_cancelled_under_one_uid_with_rising_numbers(outbox):
    event = one_seat("nb")
    move(event, venue="Kjelleren")
    move(event, starts_at=event.starts_at + dt.timedelta(hours=1))
    give_back_seats(seats=event.seats.filter(email=A))
    theirs = [parts(mail) for mail in outbox() if mail.recipient == A]
    assert len({uid for _, uid, _, _ in theirs}) == 1
    assert [(method, sequence, status) for method, _, sequence, status in theirs] == [
        ("REQUEST", 0, "CONFIRMED"),
        ("REQUEST", 1, "CONFIRMED"),
        ("REQUEST", 2, "CONFIRMED"),
        ("CANCEL", 3, "CANCELLED"),
    ]
    keys = {mail.order_key for mail in outbox() if mail.recipient == A}
    assert len(keys) == 1
    assert "" not in keys


def test_other_text_on_the_page_changes_no_entry_and_tells_nobody(outbox):
    event = one_seat("nb")
    before = len(outbox())
    move(event, summary="Ny ingress", body="Mer")
    assert len(outbox()) == before


def test_those_who_wait_are_told_of_another_time_and_of_the_end(outbox):
    event = one_seat("en")
    move(event, starts_at=event.starts_at + dt.timedelta(hours=1))
    cancel_event(event=event, reason="The roof leaks.", by=UserFactory())
    told = [mail for mail in outbox() if mail.recipient == B]
    assert [mail.kind for mail in told] == ["seat-in-line", "event-changed", "seat-cancelled"]
    assert not any("calendar" in mail.snapshot for mail in told)
    with translation.override("en"):
        assert "The roof leaks." in say(told[-1]).text
        assert "still on the waitlist" in say(told[1]).text


def test_colleague_without_an_address_is_told_through_the_contact(outbox):
    group("en")
    mail = next(mail for mail in outbox("seat-confirmed") if mail.snapshot["name"] == "Uten Epost")
    assert mail.recipient == "anna@example.no"
    with translation.override("en"):
        assert "without an address of their own" in say(mail).text
    assert mail.snapshot["calendar"]["attendee_name"] == "Uten Epost"


# --- What falls due ---------------------------------------------------------------------------------------------------


def test_unnamed_seats_are_asked_for_twice_and_then_offered_on(outbox):
    event = group("nb", capacity=5)
    register(event, who=alone(B))
    long_ago(event)
    for days in (9, 9, 4, 4, 2, 2):
        now = event.starts_at - dt.timedelta(days=days)
        ask_for_names(now=now)
        release_unnamed(now=now)
    assert [mail.key.rpartition(":")[2] for mail in outbox("name-your-seats")] == ["1", "2"]
    assert len(outbox("unnamed-seats-released")) == 1
    assert outbox("unnamed-seats-released")[0].snapshot["count"] == 1
    assert [seat.cancel_reason for seat in event.seats.filter(status="cancelled")] == ["released"]
    assert event.seats.get(email=B).status == "offered"


def test_seats_that_the_contact_keeps_are_neither_asked_for_nor_released(outbox):
    event = group("nb")
    Registration.objects.update(holds_unnamed=True)
    unnamed_until(event, 9, 4, 2)
    assert not outbox("name-your-seats")
    assert not event.seats.filter(status="cancelled").exists()


def test_seats_that_came_too_late_to_be_asked_for_twice_are_not_released(outbox):
    event = group("nb")
    event.seats.update(seated_at=event.starts_at - dt.timedelta(days=6))
    for days in (4, 2):
        now = event.starts_at - dt.timedelta(days=days)
        ask_for_names(now=now)
        release_unnamed(now=now)
    assert not event.seats.filter(status="cancelled").exists()


@pytest.mark.parametrize("runs", [(6.9, 0.9), (6.9, 6.9, 0.9, 0.9), (0.9,), (6.9, 3, 0.9)])
def test_reminders_are_made_once_whatever_runs_were_missed_or_doubled(runs, outbox):
    event = EventFactory()
    register(event, who=alone())
    long_ago(event)
    for days in runs:
        make_reminders(now=event.starts_at - dt.timedelta(days=days))
    days = [mail.key.rpartition(":P")[2] for mail in outbox("seat-reminder")]
    assert days == (["7D", "1D"] if runs[0] > 1 else ["1D"])


@pytest.mark.parametrize(
    "facts",
    [
        {"is_published": False},
        {"cancelled_at": timezone.now(), "cancel_reason": "The roof leaks."},
        {"starts_at": timezone.now() - dt.timedelta(hours=1)},
        {},
    ],
    ids=["unpublished", "cancelled", "begun", "as it should be"],
)
def test_no_reminder_of_what_is_cancelled_unpublished_or_begun(facts):
    event = EventFactory(days=6)
    register(event, who=alone())
    long_ago(event)
    Event.objects.update(**facts)
    assert make_reminders() == (0 if facts else 1)


def test_many_reminders_ask_the_database_seldom(django_assert_max_num_queries, monkeypatch, outbox):
    monkeypatch.setattr("events.actions.reminders.BATCH", 20)
    event = EventFactory(days=6, capacity=100)
    for n in range(2):
        register(event, who=party(*[Person(f"P {m}", f"p{n}.{m}@example.no") for m in range(50)]), is_by_organiser=True)
    long_ago(event)
    with django_assert_max_num_queries(45):
        assert make_reminders() == 100
    assert len(outbox("seat-reminder")) == 100


def test_contact_of_seats_without_names_is_told_of_another_time_and_of_the_end(outbox):
    event = EventFactory()
    register(event, who=party(unnamed=3, language="en"))
    assert count_told(event=event) == 1
    move(event, starts_at=event.starts_at + dt.timedelta(hours=1))
    cancel_event(event=event, reason="The roof leaks.", by=UserFactory())
    assert [mail.kind for mail in outbox()] == ["party-registered", "event-changed", "seat-cancelled"]
    assert {mail.recipient for mail in outbox()} == {"anna@example.no"}
    with translation.override("en"):
        changed, cancelled = (say(mail).text for mail in outbox()[1:])
    assert "still has its seats" in changed
    assert "calendar" not in changed + cancelled
    assert "The roof leaks." in cancelled


def test_event_that_moves_near_takes_no_seats_without_warning(outbox):
    event = group("nb")
    long_ago(event)
    now = event.starts_at - dt.timedelta(days=9)
    ask_for_names(now=now)
    assert len(outbox("name-your-seats")) == 1
    move(event, starts_at=now + dt.timedelta(days=2), ends_at=now + dt.timedelta(days=2, hours=5))
    assert (ask_for_names(now=now), release_unnamed(now=now)) == (0, 0)


def test_contact_is_asked_anew_where_the_event_moves(outbox):
    event = group("nb")
    unnamed_until(event, 9, 4)
    assert len(outbox("name-your-seats")) == 2
    move(event, starts_at=event.starts_at + dt.timedelta(days=30), ends_at=event.ends_at + dt.timedelta(days=30))
    event.refresh_from_db()
    unnamed_until(event, 9, 4)
    assert len(outbox("name-your-seats")) == 4


def test_reminder_does_not_follow_the_cancellation(outbox):
    event = EventFactory(days=6)
    register(event, who=alone())
    long_ago(event)
    assert make_reminders() == 1
    give_back_seats(seats=event.seats.all())
    assert [mail.status for mail in outbox("seat-reminder")] == ["cancelled"]


def test_who_is_named_after_the_reminders_time_gets_none():
    event = group("nb", days=6)
    event.seats.update(seated_at=timezone.now() - dt.timedelta(days=90))
    assert make_reminders() == 0


# --- The contact is told where nobody sits yet ------------------------------------------------------------------------


def words(mail) -> str:
    with translation.override("en"):
        said = say(mail)
    return f"{said.subject}\n{said.text}"


def test_contact_of_offers_and_unnamed_seats_is_told_once_when_seats_are_taken_away(outbox):
    event = EventFactory(capacity=6)
    register(event, who=alone(A))
    register(event, who=party(*people(4), language="en"))
    give_back_seats(seats=event.seats.filter(place__gte=3))
    register(event, who=party(unnamed=3, fewest=1, language="en", contact_email="per@example.no"))
    register(event, who=party(unnamed=2, language="en", contact_email="eva@example.no"))
    give_back_seats(seats=event.seats.filter(email__startswith="p"))
    assert event.seats.filter(status="offered").count() == 2
    fewer(event)
    told = outbox("seat-moved-to-line")
    assert sorted(mail.recipient for mail in told) == ["eva@example.no", "per@example.no"]
    for mail in told:
        assert "calendar" not in words(mail) + "".join(mail.snapshot)
        assert "head of the waitlist" in words(mail)
        assert "/pamelding/" in mail.snapshot["url"]


def test_each_who_loses_a_seat_is_told_that_its_entry_goes(outbox):
    event = EventFactory(capacity=3)
    register(event, who=alone(A, language="en"))
    register(event, who=party(Person("Kari Vik", "kari@example.no"), unnamed=1, language="en"))
    fewer(event)
    told = {mail.recipient: words(mail) for mail in outbox("seat-moved-to-line")}
    assert sorted(told) == ["anna@example.no", "kari@example.no"]
    assert "out of your calendar" in told["kari@example.no"]


def test_contact_is_told_of_a_seat_without_a_name_that_the_organiser_gives_back(outbox):
    event = EventFactory()
    register(event, who=party(*people(1), unnamed=2, language="en"))
    seat = event.seats.filter(participant=None).first()
    give_back_seats(seats=[seat], reason=Seat.CancelReason.STAFF)
    (mail,) = outbox("seat-cancelled")
    assert mail.recipient == "anna@example.no"
    assert "without a name" in words(mail)
    assert "waitlist" not in words(mail)
    assert "calendar" not in words(mail) + "".join(mail.snapshot)


def test_contact_who_gives_back_a_seat_without_a_name_gets_a_receipt(outbox):
    event = EventFactory()
    register(event, who=party(*people(1), unnamed=1, language="en"))
    give_back_seats(seats=event.seats.filter(participant=None), giver=Registration.objects.get())
    assert not outbox("seat-cancelled")
    (mail,) = outbox("seats-given-back")
    assert mail.recipient == "anna@example.no"
    assert "1 seat" in words(mail)
