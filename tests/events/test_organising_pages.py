"""The organisers' desk: who finds what there, and what writing, publishing, changing and cancelling an event does."""

import datetime as dt

import pytest
from django.utils import timezone

from events.actions.organising import create_event, free_slug
from events.forms.organising import EventForm
from events.models import Event, Series
from tests.factories import (
    EventFactory,
    IncubatorFactory,
    MembershipFactory,
    RegistrationFactory,
    SeatFactory,
    SeriesFactory,
    UserFactory,
)
from unlimited.users.models import User

pytestmark = pytest.mark.django_db
DESK = "/en/arbeidsflate/arrangementer/"


@pytest.fixture
def place():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def organiser(place) -> User:
    return MembershipFactory(incubator=place).user


@pytest.fixture
def client(client_for, organiser):
    return client_for(organiser)


def typed(event: Event | None = None, **changes) -> dict:
    """Return what the form holds for an event, with `changes`."""
    event = event or EventFactory.build()
    form = {
        name: getattr(event, name) or ""
        for name in ("title", "summary", "venue", "street_address", "postcode", "city", "capacity", "language")
    }
    form |= {
        "starts_at": f"{timezone.localtime(event.starts_at):%Y-%m-%dT%H:%M}",
        "ends_at": f"{timezone.localtime(event.ends_at):%Y-%m-%dT%H:%M}",
        "has_waitlist": "on",
        "reminder_days": "7, 1",
        "incubator": event.incubator_id or "",
        "series": event.series_id or "",
        "slug": event.slug if event.pk else "",
        "seen": event.updated_at.isoformat() if event.pk else "",
    }
    return form | changes


# --- The list ---------------------------------------------------------------------------------------------------------


def test_desk_shows_what_i_organise_and_nothing_else(client, place):
    EventFactory(incubator=place, title="Ours", draft=True)
    EventFactory(incubator=IncubatorFactory(), title="Theirs")
    EventFactory(title="The network's")
    words = client.get(DESK).text
    assert "Ours" in words
    assert "Not published" in words
    assert "Theirs" not in words
    assert "The network's" not in words


def test_desk_of_national_staff_shows_all(client_for, place):
    EventFactory(incubator=place, title="Ours")
    EventFactory(title="The network's")
    words = client_for(UserFactory(is_staff=True)).get(DESK).text
    assert words.index("Ours") < words.index("The network&#x27;s")


def test_desk_is_closed_to_supporters(client_for, place):
    supporter = MembershipFactory(incubator=place, supporter=True).user
    assert client_for(supporter).get(DESK).status_code == 403


def test_desk_has_past_events_apart(client, place):
    EventFactory(incubator=place, title="Yesterday's", past=True)
    EventFactory(incubator=place, title="Tomorrow's")
    to_come, past = client.get(DESK).text, client.get(f"{DESK}?tid=tidligere").text
    assert "Tomorrow" in to_come
    assert "Yesterday" not in to_come
    assert "Yesterday" in past
    assert "Tomorrow" not in past


def test_desk_finds_by_title_town_and_series(client, place):
    EventFactory(incubator=place, title="Found", city="Bergen", series=SeriesFactory(title="Welfare", incubator=place))
    EventFactory(incubator=place, title="Left out")
    for words in ("foun", "berg", "welf", "found bergen", "bérgén"):
        page = client.get(DESK, {"q": words}).text
        assert "Found" in page
        assert "Left out" not in page
    assert all("No event here" in client.get(DESK, {"q": words}).text for words in ("nowhere", "%"))


def test_desk_counts_seats_by_event(client, place):
    event = EventFactory(incubator=place)
    SeatFactory.create_batch(2, event=event)
    SeatFactory(event=event, unnamed=True)
    SeatFactory(event=event, waiting=True)
    SeatFactory(event=event, given_back=True)
    assert "3 of 10" in client.get(DESK).text
    page = client.get(f"{DESK}{event.slug}/").text
    assert "<strong>3 / 10</strong> have a seat" in page
    assert "<strong>1</strong> seats have no name yet" in page


