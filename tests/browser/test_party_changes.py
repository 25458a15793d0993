"""A party that has registered changes on a phone: more people, fewer who are enough, another contact."""

import pytest
from django.core.cache import cache

from events.models import Registration
from tests.events.test_registration_actions import alone, party, people, register
from tests.factories import EventFactory, SeriesFactory

pytestmark = pytest.mark.django_db(transaction=True)

CONTACT, NEXT_CONTACT = "anna@example.no", "siri@example.no"


@pytest.fixture(autouse=True)
def _fresh_day():
    cache.clear()


@pytest.mark.parametrize("has_javascript", [True, False])
def test_contact_adds_people_takes_what_is_free_and_hands_over(someone, has_javascript):
    series = SeriesFactory()
    big = EventFactory(title="Sosialt entreprenørskap", series=series)
    small = EventFactory(title="Sosialt entreprenørskap", series=series, days=22, city="Oslo", capacity=4)
    register(small, who=alone("ali@example.no"))
    register(big, small, who=party(*people(4), contact_email=CONTACT))
    registration = Registration.objects.order_by("pk").last()
    contact = someone(CONTACT, java_script_enabled=has_javascript)
    letter = next(one for one in contact.post.letters_to(CONTACT) if "pamelding" in one.link)
    contact.opens(letter.link)

    takes_what_is_free(contact)
    assert small.seats.filter(status="seated", registration=registration).count() == 3
    adds_a_colleague(contact)
    assert [registration.seats.get(event=event, place=5).status for event in (big, small)] == ["seated", "waiting"]
    names_another_contact(contact)
    following = someone(NEXT_CONTACT, java_script_enabled=has_javascript)
    says_yes(following)
    registration.refresh_from_db()
    assert (registration.contact_name, registration.contact_email) == ("Siri Vik", NEXT_CONTACT)
    contact.opens(letter.link)
    contact.is_at("Denne lenken er for gammel")


def takes_what_is_free(contact) -> None:
    """Four wait together in Oslo, where three seats are free."""
    contact.is_at("Plassene til Oslo")
    contact.sees("Dere venter på plass", "3 plasser er ledige akkurat nå.")
    contact.writes("Hvor få kan komme uten resten?", "2")
    contact.presses_button("Lagre og ta det som er ledig")
    contact.sees("3 ledige plasser er deres nå.")


def adds_a_colleague(contact) -> None:
    """One more gets a seat in Stavanger, and stands behind the fourth in Oslo."""
    contact.follows("Legg til flere")
    contact.is_at("Legg til flere")
    contact.writes("Navn", "Eva Lie")
    contact.writes("E-post", "eva@example.no")
    contact.presses_button("Legg til i følget")
    contact.is_at("Plassene til Oslo")
    contact.sees("Der det ikke var ledig plass, står de på ventelista.", "Eva Lie")


def names_another_contact(contact) -> None:
    contact.follows("Rett eller bytt kontaktperson")
    contact.writes("Navn", "Siri Vik")
    contact.writes("E-post", NEXT_CONTACT)
    contact.presses_button("Lagre kontaktpersonen")
    contact.sees("blir kontaktperson ved å si ja der.")


def says_yes(following) -> None:
    """By the link in their own mailbox."""
    following.opens(following.post.newest(NEXT_CONTACT).link)
    following.is_at("Vil du være kontaktperson?")
    following.presses_button("Ja, jeg er kontaktperson")
    following.sees("Du er kontaktperson nå.")
