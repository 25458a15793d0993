import itertools

import pytest
from django.contrib import admin
from django.test import Client
from django.utils.html import escape

from incubators.models import Incubator, Municipality
from tests.factories import IncubatorFactory, MembershipFactory, MunicipalityFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/en/inkubatorer/"


def names(response) -> list[str]:
    return [incubator.name for incubator in response.context["page"]]


@pytest.fixture
def places():
    oslo, stavanger = MunicipalityFactory(), Municipality.objects.get(number="1103")
    IncubatorFactory(name="Storhaug", municipality=stavanger, district="Storhaug")
    IncubatorFactory(name="Ås", municipality=oslo, district="Gamle Oslo")
    IncubatorFactory(name="Ærfugl", municipality=oslo, district="Søndre Nordstrand")
    IncubatorFactory(name="Ørn", municipality=oslo, district="Gamle Oslo")
    IncubatorFactory(name="zebra", municipality=oslo, district="Gamle Oslo")
    IncubatorFactory(name="Stengt", municipality=oslo, closed=True)


def test_list_sorts_by_place_and_then_name_as_norwegians_do(client, places):
    assert names(client.get(LIST)) == ["zebra", "Ærfugl", "Ørn", "Ås", "Storhaug"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ær", ["Ærfugl"]),
        ("ØRN", ["Ørn"]),
        ("nordstr", ["Ærfugl"]),
        ("stav", ["Storhaug"]),
        ("rogal", ["Storhaug"]),
        ("oslo gamle  z", ["zebra"]),
        ("%", []),
        ("\x00stor\u202ehaug", ["Storhaug"]),
        ("   ", ["zebra", "Ærfugl", "Ørn", "Ås", "Storhaug"]),
    ],
)
def test_list_finds_half_typed_names_and_places(client, places, typed, expected):
    response = client.get(LIST, {"q": typed})

    assert response.status_code == 200
    assert names(response) == expected


def test_list_keeps_what_was_typed_and_says_when_nothing_matches(client, places):
    text = client.get(LIST, {"q": "<Utopia>"}).text

    assert "No incubator matches “&lt;Utopia&gt;”" in text
    assert 'value="&lt;Utopia&gt;"' in text
    assert "Show all incubators" in text


def test_list_says_that_the_search_is_too_long(client, places):
    response = client.get(LIST, {"q": "a" * 101})

    assert names(response) == []
    assert response.context["form"].errors["q"]


def test_list_without_incubators_shows_the_way_to_the_intake(client):
    text = client.get(LIST).text

    assert "There are no incubators here" in text
    assert "?inkubator=nasjonalt-mottak" in text


def test_list_is_paged_and_keeps_the_search(client):
    for number in range(30):
        IncubatorFactory(name=f"Hus {number:02}")

    first = client.get(LIST, {"q": "hus"})
    second = client.get(LIST, {"q": "hus", "side": "2"})

    assert names(first) == [f"Hus {number:02}" for number in range(24)]
    assert names(second) == [f"Hus {number:02}" for number in range(24, 30)]
    assert first.context["page"].next_url == "?q=hus&side=2"
    assert (first.context["page"].previous_url, second.context["page"].next_url) == ("", "")
    assert second.context["page"].previous_url == "?q=hus"


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e9", "9" * 40, "٣²", "\x00"])
def test_list_takes_any_page_number(client, places, number):
    assert client.get(LIST, {"side": number}).status_code == 200


def test_list_asks_equally_often_however_many_there_are(client, same_queries_at):
    same_queries_at(IncubatorFactory, lambda: client.get(LIST), limit=8, rows=(1, 3, 300))


