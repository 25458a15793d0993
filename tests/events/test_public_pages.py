"""What anyone reads of events: lists, series, one event in each state, its programme, and what is never shown."""

import datetime as dt
import re
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Event, Series
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory, SeatFactory, SeriesFactory, UserFactory
from tests.sweep.walk import let_go
from unlimited.content import searched
from unlimited.content.search import pattern_of

pytestmark = pytest.mark.django_db

LIST = "/en/arrangementer/"
ONLINE = "https://meet.example.no/only-for-those-registered"


def titles_in(response) -> list[str]:
    return [unescape(title) for title in re.findall(r"<h3[^>]*><a [^>]+>([^<]+)</a></h3>", response.text)]


def words_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(response.text)).split())


def add_session(event: Event, title: str, **facts):
    begins = event.starts_at + dt.timedelta(minutes=event.sessions.count())
    return event.sessions.create(title=title, starts_at=begins, ends_at=begins + dt.timedelta(minutes=30), **facts)


# --- The list ---------------------------------------------------------------------------------------------------------


def test_list_shows_the_next_first_and_below_them_the_latest_that_are_over(client):
    for days in (-30, -2, 9, 4):
        EventFactory(title=f"in {days}", days=days)
    EventFactory(draft=True)

    assert titles_in(client.get(LIST)) == ["in 4", "in 9", "in -2", "in -30"]
    assert titles_in(client.get(f"{LIST}?tid=tidligere")) == ["in -2", "in -30"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?slag=apent", ["talk"]),
        ("?slag=pamelding", ["course"]),
        ("?inkubator=toyen", ["course"]),
        ("?inkubator=toyen&slag=apent", []),
        ("?inkubator=%00&slag=nonsense&tid=nonsense&etter=nonsense", ["talk", "course"]),
    ],
)
def test_list_is_narrowed_by_its_address(client, query, expected):
    EventFactory(title="talk", days=1, drop_in=True)
    EventFactory(title="course", days=2, incubator=IncubatorFactory(slug="toyen"))

    assert titles_in(client.get(LIST + query)) == expected


@pytest.mark.parametrize(
    "words",
    ["velferd", "toyen", "nabo", "kråkeslott", "kari", "brukermedvirkning", "konferanse dag", "kommunar", "rådhuset"],
)
def test_list_is_searched_in_all_that_the_page_shows(client, words):
    incubator, series = IncubatorFactory(name="Kråkeslottet"), SeriesFactory(title="Dager om velferd")
    event = EventFactory(
        title="Konferanse", days=3, incubator=incubator, series=series, audience="Kommuner", partners="Tøyen nabohus",
        venue="Rådhus",
    )  # fmt: skip
    event.speakers.create(name="Kari Berg")
    add_session(event, "Brukermedvirkning")
    EventFactory(title="Strikking", days=1, audience="", venue="Stua", incubator=None, series=None)
    EventFactory(title="Strikking", days=-1, audience="", venue="Stua", incubator=None, series=None)

    assert titles_in(client.get(LIST, {"q": words})) == ["Konferanse"]


def test_list_finds_nothing_by_signs_and_suggests_what_is_nearly_spelt_so(client):
    EventFactory(title="Åpent verksted", days=3)

    text = client.get(LIST, {"q": "værksted"}).text
    assert "No event fits" in text
    assert '<a href="/en/arrangementer/?q=verksted">verksted</a>?' in text
    # Too short to share trigrams.
    assert ">Åpent</a>?" in client.get(LIST, {"q": "apunt"}).text
    assert "No event fits" in client.get(LIST, {"q": "%"}).text


@pytest.mark.parametrize("near", [1, 500])
def test_search_asks_the_database_equally_often(client, same_queries_at, near, monkeypatch):
    monkeypatch.setattr(searched, "NEAR", near)
    IncubatorFactory()

    same_queries_at(
        lambda: EventFactory(title="Verksted", incubator=IncubatorFactory()),
        lambda: client.get(LIST, {"q": "verkstedet"}),
        limit=8,
        rows=(2, 3, 12),
    )


