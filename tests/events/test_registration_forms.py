"""What the form of registration takes, what it asks to have mended, and which municipality somebody means."""

import uuid

import pytest
from django.http import QueryDict
from django.utils import translation

from events.actions.registration import Person, submission_of
from events.forms.registration import RegistrationForm
from events.models import Event
from incubators.models import Municipality
from incubators.place_names import find_municipalities, labels
from tests.factories import EventFactory, SeriesFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def event() -> Event:
    return EventFactory()


def sent(event: Event, *rows: dict, kind: str = "municipality", **more) -> QueryDict:
    """Return what a browser sends."""
    data = QueryDict(mutable=True)
    usual = {
        "form_token": str(uuid.uuid4()),
        "days": event.slug,
        "kind": kind,
        "municipality": "Stavanger",
        "contact_name": "Anna Berg",
        "contact_email": "anna@example.no",
        "unnamed": "0",
        "language": "nb",
    }
    for name, value in (usual | more).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    for number, row in enumerate(rows):
        for name, value in ({"name": "", "email": ""} | row).items():
            data.setlist(f"p-{number}-{name}", value if isinstance(value, list) else [value])
    return data


def form_of(event: Event, *rows: dict, **more) -> RegistrationForm:
    return RegistrationForm(sent(event, *rows, **more), events=[event])


def words(form: RegistrationForm) -> list[str]:
    assert not form.is_valid()
    return [words for _anchor, _label, words in form.problems]


# --- Which municipality -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Stavanger", ["Stavanger"]),
        ("stavang", ["Stavanger"]),
        ("STAVANGER KOMMUNE", ["Stavanger"]),
        ("4014", ["Stavanger"]),
        ("Kautokeino", ["Guovdageaidnu - Kautokeino"]),
        ("guovdagea", ["Guovdageaidnu - Kautokeino"]),
        ("guovdageaidnu - kautokeino", ["Guovdageaidnu - Kautokeino"]),
        ("Karasjohka", ["Kárášjohka - Karasjok"]),
        ("unjarga", ["Unjárga - Nesseby"]),
        ("Alesund", ["Ålesund"]),
        ("Aalesund", ["Ålesund"]),
        ("Heroy", ["Herøy", "Herøy"]),
        ("Herøy (Nordland)", ["Herøy"]),
        ("heroy nordland", ["Herøy"]),
        ("Våler", ["Våler", "Våler"]),
        ("Os", ["Os"]),
        ("fron", ["Nord-Fron", "Sør-Fron"]),
        ("Atlantis", []),
        (" - ", []),
    ],
)
def test_municipality_is_found_by_what_people_type(typed, names):
    found = find_municipalities(typed, Municipality.objects.order_by("name", "number"))
    assert [place.name for place in found] == names


def test_suggested_names_are_one_place_each():
    places = list(Municipality.objects.order_by("name"))
    suggested = labels(places)
    assert len(set(suggested)) == 357
    assert [find_municipalities(name, places) for name in suggested] == [[place] for place in places]


def test_ambiguous_municipality_offers_a_choice_and_takes_it(event):
    form = form_of(event, municipality="Herøy", unnamed="2")
    assert words(form) == ["Several municipalities are called something like that. Choose one of them below."]
    assert {place.county for place in form.municipality_choices} == {"Møre og Romsdal", "Nordland"}
    number = Municipality.objects.get(name="Herøy", county="Nordland").number
    form = form_of(event, municipality="Herøy", municipality_number=number, unnamed="2")
    assert form.is_valid(), form.problems
    assert form.party.facts["municipality"].number == number


def test_choice_counts_only_for_the_name_it_was_made_for(event):
    number = Municipality.objects.get(name="Herøy", county="Nordland").number
    form = form_of(event, municipality="Stavanger", municipality_number=number, unnamed="2")
    assert form.is_valid()
    assert form.party.facts["municipality"].name == "Stavanger"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "Write which municipality."),
        ("Atlantis", "We know no municipality of that name. Write only the beginning of it."),
        ("Stavagner", "We know no municipality of that name. Did you mean Stavanger?"),
        ("a", "Many municipalities are called something like that. Write more of the name."),
    ],
)
def test_municipality_that_is_not_found_is_asked_for(event, typed, answer):
    form = form_of(event, municipality=typed, unnamed="2")
    assert words(form) == [answer]
    assert form.municipality_choices == []


