"""Sessions, speakers and files, as organisers write them."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from events.actions.organising import item_version
from tests.factories import EventFactory, IncubatorFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(incubator=IncubatorFactory())


@pytest.fixture
def client(client_for, event):
    return client_for(MembershipFactory(incubator=event.incubator).user)


@pytest.fixture
def address(event) -> str:
    return f"/en/arbeidsflate/arrangementer/{event.slug}/program/"


def picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(content, "PNG")
    return SimpleUploadedFile("me.png", content.getvalue())


def session(event, **changes) -> dict:
    starts_at = timezone.localtime(event.starts_at)
    return {
        "title": "Opening",
        "starts_at": f"{starts_at:%Y-%m-%dT%H:%M}",
        "ends_at": f"{starts_at:%Y-%m-%dT10:30}",
    } | changes


def test_session_is_added_with_its_speakers_changed_and_deleted(client, event, address):
    speaker = event.speakers.create(name="Anna Berg")
    client.post(f"{address}okt/", session(event, speakers=[speaker.pk], room="Hall"))
    one = event.sessions.get()
    assert (one.room, list(one.speakers.all())) == ("Hall", [speaker])
    assert "Anna Berg" in client.get(address).text
    client.post(f"{address}okt/{one.uuid}/", session(event, title="Welcome", seen=item_version(one)))
    one.refresh_from_db()
    assert (one.title, one.speakers.count()) == ("Welcome", 0)
    client.post(f"{address}okt/{one.uuid}/slett/")
    assert not event.sessions.exists()


def test_session_that_ends_before_it_begins_is_said(client, event, address):
    page = client.post(f"{address}okt/", session(event, ends_at="2020-01-01T09:00")).text
    assert "It ends before it begins." in page


def test_speaker_of_another_event_is_no_choice(client, event, address):
    event.speakers.create(name="Ours")
    theirs = EventFactory().speakers.create(name="Theirs")
    client.post(f"{address}okt/", session(event, speakers=[theirs.pk]))
    assert not event.sessions.exists()


def test_picture_of_a_speaker_needs_a_yes_and_is_made_anew(client, event, address, django_capture_on_commit_callbacks):
    page = client.post(f"{address}foredragsholder/", {"name": "Anna", "picture": picture()}).text
    assert "Ask the person first." in page
    facts = {"name": "Anna", "has_picture_consent": "on", "picture_alt": "Anna"}
    client.post(f"{address}foredragsholder/", facts | {"picture": picture()})
    speaker = event.speakers.get()
    kept = speaker.picture.name
    assert kept.startswith("speakers/")
    assert Path(kept).suffix == ".webp"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{address}foredragsholder/{speaker.uuid}/", {"name": "Anna", "seen": item_version(speaker)})
    speaker.refresh_from_db()
    assert (speaker.picture.name, default_storage.exists(kept)) == ("", False)


def test_file_is_a_pdf_by_its_first_bytes_and_gets_a_name_of_its_own(
    client, event, address, django_capture_on_commit_callbacks
):
    fake = SimpleUploadedFile("slides.pdf", b"MZ nothing of the kind")
    assert "This is no PDF." in client.post(f"{address}materiale/", {"title": "S", "position": 0, "file": fake}).text
    large = SimpleUploadedFile("slides.pdf", b"%PDF-1.7" + b"x" * 10 * 2**20)
    assert "larger than 10 MB" in client.post(f"{address}materiale/", {"title": "S", "position": 0, "file": large}).text
    real = SimpleUploadedFile("Anna Berg's slides.pdf", b"%PDF-1.7 and more")
    client.post(f"{address}materiale/", {"title": "Slides", "position": 0, "file": real})
    material = event.materials.get()
    assert "Anna" not in material.file.name
    assert material.file.name.endswith(".pdf")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{address}materiale/{material.uuid}/slett/")
    assert not default_storage.exists(material.file.name)


def test_material_is_either_a_link_or_a_file(client, event, address):
    assert "either a link or a file" in client.post(f"{address}materiale/", {"title": "S", "position": 0}).text
    client.post(f"{address}materiale/", {"title": "Report", "position": 0, "url": "https://example.no/report"})
    assert event.materials.get().url == "https://example.no/report"
    assert "example.no/report" in client.get(address).text


def test_unknown_kind_and_items_of_others_are_not_found(client, address):
    theirs = EventFactory().speakers.create(name="Theirs")
    assert client.get(f"{address}annet/").status_code == 404
    assert client.get(f"{address}foredragsholder/{theirs.uuid}/").status_code == 404


def test_programme_asks_the_database_equally_often(client, event, address, same_queries_at):
    def add_row():
        one = event.sessions.create(title="One", starts_at=event.starts_at, ends_at=event.ends_at)
        one.speakers.add(event.speakers.create(name="Anna"))
        event.materials.create(title="Report", url="https://example.no/report")

    same_queries_at(add_row, lambda: client.get(address), limit=12)