def test_each_way_to_find_an_event_by_its_words_is_answered_by_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    events = Event.objects.order_by()
    assert "event_text_trigrams" in events.filter(search_text__regex=pattern_of("verksted")).explain()
    assert "event_title_trigrams" in events.names_like("verksted").explain()


def test_list_goes_on_where_the_page_before_ended(client, monkeypatch):
    monkeypatch.setattr("events.views.public.ROWS", 2)
    for days in range(1, 6):
        EventFactory(title=f"in {days}", days=days)
    EventFactory(past=True)
    first = client.get(LIST)
    second = client.get(LIST + first.context["page"].next_url)

    assert titles_in(second) == ["in 3", "in 4"]
    assert titles_in(client.get(LIST + second.context["page"].previous_url))[:2] == ["in 1", "in 2"]


@pytest.mark.parametrize(("query", "words"), [("", "Nothing is planned right now"), ("?slag=apent", "No event fits")])
def test_empty_list_has_words_and_a_way_on(client, query, words):
    response = client.get(LIST + query)

    assert words in words_of(response)
    assert 'class="ds-button" data-variant="secondary" href="/en/' in response.text


def test_card_changes_at_once_with_seats_and_with_what_is_written(client):
    event = EventFactory(capacity=1)
    assert "Seats are free" in words_of(client.get(LIST))

    SeatFactory(event=event)
    assert "Full, with a waitlist" in words_of(client.get(LIST))

    event.refresh_from_db()
    event.title = "Another title"
    event.save()
    assert titles_in(client.get(LIST)) == ["Another title"]


def test_list_asks_the_database_equally_often(client, same_queries_at):
    same_queries_at(lambda: EventFactory(incubator=IncubatorFactory()), lambda: client.get(LIST), limit=8)


# --- A series ---------------------------------------------------------------------------------------------------------


def test_series_has_one_button_for_each_open_day_and_one_for_all(client):
    series = SeriesFactory(body="Two days about **neighbourhoods**.")
    EventFactory(slug="oslo", city="Oslo", series=series, days=22)
    EventFactory(slug="stavanger", city="Stavanger", series=series, days=21)
    EventFactory(slug="bergen", city="Bergen", series=series, days=23, cancelled=True)
    EventFactory(slug="secret", city="Molde", series=series, draft=True)

    response = client.get(series.get_absolute_url().replace("/arr", "/en/arr"))

    ways = re.findall(r'href="(/en/arrangementer/[a-z]+/pamelding/[^"]*)">([^<]+)<', response.text)
    assert ways == [
        ("/en/arrangementer/stavanger/pamelding/", "Register in Stavanger"),
        ("/en/arrangementer/oslo/pamelding/", "Register in Oslo"),
        ("/en/arrangementer/stavanger/pamelding/?dager=alle", "Register for all days"),
    ]
    assert "<strong>neighbourhoods</strong>" in response.text
    assert "Molde" not in response.text


def test_series_asks_the_database_equally_often(client, same_queries_at):
    series = SeriesFactory()
    same_queries_at(lambda: EventFactory(series=series), lambda: client.get(series.get_absolute_url()), limit=8)


def test_series_to_come_stands_above_the_list_and_at_home_however_much_is_planned_before(client):
    for days in (1, 2, 3):
        EventFactory(days=days)
    series = SeriesFactory(title="The conference")
    EventFactory(series=series, days=300)
    EventFactory(series=SeriesFactory(title="Last year"), past=True)
    EventFactory(series=SeriesFactory(title="Next year", is_published=False))

    for url in (LIST, "/en/"):
        assert "The conference" in titles_in(client.get(url))
        assert {"Last year", "Next year"}.isdisjoint(titles_in(client.get(url)))
    assert "The conference" not in titles_in(client.get(f"{LIST}?tid=tidligere"))