# --- Who comes --------------------------------------------------------------------------------------------------------


def test_alone_needs_name_address_and_day_only(event):
    form = form_of(event, {"name": "typed for nobody", "email": "no address"}, kind="myself", municipality="Herøy")
    assert form.is_valid(), form.problems
    assert form.party.people == [Person("Anna Berg", "anna@example.no")]
    assert (form.party.unnamed, form.party.facts["fewest"]) == (0, 1)
    assert "municipality" not in form.party.facts


def test_alone_with_needs(event):
    form = form_of(event, kind="myself", **{"me-diet": ["vegan", "no_nuts"], "me-access_details": "Short steps"})
    assert form.is_valid(), form.problems
    assert form.party.people[0].needs == {"diet": ["vegan", "no_nuts"], "access_details": "Short steps"}


def test_party_of_named_and_unnamed(event):
    rows = [
        {"name": "Ola Nes", "email": "OLA@example.no", "role": "Adviser", "diet": ["halal"]},
        {},
        {"name": "Per Uten"},
    ]
    form = form_of(event, *rows, comes="on", unnamed="2")
    assert form.is_valid(), form.problems
    party = form.party
    assert party.people == [
        Person("Anna Berg", "anna@example.no"),
        Person("Ola Nes", "ola@example.no", "Adviser", {"diet": ["halal"]}),
        Person("Per Uten"),
    ]
    assert (party.size, party.facts["fewest"]) == (5, 5)


def test_party_that_may_be_parted(event):
    form = form_of(event, {"name": "A"}, {"name": "B"}, {"name": "C"}, fewest="2")
    assert form.is_valid()
    assert form.party.facts["fewest"] == 2
    assert words(form_of(event, {"name": "A"}, fewest="2")) == ["You are only 1."]


def test_district_says_its_municipality(event):
    form = form_of(event, kind="district", district="Gamle Oslo", municipality="", unnamed="1")
    assert words(form) == ["Write which municipality."]
    form = form_of(event, kind="district", district="Gamle Oslo", unnamed="1")
    assert form.is_valid()
    assert (form.party.facts["district"], form.party.facts["municipality"].name) == ("Gamle Oslo", "Stavanger")
    assert words(form_of(event, kind="district", unnamed="1")) == ["Write which district."]


@pytest.mark.parametrize("number", ["974 760 673", "974760673", ""])
def test_organisation_number_is_checked(event, number):
    form = form_of(event, kind="organisation", organisation="Registerenheten", organisation_number=number, unnamed="1")
    assert form.is_valid(), form.problems
    assert form.party.facts["organisation_number"] == number.replace(" ", "")


@pytest.mark.parametrize("number", ["000000000", "974760674", "123456785", "97476067", "abc"])
def test_organisation_number_that_is_none_is_refused(event, number):
    form = form_of(event, kind="organisation", organisation="Nobody", organisation_number=number, unnamed="1")
    assert words(form) == ["That is not a Norwegian organisation number. It has nine digits and begins with 8 or 9."]


def test_party_of_nobody_is_asked_who(event):
    assert words(form_of(event, {}, {})) == ["Name at least one who is coming, or say how many."]
    assert words(form_of(event, kind="organisation", unnamed="1")) == ["Write which organisation."]


def test_same_address_twice_is_pointed_out_at_each(event):
    rows = [{"name": "A", "email": "ola@example.no"}, {"name": "B", "email": "Ola@Example.no"}]
    form = form_of(event, *rows)
    twice = "This address is here twice. Give each their own, or leave it empty for a colleague."
    assert words(form) == [twice, twice]
    assert [anchor for anchor, _label, _words in form.problems] == ["id_p-0-email", "id_p-1-email"]
    assert words(form_of(event, {"name": "A", "email": "anna@example.no"}, comes="on")) == [twice]
    assert form_of(event, {"name": "A", "email": "anna@example.no"}).is_valid()