def test_desk_asks_the_database_equally_often(client, place, same_queries_at):
    def add_row():
        SeatFactory(event=EventFactory(incubator=place, series=SeriesFactory(incubator=place)))

    same_queries_at(add_row, lambda: client.get(DESK), limit=12)


def test_event_of_others_is_not_found(client):
    event = EventFactory(incubator=IncubatorFactory())
    for page in ("", "rediger/", "avlys/"):
        assert client.get(f"{DESK}{event.slug}/{page}").status_code == 404


# --- Writing one ------------------------------------------------------------------------------------------------------


def test_new_event_gets_its_address_from_title_town_and_day(client, place):
    response = client.post(f"{DESK}nytt/", typed(title="Møte på Tøyen", city="Oslo", incubator=place.pk))
    event = Event.objects.get()
    assert event.slug == f"mote-pa-toyen-oslo-{timezone.localdate(event.starts_at).isoformat()}"
    assert response.url == f"{DESK}{event.slug}/"
    assert (event.incubator, event.is_published, event.capacity) == (place, False, 10)
    assert event.reminder_days == [7, 1]


def test_new_event_without_capacity_is_drop_in(client, place):
    client.post(f"{DESK}nytt/", typed(capacity="", reminder_days="", incubator=place.pk))
    event = Event.objects.get()
    assert (event.capacity, event.reminder_days, event.state) == (None, [], Event.State.DROP_IN)


def test_only_incubator_of_organiser_is_chosen_beforehand(client, place):
    assert f'<option value="{place.pk}" selected>Tøyen Unlimited' in client.get(f"{DESK}nytt/").text


def test_incubator_of_others_is_no_choice(client):
    other = IncubatorFactory()
    response = client.post(f"{DESK}nytt/", typed(incubator=other.pk))
    assert response.status_code == 422
    assert not Event.objects.exists()


