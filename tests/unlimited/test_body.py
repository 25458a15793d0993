"""Half a form is no form: what was saved before stays as it was."""

import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import Client, RequestFactory

from ideas.models import Idea
from unlimited.body import MOST_UNWANTED, BrokenOffError, WholeBody, with_whole_body
from unlimited.content import typed
from unlimited.content.pictures import MAX_BYTES
from unlimited.content.uploads import MOST_KEPT

FORM = "application/x-www-form-urlencoded"


def test_body_comes_whole_whatever_the_size_of_the_pieces():
    class Dribbling(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 3))

    body = WholeBody(Dribbling(b"0123456789and the next request"), 10)
    assert (body.read(4), body.readline(2), body.read(), body.read(), body.readline()) == (
        b"0123", b"45", b"6789", b"", b"",
    )  # fmt: skip


@pytest.mark.parametrize("act", [WholeBody.read, lambda body: (body.readline(), body.readline())])
def test_body_that_breaks_off_is_an_error(act):
    with pytest.raises(BrokenOffError):
        act(WholeBody(io.BytesIO(b"half of"), 10))


@pytest.mark.parametrize(("left", "taken"), [(100_000, 100_000), (MOST_UNWANTED + 1, 0)])
def test_unwanted_rest_is_read_away_before_the_answer_up_to_a_bound(left, taken):
    stream = io.BytesIO(b"x" * left)
    answer = with_whole_body(lambda environ, start: [b"no"])({"wsgi.input": stream, "CONTENT_LENGTH": str(left)}, None)
    assert (answer, stream.tell()) == ([b"no"], taken)


def test_rest_that_never_comes_is_not_waited_for():
    body = WholeBody(io.BytesIO(b"half of"), 10)
    body.read_away()
    assert body.left == 0


def posted(client: Client, path: str, body: bytes, length: int, content_type: str) -> int:
    """Send `body` as if it were `length` bytes long."""
    stream = {"wsgi.input": WholeBody(io.BytesIO(body), length), "CONTENT_LENGTH": str(length)}
    stream["CONTENT_TYPE"] = content_type
    return client.generic("POST", path, **stream).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_form_that_breaks_off_saves_nothing(kind):
    client = Client(enforce_csrf_checks=True)
    client.get("/en/ideer/ny/")
    key = client.cookies["csrftoken"].value
    headers = {"X-CSRFToken": key}
    client.post("/en/ideer/ny/", {"need": "A bench", "proposal": "All of the long text"}, headers=headers)
    idea = Idea.objects.get()
    fields = {"csrfmiddlewaretoken": key, "need": "A bench", "proposal": "All of the long text, and more"}
    if kind == "multipart":
        part = '--XX\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
        body = "".join(part.format(*field) for field in fields.items()).encode() + b"--XX--\r\n"
        content_type = "multipart/form-data; boundary=XX"
    else:
        body, content_type = "&".join(f"{name}={text}" for name, text in fields.items()).encode(), FORM
    path = f"/en/ideer/utkast/{idea.uuid}/ideen/"

    assert posted(client, path, body[:-25], len(body), content_type) == 403
    idea.refresh_from_db()
    assert idea.proposal == "All of the long text"
    assert posted(client, path, body, len(body), content_type) == 302
    idea.refresh_from_db()
    assert idea.proposal == "All of the long text, and more"


@pytest.mark.django_db
def test_pretended_picture_does_not_fill_the_disk(client, monkeypatch):
    kept = []
    close = TemporaryUploadedFile.close

    def noted(upload):
        if not upload.file.closed:
            upload.file.seek(0, io.SEEK_END)
            kept.append(upload.file.tell())
        close(upload)

    monkeypatch.setattr(TemporaryUploadedFile, "close", noted)
    client.post("/en/ideer/ny/", {"need": "A bench", "proposal": "Build one"})
    path = f"/en/ideer/utkast/{Idea.objects.get().uuid}/bilde/"
    files = {}
    for name in ("picture", "another", "third"):
        files[name] = io.BytesIO(bytes(MAX_BYTES + 2 * 2**20))
        files[name].name = "huge.jpg"

    response = client.post(path, {**files, "picture_alt": "Nothing"})

    assert "larger than 10 MB" in response.content.decode()
    assert MAX_BYTES < sum(kept) <= MOST_KEPT + 2**20


@pytest.mark.parametrize(
    ("content_type", "body", "answer"),
    [
        (f"{FORM}; charset=utf-16", b"a=b", 400),
        ("multipart/form-data", b"a", 400),
        (FORM, b"&".join([b"a=b"] * 11_000), 413),
    ],
)
def test_form_that_cannot_be_read_shows_no_texts_and_is_no_fault(content_type, body, answer, db):
    request = RequestFactory().post("/en/", body, content_type=content_type)
    request.user = AnonymousUser()
    assert not typed.posted(request)
    assert Client().post("/en/ideer/ny/", body, content_type=content_type).status_code == answer