def test_same_name_twice_is_two_people(event):
    form = form_of(event, {"name": "Kari Vik"}, {"name": "Kari Vik"})
    assert form.is_valid()
    assert form.party.size == 2


def test_row_without_its_name_is_pointed_out(event):
    form = form_of(event, {"email": "ola@example.no"}, {"diet": ["vegan"]})
    assert words(form) == ["Write the name too, or empty the whole row and count the seat as named later."] * 2


def test_names_stay_on_one_line(event):
    name = "Kari\r\nBcc: everyone"
    form = form_of(event, {"name": name}, contact_name=name)
    assert form.is_valid()
    assert form.party.people[0].name == form.party.facts["contact_name"] == "Kari Bcc: everyone"


def test_more_people_than_a_form_has_room_for(event):
    rows = [{"name": f"Person {n}"} for n in range(500)]
    form = form_of(event, *rows)
    (said,) = words(form)
    assert said.startswith("There are 500 people here, and one form has room for 100. All you wrote is kept")
    assert [row["name"].value() for row in form.rows] == [row["name"] for row in rows]
    assert words(form_of(event, {"name": "A"}, unnamed="100"))[0].startswith("There are 101 people here")


# --- Days and presses -------------------------------------------------------------------------------------------------


def test_day_that_takes_nobody_says_why():
    series = SeriesFactory()
    full = EventFactory(series=series, capacity=1, has_waitlist=False)
    Event.objects.filter(pk=full.pk).update(seats_taken=1)
    cancelled = EventFactory(series=series, days=22, cancelled=True, city="Oslo")
    full.refresh_from_db()
    form = RegistrationForm(sent(full, kind="myself"), events=[full, cancelled])
    assert words(form)[0].endswith("cannot be chosen: All seats are taken, and there is no waitlist.")
    form = RegistrationForm(sent(cancelled, kind="myself"), events=[full, cancelled])
    assert words(form)[0].endswith("cannot be chosen: This event is cancelled.")
    assert words(RegistrationForm(sent(full, kind="myself", days=[]), events=[full])) == ["Choose at least one day."]


def test_second_press_is_the_same_submission_and_any_other_word_is_not(event):
    data = sent(event, {"name": "A"}, {"name": "B"})

    def submission(**changed) -> str:
        again = data.copy()
        for name, value in changed.items():
            again[name] = value
        form = RegistrationForm(again, events=[event])
        assert form.is_valid(), form.problems
        return submission_of([event], form.party)

    assert submission() == submission() == submission(contact_email="Anna@Example.no")
    others = ({"contact_email": "per@example.no"}, {"kind": "myself"}, {"unnamed": "3"}, {"p-1-name": "C"})
    others += ({"p-1-email": "c@example.no"}, {"p-0-diet": "halal"}, {"language": "nn"}, {"fewest": "1"})
    assert len({submission(), *(submission(**changed) for changed in others)}) == len(others) + 1


def test_token_that_is_none_of_ours_is_a_new_one(event):
    forms = [RegistrationForm(sent(event, {"name": "A"}, form_token="no token"), events=[event]) for _ in range(2)]
    assert all(form.is_valid() for form in forms)
    assert forms[0].cleaned_data["form_token"] != forms[1].cleaned_data["form_token"]


@pytest.mark.parametrize(
    ("press", "prefixes"),
    [({"add": "1"}, ["p-0", "p-1", "p-2"]), ({"remove": "p-0"}, ["p-1"]), ({"remove": "x"}, None)],
)
def test_row_more_or_less_keeps_all_and_judges_nothing(event, press, prefixes):
    rows = [{"name": "A", "email": "no address"}, {"name": "B", "diet": ["halal"]}]
    form = RegistrationForm.unfinished(sent(event, *rows, unnamed="many", **press), events=[event])
    assert [row.prefix for row in form.rows] == (prefixes or ["p-0", "p-1"])
    assert form.problems == []
    assert form["unnamed"].value() == "many"
    assert form["municipality"].value() == "Stavanger"
    kept = {row.prefix: row for row in form.rows}
    assert kept["p-1"]["diet"].value() == ["halal"]
    assert kept["p-1"].has_needs
