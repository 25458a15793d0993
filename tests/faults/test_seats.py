"""F4: everything that can be done with seats at once, from many sides, while somebody else looks at every commit."""

import random
import threading
import time

import pytest
from django.db import connection

from events.actions.locking import EventError
from events.actions.programme import FewerSeatsError, change_event
from events.actions.seats import give_back_seats
from events.actions.waitlist import accept_offer, decline_offer, expire_offers
from events.models import Event, Registration, Seat
from tests.events.invariants import what_is_broken
from tests.events.test_registration_actions import ALL, party, people, register, two_days
from tests.faults.conftest import IN_FULL

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS, HANDS = (30, 6) if IN_FULL else (4, 4)


def one_thing(chance: random.Random, events: list[Event]) -> None:
    """Do one thing with seats, as chance has it."""
    todo = chance.choice([come, come, come, give_back, give_back, answer, answer, resize])
    todo(chance, events)


def come(chance: random.Random, events: list[Event]) -> None:
    days = chance.choice([events, events[::-1], events[:1], events[1:]])
    size = chance.choice([1, 1, 1, 2, 3, 5])
    who = [person.__class__(person.name) for person in people(size)]
    register(*days, who=party(*who, wish=chance.choice(["each", ALL]), fewest=chance.randint(1, size)))


def give_back(chance: random.Random, events: list[Event]) -> None:
    seats = list(Seat.objects.live().order_by("?")[: chance.choice([1, 1, 2])])
    give_back_seats(seats=[seat for seat in seats if seat.registration_id == seats[0].registration_id])


def answer(chance: random.Random, events: list[Event]) -> None:
    offered = Registration.objects.filter(seats__status="offered").order_by("?").first()
    if offered and chance.random() < 0.7:
        accept_offer(registration=offered)
    elif offered:
        decline_offer(registration=offered)
    else:
        expire_offers()


def resize(chance: random.Random, events: list[Event]) -> None:
    event = Event.objects.get(pk=chance.choice(events).pk)
    values, moving = {"capacity": chance.randint(3, 14)}, ""
    for _attempt in range(2):
        try:
            change_event(event=event, values=values, seen=event.updated_at, moving=moving)
        except FewerSeatsError as asked:
            moving = asked.token
        else:
            return


class Hand(threading.Thread):
    """Somebody who does one thing after the other until the time is over."""

    def __init__(self, seed: int, events: list[Event], until: float):
        super().__init__()
        self.chance, self.events, self.until = random.Random(seed), events, until
        self.done, self.faults = 0, []

    def run(self) -> None:
        while time.monotonic() < self.until and not self.faults:
            try:
                one_thing(self.chance, self.events)
                self.done += 1
            except EventError:
                self.done += 1
            except Exception as fault:
                self.faults.append(fault)
        connection.close()


def test_whatever_is_done_at_once_no_commit_shows_a_seat_too_many_or_one_left_lying(figure):
    events = list(two_days(capacity=8))
    until = time.monotonic() + SECONDS
    hands = [Hand(seed, events, until) for seed in range(HANDS)]
    for hand in hands:
        hand.start()
    looks, broken = 0, []
    while any(hand.is_alive() for hand in hands):
        broken += what_is_broken()
        looks += 1
    for hand in hands:
        hand.join()
    done, faults = sum(hand.done for hand in hands), [fault for hand in hands for fault in hand.faults]
    done_words = f"{done} registrations, cancellations, answers and changes of capacity by {HANDS} hands in {SECONDS} s"
    figure("F4", done_words, f"{len(broken)} broken in {looks} looks, {len(faults)} faults")
    assert faults == []
    assert broken == []
    assert looks > 5
    assert done > 20
