"""Organisers write somebody down with needs, role and several days; lists are pasted at the desk and by everybody."""

import uuid

import pytest

from events.models import Needs, Participant, Registration, Seat
from tests.events.test_attendees_pages import typed
from tests.events.test_registration_pages import address as public_address
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory, SeriesFactory

pytestmark = pytest.mark.django_db
LIST = "Navn\tE-post\tRolle\nKari Vik\tkari@example.no\tRådgiver\nOla Berg\tola@example.no\t\n"


@pytest.fixture
def days():
    series, place = SeriesFactory(), IncubatorFactory()
    return [
        EventFactory(series=series, incubator=place, city="Stavanger"),
        EventFactory(series=series, incubator=place, days=22, city="Oslo"),
    ]


@pytest.fixture
def organiser(client_for, days):
    return client_for(MembershipFactory(incubator=days[0].incubator).user)


def desk(event) -> str:
    return f"/en/arbeidsflate/arrangementer/{event.slug}/pameldinger/ny/"


def people() -> set[tuple[str, str, str]]:
    return set(Participant.objects.values_list("name", "email", "role"))


# --- At the desk ------------------------------------------------------------------------------------------------------


def test_organiser_adds_somebody_with_needs_and_role_to_both_days(organiser, days):
    assert [box.data["value"] for box in organiser.get(desk(days[0])).context["form"]["days"]] == [
        day.slug for day in days
    ]
    needs = {"diet": ["vegan"], "diet_details": "Shellfish", "access": ["wheelchair"]}
    form = typed(role="Adviser", days=[day.slug for day in days], **needs)
    assert organiser.post(desk(days[0]), form).status_code == 302
    assert people() == {("Kari Vik", "kari@example.no", "Adviser")}
    assert set(Seat.objects.values_list("event", "status")) == {(day.pk, "seated") for day in days}
    assert Needs.objects.get().words == ["Vegan", "Room for a wheelchair", "Shellfish"]


def test_organiser_who_chooses_the_other_day_alone_comes_to_that_party(organiser, days):
    response = organiser.post(desk(days[0]), typed(days=[days[1].slug]), follow=True)
    assert response.status_code == 200
    assert Seat.objects.get().event == days[1]
    assert response.context["event"] == days[1]


def test_day_of_another_incubator_is_no_choice(organiser, days):
    other = EventFactory(series=days[0].series, incubator=IncubatorFactory(), days=23)
    page = organiser.post(desk(days[0]), typed(days=[other.slug]))
    assert "is not one of the available choices" in page.text
    assert not Registration.objects.exists()


def test_full_day_is_named_and_nothing_is_registered(organiser, days):
    for day in days:
        day.has_waitlist = False
        day.save()
    organiser.post(desk(days[1]), typed(days=[days[1].slug], kind="organisation", organisation="Ljos", unnamed="10"))
    page = organiser.post(desk(days[0]), typed(days=[day.slug for day in days], contact_email="ny@example.no")).text
    assert "Oslo, " in page
    assert "there are not so many seats left" in page
    assert Registration.objects.count() == 1


def test_needs_and_role_of_one_person_are_not_a_groups(organiser, days):
    facts = {"kind": "organisation", "organisation": "Ljos", "role": "Adviser", "diet": ["vegan"], "people": LIST}
    organiser.post(desk(days[0]), typed(days=[days[0].slug], **facts))
    assert people() == {("Kari Vik", "kari@example.no", "Rådgiver"), ("Ola Berg", "ola@example.no", "")}
    assert not Needs.objects.exists()


def test_lines_that_make_no_sense_are_named_at_the_desk(organiser, days):
    facts = {"kind": "organisation", "organisation": "Ljos", "people": "Per Dal; nowhere\nkari@example.no\nEva"}
    page = organiser.post(desk(days[0]), typed(days=[days[0].slug], **facts)).text
    assert "“Per Dal; nowhere”: that is no e-mail address." in page
    assert "“kari@example.no”: write a name" in page
    assert not Registration.objects.exists()


# --- In the public form -----------------------------------------------------------------------------------------------


def pasted(event, text: str, **changes) -> dict:
    return {
        "form_token": str(uuid.uuid4()), "days": [event.slug], "kind": "organisation", "organisation": "Ljos",
        "contact_name": "Anna Berg", "contact_email": "anna@example.no", "language": "en", "pasted": text,
    } | changes  # fmt: skip


def test_pasted_list_becomes_rows_to_look_over(client, days):
    first = {"p-0-name": "Eva Dal", "p-0-email": "eva@example.no", "p-1-name": "", "p-1-email": ""}
    page = client.post(public_address(days[0]), pasted(days[0], LIST, **first))
    shown = [[row[name].value() or "" for name in ("name", "email", "role")] for row in page.context["form"].rows]
    assert list(map(tuple, shown)) == [
        ("Eva Dal", "eva@example.no", ""),
        ("Kari Vik", "kari@example.no", "Rådgiver"),
        ("Ola Berg", "ola@example.no", ""),
    ]
    assert "The list has become rows. Look them over, then register." in page.text
    assert not Registration.objects.exists()
    rows = {
        f"{row.prefix}-{name}": row[name].value() or ""
        for row in page.context["form"].rows
        for name in ("name", "email", "role")
    }
    client.post(public_address(days[0]), pasted(days[0], "", **rows))
    assert {name for name, _email, _role in people()} == {"Eva Dal", "Kari Vik", "Ola Berg"}


def test_line_that_makes_no_sense_stays_in_the_box(client, days):
    page = client.post(public_address(days[0]), pasted(days[0], "Kari Vik <kari@example.no>\nPer Dal; nowhere"))
    form = page.context["form"]
    assert [row["name"].value() for row in form.rows] == ["Kari Vik"]
    assert form["pasted"].value() == "Per Dal; nowhere"
    assert "“Per Dal; nowhere”: that is no e-mail address." in page.text


def test_list_in_the_hidden_box_of_somebody_alone_counts_for_nobody(client, days):
    client.post(public_address(days[0]), pasted(days[0], LIST, kind="myself"))
    assert people() == {("Anna Berg", "anna@example.no", "")}