def test_home_shows_what_one_can_still_come_to(client):
    EventFactory(title="closed", days=1, registration_closes_at=timezone.now() - dt.timedelta(days=1))
    EventFactory(title="cancelled", days=1, cancelled=True)
    SeatFactory(event=EventFactory(title="full", days=1, capacity=1))
    an_hour_ago, in_an_hour = timezone.now() - dt.timedelta(hours=1), timezone.now() + dt.timedelta(hours=1)
    EventFactory(title="begun", starts_at=an_hour_ago)
    EventFactory(title="begun, one may still come", starts_at=an_hour_ago, drop_in=True)
    EventFactory(title="begun, still open", starts_at=an_hour_ago, registration_closes_at=in_an_hour)
    EventFactory(title="talk", days=2, drop_in=True)
    EventFactory(title="course", days=9)

    assert titles_in(client.get("/en/")) == ["begun, still open", "course"]
    assert [event.title for event in Event.objects.upcoming().with_room()] == [
        "begun, one may still come",
        "begun, still open",
        "talk",
        "course",
    ]


# --- One event --------------------------------------------------------------------------------------------------------


def page_of(client, event: Event):
    return client.get(f"{LIST}{event.slug}/")


TOMORROW, YESTERDAY = (timezone.now() + dt.timedelta(days=days) for days in (1, -1))


@pytest.mark.parametrize(
    ("facts", "taken", "words", "button"),
    [
        ({}, 3, "7 seats of 10 are free.", "Register"),
        ({"capacity": 4}, 3, "1 seat of 4 is free.", "Register"),
        ({"capacity": 3}, 3, "All seats are taken. On the waitlist you get an offer by e-mail", "Join the waitlist"),
        ({"capacity": 3, "has_waitlist": False}, 3, "All seats are taken, and there is no waitlist.", ""),
        ({"drop_in": True}, 0, "You need not register. Just come.", ""),
        ({"registration_opens_at": TOMORROW}, 0, "Registration opens", ""),
        ({"registration_closes_at": YESTERDAY}, 0, "Registration has closed.", ""),
        ({"past": True}, 0, "This event has taken place.", ""),
        ({"cancelled": True}, 0, "This event is cancelled. The house has burnt down.", ""),
    ],
)
def test_each_state_has_its_words_and_its_way_on(client, facts, taken, words, button):
    event = EventFactory(**facts)
    for _ in range(taken):
        SeatFactory(event=event)

    response = page_of(client, event)

    assert words in words_of(response)
    assert re.findall(r'href="[^"]+/pamelding/">([^<]+)<', response.text) == ([button] if button else [])


def test_page_says_where_when_and_who(client):
    event = EventFactory(
        starts_at=dt.datetime(2030, 10, 19, 7, tzinfo=dt.UTC),
        ends_at=dt.datetime(2030, 10, 19, 12, 30, tzinfo=dt.UTC),
        organisers="Norge Unlimited\nStavanger kommune",
        hosts="The Conduit",
        partners="Ferd",
        audience="Municipalities",
        body="**Bring** a colleague.",
        incubator=IncubatorFactory(name="Storhaug"),
    )
    words = words_of(page_of(client, event))

    for expected in (
        "Saturday 19\N{NO-BREAK SPACE}October 2030 09:00\N{WORD JOINER}–\N{WORD JOINER}14:30",
        "KRA Stavanger Verven 24 4014 Stavanger",
        "Organised by Norge Unlimited, Stavanger kommune",
        "Thanks to The Conduit for having us",
        "Partners Ferd",
        "Who it is for Municipalities",
        "Incubator Storhaug",
    ):
        assert " ".join(expected.split()) in words
    assert "<strong>Bring</strong>" in page_of(client, event).text


def test_programme_shows_sessions_with_their_speakers_and_those_without_one(client):
    event = EventFactory()
    kari = event.speakers.create(name="Kari", organisation="Bydel Gamle Oslo")
    event.speakers.create(name="Ola")
    add_session(event, "Opening", room="The hall", has_speakers_to_come=True).speakers.add(kari)
    add_session(event, "Talk", has_speakers_to_come=True)

    words = words_of(page_of(client, event))

    assert "The hall Opening Kari , Bydel Gamle Oslo More speakers to come" in words
    assert "Talk Speakers to come" in words
    assert "Also speaking Ola" in words


