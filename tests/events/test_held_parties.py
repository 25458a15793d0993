"""A large party holds its seats until its contact confirms behind the link of the mail; nobody else is told before."""

import datetime as dt
import uuid

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from events.actions.contact import accept_contact, ask_new_contact
from events.actions.holding import confirm_party, release_unconfirmed
from events.actions.locking import BusyError, GoneError
from events.actions.registration import Person, register_party
from events.actions.seats import give_back_seats
from events.links import make_token
from events.models import Event, Registration, Seat
from events.privacy import erase_events
from events.tasks import expire_offers
from tests.events.invariants import what_is_broken
from tests.events.test_registration_actions import alone, party, people, register
from tests.events.test_registration_pages import party as typed_party
from tests.factories import EventFactory, MembershipFactory, RegistrationFactory, SeatFactory, UserFactory
from tests.races import at_once, overtaken
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db
ANNA = "anna@example.no"


@pytest.fixture(autouse=True)
def _limits(db):
    cache.clear()


def held(*events: Event, count: int = 6, **facts) -> Registration:
    register(*events, who=party(*people(count), **{"language": "en"} | facts))
    return Registration.objects.order_by("pk").last()


def late() -> dt.datetime:
    return timezone.now() + dt.timedelta(hours=2, minutes=1)


def link(registration, rest: str = "") -> str:
    return f"/en/pamelding/{make_token(registration)}/{rest}"


def told(outbox) -> list[tuple[str, str]]:
    return [(mail.kind, mail.recipient) for mail in outbox()]


def test_large_party_is_held_and_only_its_contact_is_told(outbox):
    event = EventFactory()
    register(event, who=alone("p0@example.no"))
    before = len(outbox())
    registration = held(event)
    assert dt.timedelta(hours=1) < registration.confirm_by - timezone.now() <= dt.timedelta(hours=2)
    assert event.seats.taken().count() == 7
    assert told(outbox)[before:] == [("party-held", ANNA)]
    assert outbox()[-1].expires_at == registration.confirm_by


@pytest.mark.parametrize("how", ["small", "logged in", "by an organiser"])
def test_party_that_is_small_or_known_is_not_held(how):
    event, token = EventFactory(), uuid.uuid4()
    who = party(*people(5 if how == "small" else 6))
    by = UserFactory(email=ANNA) if how == "logged in" else UserFactory()
    register_party(events=[event], party=who, form_token=token, by=by, is_by_organiser=how == "by an organiser")
    registration = Registration.objects.get()
    assert registration.confirm_by is None
    assert bool(registration.confirmed_at) == (how == "logged in")


def test_confirming_keeps_the_seats_and_tells_everybody_once(outbox):
    event = EventFactory()
    register(event, who=alone("p0@example.no"))
    registration = held(event)
    before = len(outbox())
    assert confirm_party(registration=registration)
    assert not confirm_party(registration=registration)
    receipts = [("seat-confirmed", f"p{n}@example.no") for n in range(1, 6)]
    assert sorted(told(outbox)[before:]) == sorted(
        [*receipts, ("already-registered", "p0@example.no"), ("party-registered", ANNA)]
    )
    assert release_unconfirmed(now=late()) == 0
    assert registration.seats.live().count() == 6


def test_seats_that_nobody_confirms_go_to_the_next_and_only_the_contact_hears(outbox):
    event = EventFactory(capacity=6)
    registration = held(event)
    register(event, who=alone("next@example.no"))
    before = len(outbox())
    assert release_unconfirmed() == 0
    assert release_unconfirmed(now=late()) == 1
    assert release_unconfirmed(now=late()) == 0
    assert set(registration.seats.values_list("status", "cancel_reason")) == {("cancelled", "unconfirmed")}
    assert event.seats.get(email="next@example.no").status == "offered"
    assert sorted(told(outbox)[before:]) == [("party-unconfirmed", ANNA), ("waitlist-offer", "next@example.no")]
    with pytest.raises(GoneError):
        confirm_party(registration=registration)
    assert what_is_broken() == []


def test_task_of_the_beat_releases_them():
    registration = held(EventFactory())
    Registration.objects.update(confirm_by=timezone.now())
    expire_offers()
    assert not registration.seats.live().exists()


def test_two_invented_parties_do_not_keep_the_seats():
    event = EventFactory(capacity=20)
    for n in range(2):
        held(event, count=10, contact_email=f"nobody{n}@example.no")
    assert event.seats.taken().count() == 20
    release_unconfirmed(now=late())
    event.refresh_from_db()
    assert (event.seats_taken, event.state) == (0, Event.State.OPEN)


def test_held_party_given_back_tells_none_of_its_people(outbox):
    registration = held(EventFactory())
    before = len(outbox())
    give_back_seats(seats=registration.seats.all())
    assert told(outbox)[before:] == []


def test_erasing_the_contact_of_a_held_party_releases_all_its_seats():
    registration = held(EventFactory())
    erase_events(UserFactory(email=ANNA))
    assert not registration.seats.live().exists()


def test_new_contact_of_a_held_party_still_confirms():
    registration = held(EventFactory())
    accept_contact(request=ask_new_contact(registration=registration, name="Siri", email="siri@example.no"))
    registration.refresh_from_db()
    assert registration.is_held
    assert confirm_party(registration=registration)


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_contact_confirms_by_a_button_and_looking_confirms_nothing(client):
    registration = held(EventFactory())
    assert "Confirm the seats" in client.get(link(registration)).text
    registration.refresh_from_db()
    assert registration.is_held
    response = client.post(link(registration, "bekreft/"), follow=True)
    assert "Confirmed: the seats are yours" in response.text
    assert "Confirm the seats" not in response.text
    assert "This is confirmed already." in client.post(link(registration, "bekreft/"), follow=True).text
    registration.refresh_from_db()
    assert registration.confirmed_at


