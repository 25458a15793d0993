"""What organisers take along: files of participants, needs by a click that is written down, kitchen and door."""

import csv
import io

import openpyxl
import pytest

from events.actions.registration import Party, Person
from events.models import Needs, NeedsLookup, Registration
from incubators.models import Municipality
from incubators.place_names import SHARED_NAMES
from tests.events.test_registration_actions import party, register
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory, SeatFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(incubator=IncubatorFactory(), capacity=5, title="Practice")


@pytest.fixture
def client(client_for, event):
    return client_for(MembershipFactory(incubator=event.incubator).user)


@pytest.fixture
def address(event) -> str:
    return f"/en/arbeidsflate/arrangementer/{event.slug}/"


def alone(email: str, name: str) -> Party:
    facts = {"kind": "myself", "contact_name": name, "contact_email": email, "language": "en"}
    return Party(facts, [Person(name, email)])


def herøy(county: str) -> Municipality:
    return Municipality.objects.get(name="Herøy", county=county)


def district(event, *people: Person, **facts) -> Registration:
    place = {"kind": "district", "district": "Indre Herøy", "municipality": herøy("Nordland")}
    register(event, who=party(*people, contact_name="Anna Berg", contact_email="anna@example.no", **place | facts))
    return Registration.objects.last()


def csv_rows(response) -> list[dict]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def xlsx_rows(response) -> list[tuple]:
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    return [tuple(cell or "" for cell in row) for row in sheet.iter_rows(values_only=True)]


def test_participants_come_as_csv_and_xlsx_with_where_they_are_from(client, event, address):
    district(event, Person("Åse Vik", "ase@example.no", "Adviser", {"diet": ["vegan"]}), Person("Per Dal"), unnamed=1)
    register(event, who=alone("ida@example.no", "Ida Lie"))
    register(event, who=alone("nina@example.no", "Nina Dahl"))
    register(event, who=alone("late@example.no", "Øyvind Moe"))
    rows = csv_rows(client.get(f"{address}pameldinger/deltakere.csv"))
    assert [row["Name"] for row in rows] == [
        "Ida Lie",
        "Nina Dahl",
        "Per Dal",
        "Øyvind Moe",
        "Åse Vik",
        "Without a name",
    ]
    åse = rows[4]
    assert (åse["Role"], åse["E-mail"], åse["Party"], åse["Kind"]) == (
        "Adviser", "ase@example.no", "Indre Herøy", "A district"
    )  # fmt: skip
    assert (åse["Municipality"], åse["County"], åse["District"]) == ("Herøy (1818)", "Nordland", "Indre Herøy")
    assert (åse["Contact"], åse["E-mail of the contact"]) == ("Anna Berg", "anna@example.no")
    assert [row["Status"] for row in rows] == ["Has a seat"] * 3 + ["On the waitlist"] + ["Has a seat"] * 2
    sheet = xlsx_rows(client.get(f"{address}pameldinger/deltakere.xlsx"))
    assert list(sheet[0]) == list(rows[0])
    assert [dict(zip(sheet[0], row, strict=True)) for row in sheet[1:]] == rows
    assert "vegan" not in str(rows).lower()
    assert not NeedsLookup.objects.exists()


@pytest.mark.parametrize("name", ["=cmd()", "+47", "@SUM(A1)", "-1"])
def test_no_cell_of_a_list_is_a_formula(client, event, address, name):
    register(event, who=alone("kari@example.no", name))
    assert csv_rows(client.get(f"{address}pameldinger/deltakere.csv"))[0]["Name"] == f"'{name}"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}pameldinger/deltakere.xlsx").content))
    assert book.active["A2"].data_type == "s"
    assert book.active["A2"].value == name