def test_change_of_the_programme_is_seen_at_once(client):
    event = EventFactory()
    page_of(client, event)

    session = add_session(event, "Opening")
    assert "Opening" in words_of(page_of(client, event))

    session.speakers.add(event.speakers.create(name="Kari"))
    assert "Opening Kari" in words_of(page_of(client, event))


def test_page_asks_the_database_equally_often_whatever_the_programme(client, same_queries_at):
    event = EventFactory(series=SeriesFactory(), incubator=IncubatorFactory())

    def add():
        EventFactory(series=event.series)
        speakers = [event.speakers.create(name=name) for name in ("Kari", "Ola")]
        add_session(event, "Talk").speakers.add(*speakers)

    same_queries_at(add, lambda: page_of(client, event), limit=8, rows=(1, 3, 30))


def test_page_costs_no_more_for_who_organises_it_but_the_log_in(client_for):
    event = EventFactory(series=SeriesFactory(), incubator=IncubatorFactory(), past=True)
    client = client_for(MembershipFactory(incubator=event.incubator).user)
    page_of(client, event)

    with CaptureQueriesContext(connection) as queries:
        page_of(client, event)

    assert len(queries) <= 9, queries.captured_queries


def test_link_for_those_online_is_on_no_public_page(client):
    series = SeriesFactory()
    event = EventFactory(online_url=ONLINE, series=series)

    for url in (LIST, f"{LIST}{event.slug}/", series.get_absolute_url(), "/"):
        assert "meet.example.no" not in client.get(url).text
    assert "One can also join online." in words_of(page_of(client, event))


def test_what_is_not_published_is_seen_by_its_organisers_alone(client_for):
    incubator = IncubatorFactory()
    series = SeriesFactory(is_published=False, incubator=incubator)
    event = EventFactory(draft=True, incubator=incubator, series=series)
    organiser = MembershipFactory(incubator=incubator).user
    national = UserFactory(staff=True)

    for url in (f"{LIST}{event.slug}/", f"/en{series.get_absolute_url()}"):
        for person in (None, UserFactory(), MembershipFactory(leader=True).user):
            assert client_for(person).get(url).status_code == 404
        for person in (organiser, national):
            response = client_for(person).get(url)
            assert "Not published. Only you who organise it see this page." in words_of(response)
            assert "/pamelding/" not in response.text


# --- Files ------------------------------------------------------------------------------------------------------------


def test_material_comes_after_the_event_and_is_never_a_page(client):
    event = EventFactory(past=True)
    event.materials.create(title="The slides", file=ContentFile(b"%PDF-1.7 slides", name="x.pdf"))
    event.materials.create(title="The report", url="https://example.no/report")
    url = re.search(r'href="([^"]+/filer/[^"]+)"', page_of(client, event).text)[1]

    response = client.get(url)

    assert b"".join(response.streaming_content) == b"%PDF-1.7 slides"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="the-slides.pdf"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert 'href="https://example.no/report"' in page_of(client, event).text
    let_go(response)

    Event.objects.update(ends_at=timezone.now() + dt.timedelta(hours=1))
    assert client.get(url).status_code == 404
    assert "The slides" not in page_of(client, event).text


def test_picture_of_a_speaker_is_shown_where_the_event_is(client):
    event = EventFactory()
    event.speakers.create(
        name="Kari", picture=ContentFile(b"RIFF", name="x.webp"), picture_alt="Kari", has_picture_consent=True
    )
    url = re.search(r'src="([^"]+/bilde/[^"]+)"', page_of(client, event).text)[1]

    response = client.get(url)
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert response["Cache-Control"] == "public, no-cache"
    let_go(response)

    Event.objects.update(is_published=False)
    assert client.get(url).status_code == 404


def test_series_of_no_day_says_so(client):
    series = SeriesFactory()

    assert "The days are not set yet." in words_of(client.get(f"/en{series.get_absolute_url()}"))
    assert Series.objects.public().get() == series