def test_held_party_changes_nothing_before_it_is_confirmed(client):
    registration = held(EventFactory())
    sent = {"name": "Eva Lie", "email": "eva@example.no"}
    for rest, data in (("kontakt/", sent), ("flere/", sent), ("plass/1/", sent), ("minst/", {"fewest": "1"})):
        response = client.post(link(registration, rest), data, follow=True)
        assert "Confirm the seats first." in response.text, rest
    registration.refresh_from_db()
    assert (registration.fewest, registration.seats.count()) == (6, 6)
    assert not registration.participants.filter(name="Eva Lie").exists()


def test_too_late_button_says_what_became_of_the_seats(client):
    registration = held(EventFactory())
    release_unconfirmed(now=late())
    response = client.post(link(registration, "bekreft/"), follow=True)
    assert "Nobody confirmed the seats in time" in response.text


def test_any_act_by_the_link_confirms_the_contact_of_a_small_party(client):
    registration = held(EventFactory(), count=2)
    client.get(link(registration))
    registration.refresh_from_db()
    assert registration.is_unconfirmed
    client.post(link(registration, "behold/"), {"is_held": "true"})
    registration.refresh_from_db()
    assert not registration.is_unconfirmed


def test_organiser_sees_and_finds_parties_whose_contact_never_confirmed(client_for):
    organiser = MembershipFactory(leader=True)
    event = EventFactory(incubator=organiser.incubator, capacity=20)
    held(event, organisation="Held", kind="organisation", municipality=None)
    sure = RegistrationFactory(kind="organisation", organisation="Sure", confirmed_at=timezone.now())
    SeatFactory(registration=sure, event=event)
    register(event, who=alone("kari@example.no"))
    client, path = client_for(organiser.user), f"/en/arbeidsflate/arrangementer/{event.slug}/pameldinger/"
    text = client.get(path).text
    assert text.count("the contact has not confirmed") == 6
    narrowed = client.get(path, {"ubekreftet": "ja"}).context["page"].rows
    assert {seat.registration.organisation for seat in narrowed} == {"Held"}
    party_page = client.get(f"{path}{Registration.objects.get(organisation='Held').uuid}/")
    assert "The contact has not confirmed yet." in party_page.text


def test_receipt_of_a_large_party_says_that_it_has_to_be_confirmed(client):
    event = EventFactory(capacity=20)
    path = f"/en/arrangementer/{event.slug}/pamelding/"
    assert "Confirm it within two hours" in client.get(client.post(path, typed_party(event, unnamed="6")).url).text
    assert "Confirm it within" not in client.get(client.post(path, typed_party(event, unnamed="1")).url).text


# --- By whom ----------------------------------------------------------------------------------------------------------


def test_who_is_named_by_somebody_else_learns_by_whom_after_our_own_words(outbox):
    register(EventFactory(), who=party(*people(1), Person("Anna Berg", ANNA), language="nb"))
    with translation.override("nb"):
        theirs, own = (say(mail) for mail in outbox("seat-confirmed"))
    assert theirs.paragraphs[1] == "Anna Berg i Oslo kommune har meldt deg på."
    assert theirs.paragraphs[0].startswith("Du har fått plass")
    assert "har meldt deg på" not in own.text


ADVERTISING = "Cheap pills now"


def test_no_mail_about_a_party_opens_with_what_somebody_typed_as_a_name(outbox):
    """Neither the subject nor the first words: a stranger's address can be typed with any name."""
    event = EventFactory(capacity=30)
    register(event, who=alone("p1@example.no"))
    named = [Person(ADVERTISING, "p0@example.no"), Person("Per", "p1@example.no"), Person(ADVERTISING)]
    facts = {"kind": "organisation", "organisation": ADVERTISING, "municipality": None, "contact_name": ADVERTISING}
    register(event, who=party(*named, **facts, language="en"))
    register(event, who=party(*people(6), **facts | {"contact_email": "b@example.no"}, language="en"))
    assert {mail.kind for mail in outbox()} >= {
        "seat-confirmed",
        "party-registered",
        "party-held",
        "already-registered",
    }
    with translation.override("en"):
        for mail in outbox():
            words = say(mail)
            assert not words.subject.startswith(ADVERTISING), mail.kind
            assert not words.paragraphs[0].startswith(ADVERTISING), mail.kind


@pytest.mark.parametrize("name", ["See www.pills.example", "https://pills.example", "a@b.example", "Pills.com now"])
def test_name_with_an_address_in_it_is_not_taken(client, name):
    event = EventFactory()
    path = f"/en/arrangementer/{event.slug}/pamelding/"
    response = client.post(path, typed_party(event, **{"p-0-name": name}))
    assert "Write a name only, without addresses." in response.text
    assert not Registration.objects.exists()


# --- At the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_confirmed_and_released_at_once_is_one_of_both(outbox):
    registration = held(EventFactory())
    at_once(
        lambda: confirm_party(registration=registration),
        lambda: release_unconfirmed(now=late()),
        refused=(GoneError, BusyError),
    )
    registration.refresh_from_db()
    is_kept = registration.seats.live().count() == 6
    assert is_kept == (registration.confirmed_at is not None)
    assert len(outbox("party-unconfirmed")) == (0 if is_kept else 1)
    assert what_is_broken() == []


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_confirmed_seats_are_released():
    """The negative control: the release has read the party before the contact confirms it."""
    registration = held(EventFactory())
    overtaken(
        lambda: release_unconfirmed(now=late()),
        by=lambda: confirm_party(registration=registration),
        refused=(),
        without_lock_on=Event,
    )
    assert set(registration.seats.values_list("status", flat=True)) == {Seat.Status.CANCELLED}
