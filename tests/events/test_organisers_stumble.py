"""What goes wrong at the organisers' desk: strange files, two at once, twice the same press, somebody else's event."""

import datetime as dt
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from events.actions.seats import give_back_seats
from events.models import Announcement, Event
from events.urls import DESK_EVENT, urlpatterns
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory, SeatFactory, SeriesFactory

pytestmark = pytest.mark.django_db
OF_AN_EVENT = [pattern for pattern in urlpatterns if str(pattern.pattern).startswith(DESK_EVENT)]


@pytest.fixture
def event():
    return EventFactory(incubator=IncubatorFactory(), starts_at=timezone.make_aware(dt.datetime(2031, 3, 4, 8)))


@pytest.fixture
def client(client_for, event):
    return client_for(MembershipFactory(incubator=event.incubator).user)


def desk(event, rest: str = "") -> str:
    return f"/en/arbeidsflate/arrangementer/{event.slug}/{rest}"


def png(size: tuple[int, int] = (40, 30)) -> bytes:
    content = io.BytesIO()
    Image.new("1", size).save(content, "PNG")
    return content.getvalue()


# --- Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Hello, I am a letter.",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        png()[:40],
        png((30_000, 30_000)),
        b"x" * (11 * 2**20),
    ],
    ids=["nothing", "text", "svg", "cut off", "bomb", "large"],
)
def test_picture_that_is_none_is_said_and_costs_no_word(client, event, content):
    address = desk(event, "program/foredragsholder/")
    facts = {"name": "Anna Berg", "about": "Knows it all.", "picture_alt": "Anna", "has_picture_consent": "on"}
    page = client.post(address, facts | {"picture": SimpleUploadedFile("me.png", content, "image/png")})
    assert page.context["form"].errors.keys() == {"picture"}
    for words in ('value="Anna Berg"', "Knows it all."):
        assert words in page.text
    assert not event.speakers.exists()

    client.post(address, facts | {"picture": SimpleUploadedFile("me.png", png())})
    speaker = event.speakers.get()
    before = speaker.picture.name
    strange = SimpleUploadedFile("me.png", content, "image/png")
    edit = client.get(f"{address}{speaker.uuid}/")
    typed = facts | {"name": "Anna B.", "seen": edit.context["form"]["seen"].value(), "picture": strange}
    assert 'value="Anna B."' in client.post(f"{address}{speaker.uuid}/", typed).text
    speaker.refresh_from_db()
    assert (speaker.name, speaker.picture.name) == ("Anna Berg", before)
    assert speaker.picture.storage.exists(before)


def test_material_that_is_too_large_leaves_the_one_before(client, event):
    address = desk(event, "program/materiale/")
    facts = {"title": "Slides", "position": 0}
    client.post(address, facts | {"file": SimpleUploadedFile("s.pdf", b"%PDF-1.7 and more")})
    material = event.materials.get()
    before = material.file.name
    seen = client.get(f"{address}{material.uuid}/").context["form"]["seen"].value()
    large = SimpleUploadedFile("s.pdf", b"%PDF-1.7" + b"x" * 10 * 2**20)
    page = client.post(f"{address}{material.uuid}/", facts | {"title": "New slides", "seen": seen, "file": large}).text
    assert "The file is larger than 10 MB." in page
    assert 'value="New slides"' in page
    material.refresh_from_db()
    assert (material.title, material.file.name) == ("Slides", before)
    assert material.file.storage.exists(before)


# --- Somebody else's --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", OF_AN_EVENT, ids=lambda pattern: pattern.name)
def test_event_of_another_incubator_is_not_found_anywhere(client, pattern):
    theirs = EventFactory(incubator=IncubatorFactory(), title="Their own words")
    speaker = theirs.speakers.create(name="Theirs")
    seat = SeatFactory(event=theirs)
    facts = {
        "slug": theirs.slug, "uuid": seat.registration.uuid, "place": 1, "seat": seat.uuid, "answer": "ja",
        "mail": uuid.uuid4(), "kind": "foredragsholder", "form": "csv",
    }  # fmt: skip
    if "item" in pattern.name:
        facts["uuid"] = speaker.uuid
    names = pattern.pattern.converters
    address = reverse(f"events:{pattern.name}", kwargs={name: facts[name] for name in names})
    for answer in (client.get(address), client.post(address, {"name": "Mine", "reason": "Mine", "title": "Mine"})):
        assert answer.status_code in (404, 405)
        assert "Their own words" not in answer.text
    theirs.refresh_from_db()
    seat.refresh_from_db()
    assert (theirs.is_published, theirs.is_cancelled, seat.status) == (True, False, "seated")
    assert theirs.speakers.get() == speaker


# --- Two at once ------------------------------------------------------------------------------------------------------


