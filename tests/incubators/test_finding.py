"""Which incubator is mine, and how each states whom it is for."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from incubators.actions.finding import state_areas
from incubators.actions.places import ChangedMeanwhileError
from incubators.forms.finding import AreasForm, PostcodesField
from incubators.models import Incubator, Municipality, PostcodeArea
from tests.factories import IncubatorFactory, MembershipFactory, PostcodeAreaFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/en/inkubatorer/"


def names(response) -> list[str]:
    return [incubator.name for incubator in response.context["page"]]


@pytest.fixture
def places():
    toyen = IncubatorFactory(name="Sprut", district="Gamle Oslo", neighbourhoods="Tøyen, Kampen")
    PostcodeAreaFactory(incubator=toyen, first="0650", last="0657")
    PostcodeAreaFactory(incubator=toyen, first="0190")
    neighbour = IncubatorFactory(name="Ved siden av", district="Grünerløkka")
    PostcodeAreaFactory(incubator=neighbour, first="0655", last="0660")
    kautokeino = Municipality.objects.get(name__startswith="Guovdageaidnu")
    IncubatorFactory(name="Vidda", district="", municipality=kautokeino)
    IncubatorFactory(name="Stasjonen", district="", municipality=Municipality.objects.get(name="Ås"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0650", ["Sprut"]),
        ("0656", ["Sprut", "Ved siden av"]),
        ("0660", ["Ved siden av"]),
        ("0190", ["Sprut"]),
        ("019", ["Sprut"]),
        ("065", ["Sprut", "Ved siden av"]),
        # Stated by nobody: those of the municipality.
        ("0661", ["Sprut", "Ved siden av"]),
        ("0982", ["Sprut", "Ved siden av"]),
        # The municipality number of Stavanger, and a postcode of Oslo.
        ("1103", ["Sprut", "Ved siden av"]),
        ("5020", []),
        ("9170", []),
        ("0656 oslo", ["Sprut", "Ved siden av"]),
        ("0656 kampen", ["Sprut"]),
        ("toyen", ["Sprut"]),
        ("TØY", ["Sprut"]),
        ("grunerlokka", ["Ved siden av"]),
        ("kautok", ["Vidda"]),
        ("guovda", ["Vidda"]),
        ("Kautokeino kommune", ["Vidda"]),
        ("aas", ["Stasjonen"]),
        ("%", []),
        ("0656 bergen", []),
    ],
)
def test_mine_is_found_by_place_district_municipality_and_postcode(client, places, typed, expected):
    assert sorted(names(client.get(LIST, {"q": typed}))) == expected


def test_no_hit_names_the_municipality_and_leads_on(client, places):
    text = client.get(LIST, {"q": "bodo"}).text

    assert "There is no incubator in Bodø yet" in text
    assert "?inkubator=nasjonalt-mottak" in text


def test_nearest_name_is_suggested_where_nothing_fits(client, places):
    assert '<a href="/en/inkubatorer/?q=T%C3%B8yen">Tøyen</a>?' in client.get(LIST, {"q": "tøyn"}).text
    # Of a municipality without an incubator, too.
    assert ">Tromsø</a>?" in client.get(LIST, {"q": "tromsq"}).text
    assert "Did you mean" not in client.get(LIST, {"q": "toyen"}).text
    assert "Did you mean" not in client.get(LIST, {"q": "xyzzy"}).text


def test_postcode_that_no_incubator_states_shows_those_of_its_municipality(client, places):
    text = client.get(LIST, {"q": "0982"}).text

    assert "No incubator says that it is for 0982. These are in Oslo." in text
    assert "There is no incubator in Bergen yet" in client.get(LIST, {"q": "5020"}).text


def test_search_asks_equally_often_however_many_there_are(client, same_queries_at):
    def one_more():
        PostcodeAreaFactory(incubator__name="Hus")

    same_queries_at(one_more, lambda: client.get(LIST, {"q": "0650 hus"}), limit=8, rows=(1, 3, 300))


@pytest.mark.parametrize(
    ("typed", "pairs"),
    [
        ("", []),
        ("0650", [("0650", "0650")]),
        ("0190; 0650–0657", [("0190", "0190"), ("0650", "0657")]),
        ("0657 - 0659\n0650 0651,0652", [("0650", "0652"), ("0657", "0659")]),
        ("0001—9991, 0650", [("0001", "9991")]),
    ],
)
def test_postcodes_are_read_as_people_list_them(typed, pairs):
    assert PostcodesField(required=False).clean(typed) == pairs


@pytest.mark.parametrize("typed", ["650", "06500", "abcd", "0657-0650", "0000", "9992", "0650-", "-0650", "٠٦٥٠"])
def test_what_is_no_postcode_is_told(typed):
    with translation.override("en"), pytest.raises(ValidationError, match=r"postcode|does not work"):
        PostcodesField(required=False).clean(typed)


def test_too_many_areas_are_refused():
    with translation.override("en"), pytest.raises(ValidationError, match="more than 200"):
        PostcodesField(required=False).clean(" ".join(f"{n:04}" for n in range(100, 302)))


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("postcode_four_digits", {"first": "12", "last": "13"}),
        ("postcode_0001_to_9991", {"first": "9990", "last": "9992"}),
        ("postcode_last_after_first", {"first": "0651", "last": "0650"}),
    ],
)
def test_database_refuses_what_is_no_area(name, facts):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PostcodeAreaFactory(**facts)


def test_database_refuses_the_same_area_twice():
    area = PostcodeAreaFactory()
    with pytest.raises(IntegrityError, match="postcode_area_once_per_incubator"), transaction.atomic():
        PostcodeAreaFactory(incubator=area.incubator, last="0660")


def areas_page(incubator) -> str:
    return f"/en/arbeidsflate/inkubatorer/{incubator.slug}/omrade/"


def test_leader_states_places_and_everyone_reads_them(client_for, client):
    membership = MembershipFactory(leader=True)
    incubator = membership.incubator
    PostcodeAreaFactory(incubator=incubator, first="4014")
    form = client_for(membership.user).get(areas_page(incubator)).context["form"]
    assert form["postcodes"].value() == "4014"

    data = {"neighbourhoods": "Tøyen, Kampen", "postcodes": "0650-0657, 0190", "seen_at": form["seen_at"].value()}
    response = client_for(membership.user).post(areas_page(incubator), data)

    assert response.url == f"/en/inkubatorer/{incubator.slug}/"
    assert [str(area) for area in incubator.postcode_areas.all()] == ["0190", "0650–0657"]
    text = client.get(response.url).text
    assert "0190, 0650–0657" in text
    assert "Tøyen, Kampen" in text


def test_wrong_postcode_keeps_what_was_typed(client_for):
    membership = MembershipFactory(leader=True)
    data = {"postcodes": "0650, 65", "seen_at": membership.incubator.updated_at.isoformat()}

    text = client_for(membership.user).post(areas_page(membership.incubator), data).text

    assert "“65” is no postcode" in text
    assert "0650, 65</textarea>" in text
    assert PostcodeArea.objects.count() == 0


def test_places_changed_meanwhile_are_not_overwritten(client_for):
    membership = MembershipFactory(leader=True)
    incubator = membership.incubator
    seen_at = incubator.updated_at.isoformat()
    state_areas(incubator=incubator, neighbourhoods="First", postcodes=[], seen_at=seen_at, by=UserFactory())
    with pytest.raises(ChangedMeanwhileError):
        state_areas(incubator=incubator, neighbourhoods="Second", postcodes=[], seen_at=seen_at, by=UserFactory())

    page = client_for(membership.user)
    form = page.post(areas_page(incubator), {"neighbourhoods": "Second", "seen_at": seen_at}).context["form"]
    assert "Somebody else has changed this" in str(form.non_field_errors())
    page.post(areas_page(incubator), {"neighbourhoods": "Second", "seen_at": form["seen_at"].value()})
    assert Incubator.objects.get(pk=incubator.pk).neighbourhoods == "Second"


def test_moderator_may_not_state_places(client_for):
    membership = MembershipFactory()
    assert client_for(membership.user).get(areas_page(membership.incubator)).status_code == 403


def test_areas_form_holds_what_the_incubator_states():
    area = PostcodeAreaFactory(incubator__neighbourhoods="Kampen", first="0650", last="0657")
    assert AreasForm.of(area.incubator).initial["neighbourhoods"] == "Kampen"