def test_detail_says_what_a_resident_needs(client):
    incubator = IncubatorFactory(
        name="Tøyen <Unlimited>",
        address="Torget 1",
        opening_hours="Onsdag 12–18",
        contact_email="toyen@example.no",
        answer_days=10,
        emergency_words="Ring ungdomsteamet\nhele døgnet",
    )

    text = client.get(f"/en/inkubatorer/{incubator.slug}/").text

    for expected in ("Tøyen &lt;Unlimited&gt;", "Torget 1", "Onsdag 12–18", "mailto:toyen@example.no", "Association"):
        assert expected in text
    assert "within 10 working days" in text
    assert f'href="/en/ideer/ny/?inkubator={incubator.slug}"' in text
    assert "Ring ungdomsteamet<br>hele døgnet" in text
    for number in ("112", "113", "116111", "116123"):
        assert f'href="tel:{number}"' in text
    assert "/folk/" not in text


def test_detail_of_a_closed_incubator_leads_on_and_takes_no_ideas(client):
    incubator = IncubatorFactory(closed=True)

    text = client.get(f"/en/inkubatorer/{incubator.slug}/").text

    assert "has closed" in text
    assert f'?inkubator={incubator.slug}">Send' not in text


@pytest.mark.parametrize("slug", ["finnes-ikke", "a" * 300])
def test_detail_of_an_unknown_incubator_is_not_found(client, slug):
    assert client.get(f"/en/inkubatorer/{slug}/").status_code == 404


def test_detail_asks_at_most_eight_times(client, client_for, django_assert_max_num_queries):
    membership = MembershipFactory(leader=True)
    for visitor in (client, client_for(membership.user)):
        with django_assert_max_num_queries(8):
            assert visitor.get(f"/inkubatorer/{membership.incubator.slug}/").status_code == 200


# --- For those who lead -----------------------------------------------------------------------------------------------


@pytest.fixture
def leader():
    return MembershipFactory(leader=True, user__name="Ingrid Vik")


def people_url(incubator) -> str:
    return f"/en/arbeidsflate/inkubatorer/{incubator.slug}/folk/"


def edit_url(incubator) -> str:
    return f"/en/arbeidsflate/inkubatorer/{incubator.slug}/rediger/"


@pytest.mark.parametrize("url_of", [people_url, edit_url])
def test_desk_pages_are_for_the_leader_and_national_staff(client_for, leader, url_of):
    url = url_of(leader.incubator)
    refused = [
        UserFactory(),
        MembershipFactory(incubator=leader.incubator).user,
        MembershipFactory(incubator=leader.incubator, supporter=True).user,
        MembershipFactory(leader=True).user,
    ]

    assert Client().get(url).status_code == 302
    assert [client_for(user).get(url).status_code for user in refused] == [403] * 4
    assert [client_for(user).get(url).status_code for user in (leader.user, UserFactory(staff=True))] == [200] * 2


def test_detail_shows_the_leader_the_way_to_the_desk(client_for, leader):
    text = client_for(leader.user).get(f"/en/inkubatorer/{leader.incubator.slug}/").text

    assert people_url(leader.incubator) in text
    assert edit_url(leader.incubator) in text


def test_people_lists_who_works_there_now(client_for, leader):
    MembershipFactory(incubator=leader.incubator, user__name="Jonas <b>Nå</b>")
    MembershipFactory(incubator=leader.incubator, user__name="Lise Sluttet", former=True)
    MembershipFactory(user__name="Annet Sted")

    response = client_for(leader.user).get(people_url(leader.incubator))
    text = response.text

    assert escape("Jonas <b>Nå</b>") in text
    assert "Lise Sluttet" not in {row.user.name for row in response.context["page"]}
    assert "Annet Sted" not in text


def test_people_asks_equally_often_however_many_there_are(client_for, leader, same_queries_at):
    client, number = client_for(leader.user), itertools.count()

    same_queries_at(
        lambda: MembershipFactory(incubator=leader.incubator, user__name=f"Person {next(number)}"),
        lambda: client.get(people_url(leader.incubator)),
        limit=12,
        rows=(1, 3, 300),
    )


def test_leader_ends_a_role(client_for, leader):
    member = MembershipFactory(incubator=leader.incubator, user__name="Jonas")

    response = client_for(leader.user).post(
        f"{people_url(leader.incubator)}{member.user.uuid}/moderator/avslutt/", follow=True
    )

    assert "Jonas no longer has the role Moderator here." in response.text
    assert member not in leader.incubator.memberships.current()


