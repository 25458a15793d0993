"""What a mail says of what happened, to each of its readers, in three languages: the words are in mail_outcomes.txt."""

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.utils import translation

from events.actions.registration import Person
from events.actions.seats import give_back_seats
from events.actions.waitlist import accept_offer, decline_offer
from tests.events.outcomes import (
    CONTACT,
    KARI,
    OLA,
    answered,
    both_or_nothing,
    by_contact,
    by_organiser,
    by_person,
    cancelled,
    choir_registered,
    crowded,
    expired,
    fewer_seats,
    moved,
    offered,
    one_waits,
    one_waits_for_both,
    reminded,
    replaced,
)
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db

# By outcome and reader: what happens, the kind of mail, and to whom it goes.
OUTCOMES: dict[str, tuple[Callable, str, str]] = {
    "party seated, to its contact": (choir_registered, "party-registered", CONTACT),
    "party in line, to its contact": (crowded, "party-registered", CONTACT),
    "party seated in part, to its contact": (
        lambda language: crowded(language, free=1, fewest=1),
        "party-registered",
        CONTACT,
    ),
    "party in line for all days, to its contact": (both_or_nothing, "party-registered", CONTACT),
    "seat confirmed, to the person": (choir_registered, "seat-confirmed", OLA),
    "seat confirmed, to the contact of a person without an address": (choir_registered, "seat-confirmed", CONTACT),
    "person in line": (one_waits, "seat-in-line", KARI),
    "person in line for all days": (one_waits_for_both, "seat-in-line", KARI),
    "offer to a person": (lambda language: offered(one_waits(language)), "waitlist-offer", KARI),
    "offer to a party": (lambda language: offered(crowded(language)), "waitlist-offer", CONTACT),
    "offer accepted by a person": (
        lambda language: answered(one_waits(language), accept_offer),
        "seat-confirmed",
        KARI,
    ),
    "offer accepted by the contact": (
        lambda language: answered(crowded(language), accept_offer),
        "waitlist-offer-answered",
        CONTACT,
    ),
    "offer accepted by the contact, to a colleague": (
        lambda language: answered(crowded(language), accept_offer),
        "seat-confirmed",
        OLA,
    ),
    "offer accepted by the organiser, to the contact": (
        lambda language: answered(crowded(language), accept_offer, is_by_organiser=True),
        "waitlist-offer-answered",
        CONTACT,
    ),
    "offer declined by a person": (
        lambda language: answered(one_waits(language), decline_offer),
        "waitlist-offer-answered",
        KARI,
    ),
    "offer declined by the contact": (
        lambda language: answered(crowded(language), decline_offer),
        "waitlist-offer-answered",
        CONTACT,
    ),
    "offer declined by the organiser, to the person": (
        lambda language: answered(one_waits(language), decline_offer, is_by_organiser=True),
        "waitlist-offer-answered",
        KARI,
    ),
    "offer declined by the organiser, to the contact": (
        lambda language: answered(crowded(language), decline_offer, is_by_organiser=True),
        "waitlist-offer-answered",
        CONTACT,
    ),
    "offer expired, to a person": (lambda language: expired(one_waits(language)), "waitlist-offer-expired", KARI),
    "offer expired, to the contact": (lambda language: expired(crowded(language)), "waitlist-offer-expired", CONTACT),
    "another time, to who has a seat": (lambda language: moved(choir_registered(language)), "event-changed", OLA),
    "another time, to the contact of a person without an address": (
        lambda language: moved(choir_registered(language)),
        "event-changed",
        CONTACT,
    ),
    "another time, to a person in line": (lambda language: moved(one_waits(language)), "event-changed", KARI),
    "another time, to the contact of a party in line": (
        lambda language: moved(crowded(language)),
        "event-changed",
        CONTACT,
    ),
    "fewer seats, to the person": (
        lambda language: fewer_seats(choir_registered(language, Person("Eva Dal"), Person("Ola Lie", OLA)), 1),
        "seat-moved-to-line",
        OLA,
    ),
    "fewer seats, to the contact of a person without an address": (
        lambda language: fewer_seats(choir_registered(language), 1),
        "seat-moved-to-line",
        CONTACT,
    ),
    "reminder, to the person": (reminded, "seat-reminder", OLA),
    "reminder, to the contact of a person without an address": (reminded, "seat-reminder", CONTACT),
    "event cancelled, to who had a seat": (
        lambda language: cancelled(choir_registered(language)),
        "seat-cancelled",
        OLA,
    ),
    "event cancelled, to the contact of a person without an address": (
        lambda language: cancelled(choir_registered(language)),
        "seat-cancelled",
        CONTACT,
    ),
    "event cancelled, to a person in line": (lambda language: cancelled(one_waits(language)), "seat-cancelled", KARI),
    "event cancelled, to the contact of a party in line": (
        lambda language: cancelled(crowded(language)),
        "seat-cancelled",
        CONTACT,
    ),
    "seat given back by the person": (
        lambda language: by_person(choir_registered(language), OLA),
        "seat-cancelled",
        OLA,
    ),
    "seat given back by the contact, to the person": (
        lambda language: by_contact(choir_registered(language)),
        "seat-cancelled",
        OLA,
    ),
    "seat of a person without an address given back by the contact": (
        lambda language: by_contact(choir_registered(language)),
        "seat-cancelled",
        CONTACT,
    ),
    "seats given back by the contact": (
        lambda language: by_contact(choir_registered(language)),
        "seats-given-back",
        CONTACT,
    ),
    "seat given back by the organiser, to the person": (
        lambda language: by_organiser(choir_registered(language)),
        "seat-cancelled",
        OLA,
    ),
    "seat given back by the organiser, to the contact": (
        lambda language: by_organiser(choir_registered(language)),
        "seat-cancelled",
        CONTACT,
    ),
    "place in line given up by the contact": (
        lambda language: by_contact(crowded(language)),
        "seats-given-back",
        CONTACT,
    ),
    "place in line given up by the person": (
        lambda language: by_person(one_waits(language), KARI),
        "seat-cancelled",
        KARI,
    ),
    "place in line taken by the organiser, to the person": (
        lambda language: by_organiser(one_waits(language)),
        "seat-cancelled",
        KARI,
    ),
    "place in line taken by the organiser, to the contact": (
        lambda language: by_organiser(crowded(language)),
        "seat-cancelled",
        CONTACT,
    ),
    "replaced, to the person": (lambda language: replaced(choir_registered(language)), "seat-cancelled", OLA),
    "replaced, to the contact of a person without an address": (
        lambda language: replaced(choir_registered(language)),
        "seat-cancelled",
        CONTACT,
    ),
}