def test_national_staff_may_choose_no_incubator(client_for):
    client_for(UserFactory(is_staff=True)).post(f"{DESK}nytt/", typed(incubator=""))
    assert Event.objects.get().incubator is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_at": "2026-01-01T09:00"}, "It ends before it begins."),
        (
            {"registration_opens_at": "2026-02-02T09:00", "registration_closes_at": "2026-02-01T09:00"},
            "Registration closes before it opens.",
        ),
        ({"reminder_days": "soon"}, "Write whole numbers from 1 to 60"),
        ({"reminder_days": "0"}, "Write whole numbers from 1 to 60"),
        ({"reminder_days": "9, 8, 7, 6, 5"}, "Four reminders are the most."),
        ({"slug": "nytt"}, "Another page has this address."),
        ({"slug": "taken"}, "Another event has this address."),
        ({"postcode": "12"}, "A postcode has four digits."),
        ({"capacity": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_lost(client, place, changes, words):
    EventFactory(slug="taken")
    page = client.post(f"{DESK}nytt/", typed(title="Kept as typed", incubator=place.pk, **changes)).text
    assert words in page
    assert "Kept as typed" in page
    assert Event.objects.count() == 1


def test_address_taken_meanwhile_is_said(client, place, monkeypatch):
    EventFactory(slug="taken")
    monkeypatch.setattr("events.forms.organising.free_slug", lambda *args, **kwargs: "taken-too")
    monkeypatch.setattr(
        "events.views.organising.organising.create_event",
        lambda *, by, values: create_event(by=by, values=values | {"slug": "taken"}),
    )
    page = client.post(f"{DESK}nytt/", typed(incubator=place.pk)).text
    assert "Another event has just taken this address." in page


def test_addresses_are_numbered_where_they_are_taken():
    day = dt.date(2026, 10, 20)
    assert free_slug(Event, "Velferd", "Oslo", day=day) == "velferd-oslo-2026-10-20"
    EventFactory(slug="velferd-oslo-2026-10-20")
    assert free_slug(Event, "Velferd", "Oslo", day=day) == "velferd-oslo-2026-10-20-2"
    assert free_slug(Event, "مؤتمر", day=day) == "event-2026-10-20"
    assert free_slug(Series, "Ny") == "ny-2"
    assert len(free_slug(Event, "x" * 200, day=day)) <= 80


# --- Changing one -----------------------------------------------------------------------------------------------------


def test_change_that_nobody_is_told_of_is_saved_at_once(client, place, outbox):
    event = EventFactory(incubator=place)
    SeatFactory(event=event)
    client.post(f"{DESK}{event.slug}/rediger/", typed(event, summary="A better summary"))
    event.refresh_from_db()
    assert event.summary == "A better summary"
    assert outbox() == []


def test_another_place_is_confirmed_first_and_then_told(client, place, outbox):
    event = EventFactory(incubator=place)
    SeatFactory.create_batch(2, event=event)
    SeatFactory(event=event, waiting=True)
    change = typed(event, venue="The Conduit")
    page = client.post(f"{DESK}{event.slug}/rediger/", change).text
    assert "3 people and groups are told by e-mail" in page
    assert "The Conduit" in page
    event.refresh_from_db()
    assert (event.venue, outbox()) == ("KRA Stavanger", [])
    assert 'name="tell" value="on"' in page

    client.post(f"{DESK}{event.slug}/rediger/", change | {"tell": "on"})
    event.refresh_from_db()
    assert event.venue == "The Conduit"
    assert [mail.kind for mail in outbox()].count("event-changed") >= 2


def test_draft_is_moved_without_asking(client, place):
    event = EventFactory(incubator=place, draft=True)
    client.post(f"{DESK}{event.slug}/rediger/", typed(event, venue="The Conduit"))
    event.refresh_from_db()
    assert event.venue == "The Conduit"


def test_fewer_seats_say_whom_they_move_and_move_them_when_confirmed(client, place, outbox):
    event = EventFactory(incubator=place, capacity=2)
    SeatFactory(event=event, participant__name="First Comer", seated_at=timezone.now() - dt.timedelta(days=1))
    last = SeatFactory(event=event, participant__name="Last Comer")
    change = typed(event, capacity=1)
    page = client.post(f"{DESK}{event.slug}/rediger/", change)
    assert "Last Comer" in page.text
    assert "First Comer" not in page.text
    token = page.context["form"]["moving"].value()
    last.refresh_from_db()
    assert last.status == "seated"

    client.post(f"{DESK}{event.slug}/rediger/", change | {"moving": token})
    last.refresh_from_db()
    event.refresh_from_db()
    assert (event.capacity, last.status) == (1, "waiting")
    assert [mail.kind for mail in outbox()] == ["seat-moved-to-line"]


def test_edited_elsewhere_keeps_what_was_typed_and_shows_what_is_there(client, place):
    event = EventFactory(incubator=place)
    change = typed(event, title="My title")
    event.title = "Her title"
    event.save()
    page = client.post(f"{DESK}{event.slug}/rediger/", change)
    assert "Somebody else has changed this" in page.text
    assert 'value="My title"' in page.text
    assert "Her title" in page.text
    event.refresh_from_db()
    assert event.title == "Her title"

    client.post(f"{DESK}{event.slug}/rediger/", change | {"seen": page.context["form"]["seen"].value()})
    event.refresh_from_db()
    assert event.title == "My title"


def test_event_with_registrations_keeps_its_seats_and_its_series(client, place):
    event = EventFactory(incubator=place)
    SeatFactory(event=event)
    series = SeriesFactory(incubator=place)
    page = client.post(f"{DESK}{event.slug}/rediger/", typed(event, capacity="", series=series.pk)).text
    assert "so it needs a number of seats" in page
    assert "so it stays there" in page


def test_address_of_a_published_event_stays(client, place):
    event = EventFactory(incubator=place, slug="known")
    client.post(f"{DESK}known/rediger/", typed(event, slug="other"))
    event.refresh_from_db()
    assert event.slug == "known"


# --- Publishing and cancelling ----------------------------------------------------------------------------------------


def test_event_is_published_and_taken_back(client, place):
    event = EventFactory(incubator=place, draft=True)
    client.post(f"{DESK}{event.slug}/publiser/")
    event.refresh_from_db()
    assert event.is_published
    client.post(f"{DESK}{event.slug}/avpubliser/")
    event.refresh_from_db()
    assert not event.is_published


def test_event_with_registrations_stays_public(client, place):
    event = EventFactory(incubator=place)
    SeatFactory(event=event)
    page = client.post(f"{DESK}{event.slug}/avpubliser/", follow=True).text
    assert "1 seat is taken or waited for, so the event stays" in page
    event.refresh_from_db()
    assert event.is_published


def test_cancelled_event_is_not_published(client, place):
    event = EventFactory(incubator=place, draft=True, cancelled=True)
    assert "cannot be published" in client.post(f"{DESK}{event.slug}/publiser/", follow=True).text
    event.refresh_from_db()
    assert not event.is_published


def test_cancelling_needs_a_reason_and_tells_all(client, place, organiser, outbox):
    event = EventFactory(incubator=place)
    SeatFactory(event=event)
    SeatFactory(event=event, waiting=True, registration=RegistrationFactory(group=True))
    page = client.get(f"{DESK}{event.slug}/avlys/").text
    assert "2 people and groups are told" in page
    assert "Write why." in client.post(f"{DESK}{event.slug}/avlys/", {"reason": " "}).text
    client.post(f"{DESK}{event.slug}/avlys/", {"reason": "The roof leaks."})
    event.refresh_from_db()
    assert (event.cancel_reason, event.cancelled_by) == ("The roof leaks.", organiser)
    assert len(outbox()) == 2
    again = client.post(f"{DESK}{event.slug}/avlys/", {"reason": "Twice."}, follow=True).text
    assert "over or cancelled already" in again


# --- Series -----------------------------------------------------------------------------------------------------------


def test_series_is_written_changed_and_published(client, place):
    client.post("/en/arbeidsflate/serier/ny/", {"title": "Velferd", "incubator": place.pk, "language": "nb"})
    series = Series.objects.get()
    assert (series.slug, series.is_published, series.incubator) == ("velferd", False, place)
    address = f"/en/arbeidsflate/serier/{series.slug}/"
    change = {"title": "Velferd nå", "incubator": place.pk, "language": "nb", "is_published": "on", "slug": "velferd"}
    page = client.post(address, change | {"seen": "yesterday"}).text
    assert "Somebody else has changed this" in page
    client.post(address, change | {"seen": series.updated_at.isoformat()})
    series.refresh_from_db()
    assert (series.title, series.is_published) == ("Velferd nå", True)


def test_event_is_added_to_a_series(client, place):
    series = SeriesFactory(incubator=place)
    page = client.get(f"{DESK}nytt/?serie={series.slug}").text
    assert f'<option value="{series.pk}" selected>' in page
    EventFactory(series=series, incubator=place, title="First day")
    assert "First day" in client.get(f"/en/arbeidsflate/serier/{series.slug}/").text


def test_series_of_others_is_not_found(client):
    series = SeriesFactory(incubator=IncubatorFactory())
    assert client.get(f"/en/arbeidsflate/serier/{series.slug}/").status_code == 404


def test_registration_that_came_between_looking_and_saving_keeps_its_seats(client, place, monkeypatch):
    event = EventFactory(incubator=place)
    change = typed(event, capacity="")
    clean = EventForm._clean_with_registrations

    def register_meanwhile(form, cleaned):
        clean(form, cleaned)
        if not event.seats.exists():
            SeatFactory(event=event)

    monkeypatch.setattr(EventForm, "_clean_with_registrations", register_meanwhile)
    assert "so it needs a number of seats" in client.post(f"{DESK}{event.slug}/rediger/", change).text


def test_event_that_has_begun_keeps_its_seats(client, place):
    event = EventFactory(incubator=place, past=True, capacity=2)
    SeatFactory.create_batch(2, event=event)
    page = client.post(f"{DESK}{event.slug}/rediger/", typed(event, capacity=1))
    assert "The event has begun" in page.text


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "0020-10-19T09:00", "9999-12-31T23:59"])
def test_moment_that_nobody_could_read_back_is_refused(client, place, moment):
    for name in ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at"):
        page = client.post(f"{DESK}nytt/", typed(slug="", incubator=place.pk, **{name: moment}))
        assert name in page.context["form"].errors
    assert not Event.objects.exists()
