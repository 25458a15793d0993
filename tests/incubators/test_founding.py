"""Somebody wants to start an incubator where there is none; national staff follow it up."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from incubators.actions.founding import follow_initiative, found_incubator, start_initiative
from incubators.actions.places import ChangedMeanwhileError
from incubators.models import Incubator, Initiative, InitiativeEntry, Invitation, Municipality
from incubators.privacy import erase_incubators, export_incubators, purge_incubators
from tests.factories import IncubatorFactory, InitiativeFactory, MembershipFactory, UserFactory
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db

START, DESK = "/en/start-inkubator/", "/en/arbeidsflate/nye-inkubatorer/"


def words(**more) -> dict:
    given = {"who": "The library", "municipality": "bodo", "why": "Nowhere to meet.", "email": "kari@example.no"}
    return given | {"language": "nn", "token": str(uuid.uuid4())} | more


@pytest.fixture
def national():
    return UserFactory(staff=True, name="Sunniva", language="en")


def test_anyone_may_say_that_they_want_to_start_one(client, national, outbox):
    UserFactory(is_staff=True, is_active=False)
    MembershipFactory(leader=True)

    response = client.post(START, words(), follow=True)

    assert response.redirect_chain == [(f"{START}takk/", 302)]
    one = Initiative.objects.get()
    assert (one.who, one.municipality.name, one.why, one.language) == ("The library", "Bodø", "Nowhere to meet.", "nn")
    assert (one.status, one.owner, one.is_overdue) == ("new", None, False)
    assert one.next_contact_on > timezone.localdate() + dt.timedelta(days=4)
    receipt, told = outbox()
    assert (receipt.kind, receipt.recipient, receipt.language) == ("initiative-received", one.email, "nn")
    assert (told.kind, told.recipient) == ("initiative-came", national.email)
    snapshots = str([mail.snapshot for mail in outbox()])
    assert "Nowhere" not in snapshots
    assert "library" not in snapshots


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mails_render_in_each_language_and_not_on_rollback(language, outbox):
    UserFactory(staff=True, language=language)
    facts = {"who": "We", "why": "Why", "email": "kari@example.no", "language": language}
    facts["municipality"] = Municipality.objects.get(number="1804")
    with transaction.atomic():
        start_initiative(form_token=uuid.uuid4(), facts=facts)
        transaction.set_rollback(True)
    assert outbox() == []

    start_initiative(form_token=uuid.uuid4(), facts=facts)

    for mail in outbox():
        with translation.override(language):
            said = say(mail)
        assert "Bodø" in said.subject
        assert mail.snapshot["url"] in said.text


def test_double_press_is_one_initiative_and_one_receipt(client, outbox):
    given = words()
    client.post(START, given)
    client.post(START, given)

    assert Initiative.objects.count() == 1
    assert len(outbox("initiative-received")) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"municipality": "Utopia"}, "We know no municipality of that name."),
        ({"municipality": "Sandnse"}, "Did you mean Sandnes?"),
        ({"municipality": "Herøy"}, "Several may be meant: "),
        ({"who": " "}, "This field is required."),
        ({"email": "kari"}, "valid email"),
    ],
)
def test_what_cannot_be_taken_is_told_and_kept(client, typed, told):
    response = client.post(START, words(**typed))

    assert told in response.text
    assert "Nowhere to meet.</textarea>" in response.text
    assert Initiative.objects.count() == 0


def test_one_of_two_municipalities_is_meant_by_its_county(client):
    client.post(START, words(municipality="Herøy (Nordland)"))
    assert Initiative.objects.get().municipality.county.startswith("Nordland")


def test_field_for_machines_holds_the_form_once_and_is_shown_empty(client, outbox):
    page = client.post(START, words(for_machines="gibberish")).text
    assert "This field is for machines" in page
    assert "gibberish" not in page
    assert 'class="trap"' not in page
    assert (Initiative.objects.count(), outbox()) == (0, [])


def test_flood_is_held_off_and_what_was_typed_stays(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"start_incubator": "1/h/key"}
    client.post(START, words())

    response = client.post(START, words(why="Another reason"))

    assert response.status_code == 429
    assert "Another reason</textarea>" in response.text
    assert Initiative.objects.count() == 1


def test_municipality_that_was_looked_for_stands_there_already(client):
    assert "/en/start-inkubator/?kommune=Bod%C3%B8" in client.get("/en/inkubatorer/?q=bodo").text
    assert 'value="Bodø"' in client.get(f"{START}?kommune=Bodø").text


# --- National staff follow it up ------------------------------------------------------------------------------------


def test_list_has_the_most_overdue_on_top_and_the_closed_ones_apart(client_for, national):
    InitiativeFactory(who="Later")
    InitiativeFactory(who="Late", overdue=True)
    InitiativeFactory(who="Over", ended=True)
    page = client_for(national)

    assert [one.who for one in page.get(DESK).context["page"]] == ["Late", "Later"]
    assert [one.who for one in page.get(f"{DESK}?vis=avsluttet").context["page"]] == ["Over"]
    assert "1 person who wants to start an incubator has waited too long" in page.get("/en/arbeidsflate/").text


def test_list_asks_equally_often_however_many_there_are(client_for, national, same_queries_at):
    page = client_for(national)
    same_queries_at(lambda: InitiativeFactory(owner=UserFactory()), lambda: page.get(DESK), limit=12, rows=(1, 3, 300))


def test_page_asks_at_most_twelve_times(client_for, national, same_queries_at):
    one, page = InitiativeFactory(owner=national), client_for(national)

    def talk():
        one.entries.create(from_status="new", to_status="talking", note="We met.", by=UserFactory())

    same_queries_at(talk, lambda: page.get(f"{DESK}{one.uuid}/"), limit=12)


def follow(one, **more) -> dict:
    due = timezone.localdate() + dt.timedelta(days=14)
    return {"revision": one.revision, "status": "talking", "owner": "", "next_contact_on": due.isoformat()} | more


def test_staff_note_what_was_done(client_for, national):
    one = InitiativeFactory(overdue=True)
    address = f"{DESK}{one.uuid}/"
    assert client_for(national).get(address).context["form"]["owner"].value() == national.pk

    given = follow(one, owner=national.pk, note="We met at the library.")
    assert client_for(national).post(address, given).url == address

    one.refresh_from_db()
    assert (one.status, one.owner, one.revision, one.is_overdue) == ("talking", national, 2, False)
    entry = one.entries.get()
    assert (entry.from_status, entry.to_status, entry.by) == ("new", "talking", national)
    assert "We met at the library." in client_for(national).get(address).text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"status": "ended"}, "Say why it has ended."),
        ({"next_contact_on": ""}, "Choose the day of the next contact"),
        ({"next_contact_on": "2020-01-01"}, "Choose a day from today on"),
        ({"status": "founded"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_told(client_for, national, given, told):
    one = InitiativeFactory()

    assert told in client_for(national).post(f"{DESK}{one.uuid}/", follow(one, **given)).text
    assert Initiative.objects.get().revision == 1


def test_an_end_can_be_taken_up_again(client_for, national):
    one = InitiativeFactory()
    address = f"{DESK}{one.uuid}/"
    client_for(national).post(address, follow(one, status="ended", note="They joined another club."))
    one.refresh_from_db()
    assert (one.status, one.next_contact_on, one.closed_at is None) == ("ended", None, False)

    client_for(national).post(address, follow(one, status="contacted"))
    one.refresh_from_db()
    assert (one.status, one.closed_at) == ("contacted", None)


def test_second_of_two_colleagues_is_told_and_keeps_their_words(client_for, national):
    one = InitiativeFactory()
    seen = follow(one, note="My words")
    follow_initiative(initiative=one, by=UserFactory(), seen_revision=1, status="ended", owner=None, note="No")

    response = client_for(national).post(f"{DESK}{one.uuid}/", seen)

    assert "Somebody else has changed this" in response.text
    assert "My words</textarea>" in response.text
    assert Initiative.objects.get().status == "ended"
    assert response.context["form"]["revision"].value() == 2


def test_it_becomes_an_incubator_whose_leader_is_invited(client_for, national):
    IncubatorFactory(slug="bodo-unlimited")
    one = InitiativeFactory(email="kari@example.no", language="nn")
    given = {"found-name": "Bodø Unlimited", "found-district": "", "found-legal_status": "association"}
    given |= {"found-revision": 1, "found-invites_leader": "on"}

    response = client_for(national).post(f"{DESK}{one.uuid}/opprett/", given)

    one.refresh_from_db()
    made = one.incubator
    assert response.url == f"/en/arbeidsflate/inkubatorer/{made.slug}/folk/"
    assert (made.name, made.slug, made.stage, made.is_active) == ("Bodø Unlimited", "bodo-unlimited-2", "pilot", True)
    assert (made.municipality, made.default_language) == (one.municipality, "nn")
    assert (one.status, one.next_contact_on) == ("founded", None)
    invitation = Invitation.objects.get()
    assert (invitation.incubator, invitation.email, invitation.role) == (made, "kari@example.no", "leader")
    assert "This became Bodø Unlimited" in client_for(national).get(f"{DESK}{one.uuid}/").text
    assert client_for(national).get(f"{DESK}{one.uuid}/opprett/").status_code == 302


def test_incubator_is_made_once_and_without_an_invitation_where_nobody_wants_one(national):
    one = InitiativeFactory()
    facts = {"name": "%", "district": "", "legal_status": "public"}
    made = found_incubator(initiative=one, by=national, seen_revision=1, facts=facts, invites_leader=False)

    for revision in (1, 2):
        with pytest.raises(ChangedMeanwhileError):
            found_incubator(initiative=one, by=national, seen_revision=revision, facts=facts)
    assert list(Incubator.objects.places()) == [made]
    assert made.slug == "inkubator"
    assert Invitation.objects.count() == 0


def test_stale_form_of_a_new_incubator_is_told(client_for, national):
    one = InitiativeFactory()
    today = timezone.localdate()
    follow_initiative(initiative=one, by=national, seen_revision=1, status="talking", owner=None, next_contact_on=today)
    given = {"found-name": "Bodø", "found-legal_status": "public", "found-revision": 1}

    response = client_for(national).post(f"{DESK}{one.uuid}/opprett/", given)

    assert "Somebody else has changed this" in response.text
    assert Incubator.objects.places().count() == 0


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("initiative_open_has_next_contact", {"next_contact_on": None}),
        ("initiative_founded_has_incubator", {"founded": True, "incubator": None}),
        ("initiative_says_who_and_why", {"why": ""}),
    ],
)
def test_database_refuses_what_must_never_be(name, facts):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        InitiativeFactory(**facts)


def test_database_refuses_an_end_without_a_reason():
    with pytest.raises(IntegrityError, match="initiative_end_has_reason"), transaction.atomic():
        InitiativeFactory().entries.create(from_status="new", to_status="ended")


# --- Personal data --------------------------------------------------------------------------------------------------


def test_person_gets_and_erases_what_they_wrote_and_staff_may_leave(national):
    mine = InitiativeFactory(email="Kari@example.no", who="Kari")
    other = InitiativeFactory(owner=national)
    other.entries.create(from_status="new", to_status="talking", by=national)
    kari = UserFactory(email="kari@example.no")
    assert [row["who"] for row in export_incubators(kari)["initiatives"]] == ["Kari"]

    erase_incubators(kari)
    national.delete()

    assert not Initiative.objects.filter(pk=mine.pk).exists()
    other.refresh_from_db()
    assert (other.owner, InitiativeEntry.objects.get().by) == (None, None)


def test_people_leave_a_year_after_it_was_closed():
    now = timezone.now()
    kept = [InitiativeFactory(), InitiativeFactory(overdue=True), InitiativeFactory(ended=True)]
    InitiativeFactory(ended=True, closed_at=now - dt.timedelta(days=366))
    founded = InitiativeFactory(founded=True, closed_at=now - dt.timedelta(days=366))
    InitiativeFactory(next_contact_on=timezone.localdate() - dt.timedelta(days=731))

    assert purge_incubators(now) == 3
    assert set(Initiative.objects.all()) == set(kept)
    assert Incubator.objects.filter(pk=founded.incubator.pk).exists()