def expected() -> dict[tuple[str, str], str]:
    """Return subject, first line and reason by outcome and language, as `mail_outcomes.txt` has them."""
    blocks = Path(__file__).with_name("mail_outcomes.txt").read_text("utf-8").strip().split("\n\n")
    table = {}
    for outcome, *lines in (block.splitlines() for block in blocks):
        table |= {(outcome, language): words for language, _, words in (line.partition(": ") for line in lines)}
    return table


EXPECTED = expected()


def test_the_table_has_each_outcome_in_each_language():
    assert set(EXPECTED) == {(outcome, language) for outcome in OUTCOMES for language in ("nb", "nn", "en")}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_mail_says_what_came_of_it_to_its_reader(outcome, language, outbox):
    happen, kind, reader = OUTCOMES[outcome]
    with time_machine.travel("2026-12-01T10:00:00+01:00"):
        happen(language)
    mail = next(mail for mail in outbox(kind) if mail.recipient == reader)
    with translation.override(language):
        words = say(mail)
    assert " | ".join([words.subject, words.paragraphs[0], words.footer[0]]) == EXPECTED[outcome, language]


def test_party_that_wanted_all_days_is_told_what_it_still_waits_for(outbox):
    full, _other = both_or_nothing("en")
    cancelled(full)
    (mail,) = (mail for mail in outbox("seat-cancelled") if mail.recipient == CONTACT)
    with translation.override("en"):
        text = say(mail).text
    assert "You still have this:\n\nDag to" in text
    assert "2 in line" in text
    assert "The rest is offered to you by itself now." in text


def test_contact_who_gives_back_their_own_seat_alone_gets_one_mail(outbox):
    event = one_waits("en")
    seat = event.seats.get(email="first@example.no")
    give_back_seats(seats=[seat], giver=seat.registration)
    assert [mail.kind for mail in outbox() if mail.recipient == "first@example.no"] == [
        "seat-confirmed",
        "seat-cancelled",
    ]
