"""The contact person of an event and of its incubator: on pages, in mails, and where the account ends."""

import pytest
from django.urls import reverse

from events.models import Event
from events.privacy import erase_events, export_events
from incubators.models import Incubator
from incubators.privacy import erase_incubators
from tests.events.test_organising_pages import DESK, typed
from tests.events.test_registration_actions import Person, alone, party, register
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory, UserFactory
from unlimited.mail.contacts import contact_of

pytestmark = pytest.mark.django_db
KARI = {"contact_name": "Kari Vik", "contact_email": "kari@example.no", "contact_phone": "900 00 000"}


@pytest.fixture
def place():
    return IncubatorFactory(name="Tøyen Unlimited", contact_email="toyen@example.no")


@pytest.fixture
def organiser(client_for, place):
    return client_for(MembershipFactory(incubator=place).user)


def test_organiser_names_the_contact_and_everybody_reads_it(client, organiser, place):
    event = EventFactory(incubator=place)
    assert 'href="mailto:toyen@example.no"' in client.get(f"/en/arrangementer/{event.slug}/").text
    organiser.post(f"{DESK}{event.slug}/rediger/", typed(event, **KARI))
    page = client.get(f"/en/arrangementer/{event.slug}/").text
    for words in ("Kari Vik", 'href="mailto:kari@example.no"', 'href="tel:90000000"'):
        assert words in page


def test_page_of_an_event_without_a_contact_leads_to_the_sites(client):
    page = client.get(f"/en/arrangementer/{EventFactory().slug}/").text
    assert page.count('href="/en/kontakt/"') == 2  # and in the footer


def test_event_page_shows_a_new_contact_of_the_incubator_at_once(client, place):
    event = EventFactory(incubator=place)
    client.get(f"/en/arrangementer/{event.slug}/")
    Incubator.objects.filter(pk=place.pk).update(contact_email="ny@example.no")
    assert "mailto:ny@example.no" in client.get(f"/en/arrangementer/{event.slug}/").text


@pytest.mark.parametrize("missing", [{"contact_email": ""}, {"contact_email": "", "contact_name": ""}])
def test_contact_needs_an_address(organiser, place, missing):
    page = organiser.post(f"{DESK}nytt/", typed(incubator=place.pk, **KARI | missing)).text
    assert "Write the e-mail of the contact person too." in page
    assert not Event.objects.exists()


def test_leader_names_the_contact_of_the_incubator(client, client_for, place):
    leader = client_for(MembershipFactory(incubator=place, role="leader").user)
    edit = reverse("incubators:edit", args=[place.slug])
    form = leader.get(edit).context["form"]
    typed_in = {name: form[name].value() or "" for name in form.fields} | {"contact_name": "Ingrid Dahl"}
    leader.post(edit, typed_in)
    assert "Ingrid Dahl" in client.get(place.get_absolute_url()).text


def test_each_mail_about_an_event_is_answered_to_its_contact(outbox, place):
    event = EventFactory(incubator=place, capacity=2, **KARI)
    register(event, who=party(Person("Ola Berg", "ola@example.no"), Person("Per Dal"), contact_email="anna@example.no"))
    register(event, who=alone("nina@example.no"))
    assert {mail.kind for mail in outbox()} >= {"party-registered", "seat-confirmed", "seat-in-line"}
    assert {contact_of(mail.snapshot).email for mail in outbox()} == {"kari@example.no"}
    # The contact's details are found when a mail leaves, and kept in none.
    assert not any("kari@example.no" in str(mail.snapshot) for mail in outbox())


def test_contact_is_handed_out_and_goes_with_the_account(place):
    user = UserFactory(email="kari@example.no")
    event = EventFactory(incubator=place, title="Practice", **KARI)
    Incubator.objects.filter(pk=place.pk).update(contact_name="Kari Vik", contact_email="Kari@example.no")
    assert [row["title"] for row in export_events(user)["contact_of"]] == ["Practice"]
    erase_events(user)
    erase_incubators(user)
    event.refresh_from_db()
    place.refresh_from_db()
    assert (event.contact_name, event.contact_email, event.contact_phone) == ("", "", "")
    assert (place.contact_name, place.contact_email) == ("", "")