def test_last_leader_is_told_why_they_stay(client_for, leader):
    response = client_for(leader.user).post(
        f"{people_url(leader.incubator)}{leader.user.uuid}/leader/avslutt/", follow=True
    )

    assert "Ingrid Vik is the only leader here." in response.text
    assert leader in leader.incubator.memberships.current()


def test_leader_who_ends_own_role_lands_on_the_public_page(client_for, leader):
    MembershipFactory(incubator=leader.incubator, leader=True)

    response = client_for(leader.user).post(f"{people_url(leader.incubator)}{leader.user.uuid}/leader/avslutt/")

    assert response.url == f"/en/inkubatorer/{leader.incubator.slug}/"


def test_roles_elsewhere_cannot_be_ended_from_here(client_for, leader):
    foreign = MembershipFactory()

    response = client_for(leader.user).post(f"{people_url(leader.incubator)}{foreign.user.uuid}/moderator/avslutt/")

    assert response.status_code == 404
    assert foreign in foreign.incubator.memberships.current()


FACTS = {
    "summary": "For alle på Tøyen",
    "address": "",
    "opening_hours": "Onsdag 12–18",
    "contact_email": "",
    "contact_phone": "",
    "website": "example.no",
    "default_language": "nn",
    "answer_days": "5",
    "emergency_words": "Linje 1\r\nLinje 2",
}


def test_leader_changes_the_facts(client_for, leader):
    incubator, client = leader.incubator, client_for(leader.user)
    seen_at = client.get(edit_url(incubator)).context["form"]["seen_at"].value()

    response = client.post(edit_url(incubator), {**FACTS, "seen_at": seen_at}, follow=True)

    assert "Saved. This is what everyone sees now." in response.text
    incubator.refresh_from_db()
    assert (incubator.summary, incubator.default_language, incubator.answer_days) == ("For alle på Tøyen", "nn", 5)
    assert (incubator.website, incubator.emergency_words) == ("https://example.no", "Linje 1\nLinje 2")


def test_second_of_two_who_change_the_facts_is_told_and_loses_nothing(client_for, leader):
    incubator, client = leader.incubator, client_for(leader.user)
    seen_at = client.get(edit_url(incubator)).context["form"]["seen_at"].value()
    incubator.summary = "Somebody else"
    incubator.save()

    told = client.post(edit_url(incubator), {**FACTS, "seen_at": seen_at})

    text = told.text
    assert "Somebody else has changed this while you wrote" in text
    assert "For alle på Tøyen" in text
    incubator.refresh_from_db()
    assert incubator.summary == "Somebody else"

    again = client.post(edit_url(incubator), {**FACTS, "seen_at": told.context["form"]["seen_at"].value()})
    incubator.refresh_from_db()
    assert (again.status_code, incubator.summary) == (302, "For alle på Tøyen")


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer_days": "0"},
        {"answer_days": "61"},
        {"answer_days": "9" * 30},
        {"website": "javascript:alert(1)"},
        {"contact_email": "nobody"},
        {"emergency_words": "a" * 1_000_000},
        {"default_language": "no"},
        {"seen_at": ""},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_wrong_facts_are_answered_with_words(client_for, leader, wrong):
    seen_at = leader.incubator.updated_at.isoformat()

    response = client_for(leader.user).post(edit_url(leader.incubator), {**FACTS, "seen_at": seen_at, **wrong})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(wrong)


# --- Admin ------------------------------------------------------------------------------------------------------------


def test_admin_is_for_national_staff(rf):
    requests = [rf.get("/"), rf.get("/")]
    requests[0].user, requests[1].user = UserFactory(staff=True), MembershipFactory(leader=True).user

    incubators, municipalities = (
        admin.site.get_model_admin(model).get_model_perms for model in (Incubator, Municipality)
    )

    assert incubators(requests[0]) == {"add": True, "change": True, "delete": False, "view": True}
    assert municipalities(requests[0]) == {"add": False, "change": False, "delete": False, "view": True}
    assert not any(incubators(requests[1]).values())
