"""F1, F2, F2b, F3 and F17: many people press the button at once, and real gunicorn answers."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from events.models import Event, Registration, Seat
from events.receipts import read_receipt
from tests.events.invariants import what_is_broken
from tests.factories import EventFactory
from tests.faults.conftest import IN_FULL
from tests.races import eventually
from tests.visitors import Answer, Visitor, register_at_once
from unlimited.embedded import free_port
from unlimited.mail.models import OutgoingMail

CLIENTS, SEATS = (200, 50) if IN_FULL else (30, 10)
# `tests.faults.unlocked` lets four visitors find them free.
SEATS_WITHOUT_LOCK = 3
WITHOUT_LOCK = "tests.faults.unlocked:application"


@pytest.fixture
def site(program) -> Callable[..., int]:
    """Return `site(app)`: serve the site by gunicorn as in production, or `WITHOUT_LOCK` in one process."""

    def serve(app: str = "unlimited.wsgi:application") -> int:
        port = free_port()
        hands = ["--workers", "1", "--threads", "8"] if app == WITHOUT_LOCK else ["--workers", "2", "--threads", "1"]
        options = ["--bind", f"127.0.0.1:{port}", *hands]
        program("gunicorn", *options, "--log-level", "error", app, TRUSTED_PROXY_COUNT="1")
        eventually(lambda: _answers(port))
        return port

    return serve


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        return Visitor(0).register(port, "no-such-event").status == 404
    return False


@pytest.fixture
def no_backstop(transactional_db):
    """Take away the constraint that refuses a seat too many; bring it back when the seats are gone."""
    constraint = next(one for one in Event._meta.constraints if one.name == "event_never_oversold")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Event, constraint)
    yield
    Seat.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Event, constraint)


def rush(port: int, *, seats: int = SEATS) -> tuple[Event, list[Answer], str]:
    """Let everyone register for one event at once; return it, the answers, and the outcome in words."""
    event = EventFactory(capacity=seats)
    answers = register_at_once(map(Visitor, range(CLIENTS)), port=port, slug=event.slug)
    taken = event.seats.taken().count()
    codes = Counter(answer.status for answer in answers)
    refused = f", {codes[503]} asked to try again" if codes[503] else ""
    faults = sum(number for code, number in codes.items() if code not in (302, 503))
    words = f"{taken} seated, {max(taken - seats, 0)} too many, {event.seats.waiting().count()} in line{refused}"
    return event, answers, f"{words}, {faults} faults"


def test_everyone_at_once_gets_a_seat_or_a_number_in_line(site, figure):
    _event, answers, words = rush(site())
    figure("F1", f"{CLIENTS} clients at once, {SEATS} seats", words)
    assert {answer.status for answer in answers} == {302}
    told = {}
    for number, answer in enumerate(answers):
        ((_event, seated, _waiting, place),) = read_receipt(answer.receipt)["days"]
        told[Visitor(number).email] = (seated, place)
    parties = Registration.objects.order_by("pk").values_list("contact_email", flat=True)
    lines = [(1, None)] * SEATS + [(0, place) for place in range(1, CLIENTS - SEATS + 1)]
    # Who came first has a seat, the next is number one in line; and that is what each was told.
    assert [told[email] for email in parties] == lines
    assert what_is_broken() == []
    assert OutgoingMail.objects.count() == CLIENTS


def test_without_lock_and_backstop_seats_are_sold_twice(site, figure, no_backstop):
    event, _answers, words = rush(site(WITHOUT_LOCK), seats=SEATS_WITHOUT_LOCK)
    figure("F2", f"{SEATS_WITHOUT_LOCK} seats with lock and backstop taken away, which must go wrong", words)
    assert event.seats.taken().count() > SEATS_WITHOUT_LOCK


def test_without_lock_the_database_refuses(site, figure):
    event, answers, words = rush(site(WITHOUT_LOCK), seats=SEATS_WITHOUT_LOCK)
    figure("F2b", f"{SEATS_WITHOUT_LOCK} seats without the lock: the backstop alone", words)
    refused = [answer for answer in answers if answer.status == 503]
    assert {answer.status for answer in answers} == {302, 503}
    assert all("press the button once more" in answer.text for answer in refused)
    assert event.seats.taken().count() <= SEATS_WITHOUT_LOCK
    # Who was refused has left nothing behind.
    assert Registration.objects.count() == OutgoingMail.objects.count() == CLIENTS - len(refused)


def test_button_pressed_five_times_is_one_registration_and_one_mail(site, figure):
    people = [Visitor(number) for number in range(100 if IN_FULL else 10)]
    event = EventFactory(capacity=len(people))
    answers = register_at_once(people * 5, port=site(), slug=event.slug)
    rows, mails = Registration.objects.count(), OutgoingMail.objects.count()
    figure("F3", f"{len(answers)} presses of {len(people)} people's buttons at once", f"{rows} rows, {mails} mails")
    assert {answer.status for answer in answers} == {302}
    assert rows == mails == event.seats.count() == len(people)
    receipts = {}
    for person, answer in zip(people * 5, answers, strict=True):
        receipts.setdefault(person.number, set()).add(str(read_receipt(answer.receipt)))
    assert all(len(same) == 1 for same in receipts.values())


def test_event_that_is_held_is_told_of_in_time_and_nothing_typed_is_lost(site, figure):
    event, port = EventFactory(), site()
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Event.objects.select_for_update().get(pk=event.pk)
            held.set()
            over.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    answer = Visitor(7).register(port, event.slug)
    if not IN_FULL:
        over.set()
    holder.join()
    figure("F17", "event held by somebody for 10 s", f"answer {answer.status} after {answer.seconds:.1f} s")
    assert answer.status == 503
    assert "press the button once more" in answer.text
    assert "Visitor 7" in answer.text
    assert "visitor7@example.no" in answer.text
    assert answer.seconds < 7  # twice what is promised
    assert not Registration.objects.exists()
    assert Visitor(7).register(port, event.slug).status == 302
