"""Each link that lets somebody in without a log-in ends by itself, can be ended before, and hangs on its address."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from events.actions.contact import withdraw_contact_request
from events.actions.links import replace_links
from events.links import make_token
from events.models import Participant, Registration
from events.receipts import read_receipt
from ideas.actions.coauthors import remove_coauthor
from ideas.actions.desk_entry import make_new_slip
from ideas.actions.stories import replace_story_link
from ideas.actions.submission import withdraw_idea
from ideas.links import make_measurement_token
from ideas.models import CoAuthor, StoryPerson
from incubators.actions.people import withdraw_invitation
from tests.events import test_registration_pages as pages
from tests.factories import (
    ContactRequestFactory,
    DeskEntryFactory,
    EventFactory,
    IdeaFactory,
    IndicatorFactory,
    InvitationFactory,
    MeasurementRequestFactory,
    ParticipantFactory,
    RegistrationFactory,
    SeatFactory,
    StoryPersonFactory,
    UserFactory,
)
from unlimited import links
from unlimited.users.actions import erase_person
from unlimited.users.addresses import move_addresses
from unlimited.users.models import User

pytestmark = pytest.mark.django_db
KARI = "kari@example.no"


@pytest.fixture(autouse=True)
def _limits(db):
    cache.clear()


@dataclass
class Link:
    """A link of `owner` that opens something now. `opens` tells whether it still does."""

    opens: Callable[[], bool]
    revoke: Callable[[], object]
    owner: User | None = None


def answers(url: str, words: str = "") -> Callable[[], bool]:
    """Return whether anybody who opens `url` gets its page, with `words` in it."""

    def ask() -> bool:
        page = Client().get(url)
        return page.status_code == 200 and words in page.text

    return ask


def party_of_kari() -> Registration:
    party = RegistrationFactory(group=True, contact_email=KARI, language="en")
    person = ParticipantFactory(registration=party, email=KARI)
    SeatFactory(registration=party, event=EventFactory(days=400), participant=person)
    return party


def party() -> Link:
    row, owner = party_of_kari(), UserFactory(email=KARI)
    url = f"/en/pamelding/{make_token(row)}/"
    return Link(answers(url), lambda: replace_links(registration=row, seen_version=0), owner)


def participant() -> Link:
    row, owner = party_of_kari(), UserFactory(email=KARI)
    url = f"/en/plass/{make_token(row.participants.get())}/"
    return Link(answers(url), lambda: replace_links(registration=row, seen_version=0), owner)


def new_contact() -> Link:
    owner, asked = UserFactory(email=KARI), ContactRequestFactory(email=KARI)
    SeatFactory(registration=asked.registration, event=EventFactory(days=400))
    url = f"/en/ny-kontakt/{make_token(asked)}/"
    return Link(answers(url), lambda: withdraw_contact_request(registration=asked.registration), owner)


def receipt() -> Link:
    event = EventFactory(days=400)
    url = Client().post(pages.address(event), pages.alone(event)).url
    return Link(answers(url), lambda: None)


def measurement() -> Link:
    asked = MeasurementRequestFactory()
    IndicatorFactory(idea=asked.idea)
    url = f"/en/maling/{make_measurement_token(asked, asked.idea.author)}/"

    def change_author():
        asked.idea.author = UserFactory()
        asked.idea.save()

    return Link(answers(url), change_author, asked.idea.author)


def coauthor() -> Link:
    owner, idea = UserFactory(email=KARI), IdeaFactory(public=True)
    row = CoAuthor.objects.create(idea=idea, email=KARI, expires_at=timezone.now() + CoAuthor.LASTS)
    url = f"/en/medforfatter/{row.uuid}/{row.token}/"
    return Link(answers(url, "takk-nei/"), lambda: remove_coauthor(coauthor=row, by=idea.author), owner)


def story() -> Link:
    owner, row = UserFactory(email=KARI), StoryPersonFactory(email=KARI, story__idea__public=True)
    url = f"/en/historie/{row.uuid}/{row.token}/"
    return Link(answers(url), lambda: replace_story_link(person=row, seen_version=0), owner)


def slip() -> Link:
    entry = DeskEntryFactory()
    withdraw_idea_of(entry)

    def opens() -> bool:
        return Client().post("/en/lapp/", {"code": "ABCDEFGHJKM"}).status_code == 302

    return Link(opens, lambda: make_new_slip(entry=entry, by=entry.written_by))


def withdraw_idea_of(entry) -> None:
    """Close the case, as its author would."""
    entry.idea.author = UserFactory()
    entry.idea.save()
    withdraw_idea(idea=entry.idea, by=entry.idea.author)
    entry.idea.refresh_from_db()
    entry.idea.author = None
    entry.idea.save()


def invitation() -> Link:
    owner, row = UserFactory(email=KARI), InvitationFactory(email=KARI)
    url = f"/en/invitasjon/{row.uuid}/{row.token}/"
    return Link(answers(url, "takk-nei/"), lambda: withdraw_invitation(invitation=row, by=row.invited_by), owner)


LINKS = {
    "events.party": party,
    "events.participant": participant,
    "events.receipt": receipt,
    "events.new_contact": new_contact,
    "ideas.measurement": measurement,
    "ideas.coauthor": coauthor,
    "ideas.story": story,
    "ideas.desk_entry": slip,
    "incubators.invitation": invitation,
}
# It says numbers that were told once, and opens no row of anybody.
OPENS_NOTHING = {"events.receipt"}
# Made before there is an address, and on paper.
WITHOUT_ADDRESS = {"events.receipt", "ideas.desk_entry"}


def test_each_purpose_of_a_link_is_tried_here_and_says_how_it_ends():
    assert links.purposes.keys() == LINKS.keys()
    for purpose in links.purposes.values():
        assert dt.timedelta(0) < purpose.lasts <= dt.timedelta(days=365), purpose
        assert purpose.revoked_by, purpose


def test_nothing_is_signed_but_for_a_declared_purpose():
    """Another place that signs would make links that this file does not try."""
    signs = re.compile(r"\b(Signer|TimestampSigner|signing|salted_hmac|hmac|dumps_signed|get_signed_cookie)\b")
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for app in ("unlimited", "incubators", "ideas", "events")
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        if signs.search(path.read_text(encoding="utf-8"))
    }
    # `codes` keeps the hash of a slip's code, for the purpose that it declares; the others hash, and make no link.
    hashes = {
        "unlimited/users/factor.py",
        "unlimited/users/erasures.py",
        "unlimited/users/limits.py",
        "unlimited/keyed.py",
    }
    assert found == {"unlimited/links.py", "ideas/codes.py"} | hashes


def test_page_about_security_lists_each_purpose_as_it_is():
    text = Path(settings.BASE_DIR, "docs/security.md").read_text(encoding="utf-8")
    rows = {row[1]: row for row in (line.split("|") for line in text.splitlines()) if len(row) > 4}
    for purpose in links.purposes.values():
        row = rows.get(f" `{purpose.name}` ")
        assert row, purpose.name
        assert f" {purpose.lasts.days} days" in row[3], purpose.name
        assert row[4].strip() == purpose.revoked_by, purpose.name


@pytest.mark.parametrize("name", LINKS)
def test_link_ends_by_itself(name):
    link = LINKS[name]()
    assert link.opens()
    with time_machine.travel(timezone.now() + links.purposes[name].lasts + dt.timedelta(hours=1), tick=False):
        assert not link.opens()


@pytest.mark.parametrize("name", sorted(LINKS.keys() - OPENS_NOTHING))
def test_link_is_ended_before_its_time(name):
    link = LINKS[name]()
    assert link.opens()
    link.revoke()
    assert not link.opens()


@pytest.mark.parametrize("name", sorted(LINKS.keys() - WITHOUT_ADDRESS))
def test_link_in_a_mailbox_that_was_given_up_opens_nothing(name):
    link = LINKS[name]()
    assert link.opens()
    move_addresses(user=link.owner, new="new@example.no")
    User.objects.filter(pk=link.owner.pk).update(email="new@example.no")
    assert not link.opens()


def test_receipt_names_nobody():
    event = EventFactory()
    facts = Client().post(pages.address(event), pages.alone(event)).url.rstrip("/").rpartition("/")[2]
    assert read_receipt(facts).keys() == {"days", "is_group", "is_held", "unnamed", "wants_all"}
    assert KARI not in str(read_receipt(facts))


def test_yes_can_be_taken_back_by_the_link_as_long_as_it_stands(client):
    person = StoryPersonFactory(story__idea__public=True, yes=["web"])
    until = timezone.localdate() + dt.timedelta(days=3 * 365)
    person.consents.update(until=until)
    url = f"/en/historie/{person.uuid}/{person.token}/"
    with time_machine.travel(timezone.now() + dt.timedelta(days=2 * 365), tick=False):
        client.post(url, {"withdraw": "1"})
        assert not person.consents.standing().exists()
        page = client.get(url)
    assert (page.status_code, person.story.body in page.text) == (410, False)
    assert "This link has expired" in page.text


def test_story_link_is_replaced_by_who_holds_it_and_goes_by_mail(client, outbox):
    person = StoryPersonFactory(story__idea__public=True, email=KARI, language="en")
    url = f"/en/historie/{person.uuid}/{person.token}/"
    assert "Create a new link" in client.get(url).text
    assert "opens nothing any more" in client.post(url, {"new_link": "1"}).text
    assert client.post(url, {"new_link": "1"}).status_code == client.get(url).status_code == 404
    (mail,) = outbox("story-link")
    new = StoryPerson.objects.get().token
    assert (mail.recipient, mail.snapshot["url"].endswith(f"/en/historie/{person.uuid}/{new}/")) == (KARI, True)


def test_party_page_creates_new_links_and_mails_them_to_their_owners(client, outbox):
    row = party_of_kari()
    other = ParticipantFactory(registration=row, email="per@example.no")
    SeatFactory(registration=row, event=row.seats.get().event, place=2, participant=other)
    url, old = f"/en/pamelding/{make_token(row)}/", f"/en/plass/{make_token(other)}/"
    assert "Create new links" in client.get(url).text
    answer = client.post(f"{url}nye-lenker/", {"version": "0"}, follow=True)
    assert "The old links open nothing any more." in answer.text
    assert client.get(url).status_code == client.get(old).status_code == 410
    assert sorted(mail.recipient for mail in outbox("links-anew")) == [KARI, KARI, "per@example.no"]
    for mail in outbox("links-anew"):
        assert client.get(mail.snapshot["url"].removeprefix(settings.SITE_URL)).status_code == 200
    # The page of an old link mails the new one, and shows it to nobody.
    assert make_token(Registration.objects.get()) not in client.get(url).text


def test_organiser_creates_new_links_once_for_each_press(client_for, outbox):
    row = party_of_kari()
    event = row.seats.get().event
    organiser = client_for(UserFactory(staff=True))
    url = f"/en/arbeidsflate/arrangementer/{event.slug}/pameldinger/{row.uuid}/"
    assert "Create new links" in organiser.get(url).text
    for words in ("New ones are on their way.", "Somebody has created new links already."):
        assert words in organiser.post(f"{url}nye-lenker/", {"version": "0"}, follow=True).text
    assert (Registration.objects.get().link_version, Participant.objects.get().link_version) == (1, 1)
    assert len(outbox("links-anew")) == 2


@pytest.mark.parametrize("name", ["events.party", "events.participant", "events.new_contact"])
def test_link_of_an_erased_person_opens_nothing(name):
    link = LINKS[name]()
    assert link.opens()
    erase_person(by=link.owner)
    assert not link.opens()