def test_kitchen_gets_numbers_without_a_name(client, event, address):
    needs = {"diet": ["vegan", "no_nuts"], "diet_details": "Shellfish"}
    district(event, Person("Kari Vik", "kari@example.no", needs=needs), Person("Per Dal", needs={"diet": ["vegan"]}))
    for form, read in (("csv", lambda answer: answer.content.decode("utf-8-sig")), ("xlsx", xlsx_rows)):
        text = str(read(client.get(f"{address}behov/kjokken.{form}")))
        assert "Kari" not in text
        assert "Shellfish" not in text
    counts = {row["What"]: row["Number"] for row in csv_rows(client.get(f"{address}behov/kjokken.csv"))}
    assert (counts["Expected"], counts["Vegan"], counts["No nuts"], counts["Other food needs"]) == ("2", "2", "1", "1")
    assert not NeedsLookup.objects.exists()


def test_names_with_needs_leave_by_a_click_that_is_written_down(client, event, address):
    needs = {"diet": ["vegan"], "access": ["wheelchair"], "diet_details": "Shellfish"}
    district(event, Person("Kari Vik", "kari@example.no", needs=needs), Person("Per Dal"))
    assert client.get(f"{address}behov/?file=csv").headers["Content-Type"].startswith("text/html")
    assert not NeedsLookup.objects.exists()
    (row,) = csv_rows(client.post(f"{address}behov/", {"file": "csv"}))
    assert (row["Name"], row["Food"], row["Other food needs"], row["Access"]) == (
        "Kari Vik", "Vegan", "Shellfish", "Room for a wheelchair"
    )  # fmt: skip
    assert len(xlsx_rows(client.post(f"{address}behov/", {"file": "xlsx"}))) == 2
    assert NeedsLookup.objects.filter(event=event).count() == 2
    assert Needs.objects.count() == 1


def test_door_list_has_who_is_expected_by_name_and_nothing_they_need(client, event, address):
    district(event, Person("Åse Vik", needs={"access": ["wheelchair"]}), Person("Bo Dal"), unnamed=1)
    SeatFactory(event=event, waiting=True, participant__name="Waiting One")
    page = client.get(f"{address}dorliste/")
    assert [seat.participant and seat.participant.name for seat in page.context["seats"]] == ["Bo Dal", "Åse Vik", None]
    assert "Indre Herøy" in page.text
    assert "Waiting One" not in page.text
    assert "wheelchair" not in page.text


@pytest.mark.parametrize("rest", ["pameldinger/deltakere.csv", "behov/kjokken.csv", "dorliste/"])
def test_list_asks_the_database_equally_often(client, event, address, rest, same_queries_at):
    same_queries_at(lambda: SeatFactory(event=event), lambda: client.get(address + rest), limit=12)


def test_unknown_kind_of_file_and_lists_of_others_are_not_found(client, client_for, address):
    for rest in ("pameldinger/deltakere.pdf", "behov/kjokken.html"):
        assert client.get(address + rest).status_code == 404
    for rest in ("pameldinger/deltakere.csv", "behov/kjokken.csv", "dorliste/"):
        assert client_for(UserFactory()).get(address + rest).status_code == 404


def test_places_of_one_name_are_told_apart_wherever_one_reads(client, event, address, outbox):
    for county in ("Nordland", "Møre og Romsdal"):
        register(event, who=party(Person(f"From {county}"), municipality=herøy(county)))
    page = client.get(f"{address}pameldinger/").text
    for county, number in (("Nordland", "1818"), ("Møre og Romsdal", "1515")):
        assert f"Herøy ({county})" in page
        assert f"{number}, {county}" in page
        assert f"Herøy, {county}" in page
    assert {mail.snapshot["party"] for mail in outbox("party-registered")} == {
        "Herøy (Nordland)", "Herøy (Møre og Romsdal)"
    }  # fmt: skip
    assert IncubatorFactory.build(municipality=herøy("Nordland"), district="Ytre").place == "Ytre, Herøy (Nordland)"


def test_shared_names_are_those_of_the_register():
    names = list(Municipality.objects.values_list("name", flat=True))
    assert {name for name in names if names.count(name) > 1} == SHARED_NAMES