ITEMS = {
    "okt": ("sessions", {"title": "Opening", "starts_at": "2031-03-04T09:00", "ends_at": "2031-03-04T10:00"}, "room"),
    "foredragsholder": ("speakers", {"name": "Anna"}, "organisation"),
    "materiale": ("materials", {"title": "Report", "url": "https://example.no/", "position": "0"}, "title"),
}


@pytest.fixture(params=ITEMS)
def item(client, event, request):
    """Return the address of an item, what its form holds, its rows, and a field that two people change."""
    rows, typed, field = ITEMS[request.param]
    address = desk(event, f"program/{request.param}/")
    client.post(address, typed)
    address = f"{address}{getattr(event, rows).get().uuid}/"
    seen = client.get(address).context["form"]["seen"].value()
    return address, typed | {"seen": seen}, getattr(event, rows), field


def test_second_of_two_who_change_an_item_is_told_and_loses_nothing(client, item):
    address, typed, rows, field = item
    assert client.post(address, typed | {field: "Hers"}).status_code == 302
    page = client.post(address, typed | {field: "His"})
    assert "Somebody else has changed this" in page.text
    assert 'value="His"' in page.text
    assert "Hers" in page.text
    assert getattr(rows.get(), field) == "Hers"
    assert client.post(address, typed | {field: "His", "seen": page.context["form"]["seen"].value()}).status_code == 302
    assert getattr(rows.get(), field) == "His"


def test_item_deleted_meanwhile_is_told_and_can_be_added_anew(client, item):
    address, typed, rows, field = item
    client.post(f"{address}slett/")
    page = client.post(address, typed | {field: "His"})
    assert "Somebody else has deleted this" in page.text
    assert 'value="His"' in page.text
    assert not rows.exists()
    add = address.removesuffix("/").rpartition("/")[0] + "/"
    assert f'action="{add}"' in page.text
    assert client.post(add, typed | {field: "His"}).status_code == 302
    assert getattr(rows.get(), field) == "His"
    assert client.get(address).status_code == 404


def test_session_whose_speakers_changed_is_another_version(client, event):
    address = desk(event, "program/okt/")
    client.post(address, ITEMS["okt"][1])
    one = event.sessions.get()
    seen = client.get(f"{address}{one.uuid}/").context["form"]["seen"].value()
    one.speakers.add(event.speakers.create(name="Anna Berg"))
    page = client.post(f"{address}{one.uuid}/", ITEMS["okt"][1] | {"seen": seen}).text
    assert "Somebody else has changed this" in page
    assert "Anna Berg" in page
    assert one.speakers.count() == 1


def test_second_of_two_who_change_a_series_is_told_and_loses_nothing(client, event):
    series = SeriesFactory(incubator=event.incubator, title="Before")
    address = f"/en/arbeidsflate/serier/{series.slug}/"
    form = client.get(address).context["form"]
    typed = {"language": "nb", "incubator": event.incubator.pk, "seen": form["seen"].value(), "is_published": "on"}
    client.post(address, typed | {"title": "Hers"})
    page = client.post(address, typed | {"title": "His"}).text
    assert "Somebody else has changed this" in page
    assert 'value="His"' in page
    series.refresh_from_db()
    assert series.title == "Hers"


# --- Twice ------------------------------------------------------------------------------------------------------------


def test_publishing_twice_is_said_once(client, event):
    Event.objects.update(is_published=False)
    for _ in range(2):
        client.post(desk(event, "publiser/"))
    assert client.get(desk(event)).text.count("Published: everyone can see it now.") == 1
    assert "Published: everyone" not in client.get(desk(event)).text


def test_message_sent_by_a_double_click_goes_once_and_is_said_once(client, event, outbox):
    SeatFactory(event=event)
    typed = {"token": str(uuid.uuid4()), "audience": "all", "subject": "Bring a cup", "body": "Hello.", "send": "1"}
    for _ in range(2):
        assert client.post(desk(event, "melding/"), typed).status_code == 302
    assert client.get(desk(event, "melding/")).text.count("The message is on its way") == 1
    assert Announcement.objects.count() == 1
    assert len(outbox()) == len({mail.recipient for mail in outbox()})


def test_second_press_after_all_gave_back_says_what_was_sent(client, event, outbox):
    seat = SeatFactory(event=event)
    typed = {"token": str(uuid.uuid4()), "audience": "all", "subject": "Bring a cup", "body": "Hello.", "send": "1"}
    client.post(desk(event, "melding/"), typed)
    give_back_seats(seats=[seat])
    answer = client.post(desk(event, "melding/"), typed, follow=True)
    assert "Nobody would get this message." not in answer.text
    assert Announcement.objects.count() == 1
