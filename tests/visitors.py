"""Visitors who register over real HTTP, many at the same moment; each has an address of their own behind the proxy."""

import http.client
import threading
import time
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode

# Any secret will do, as long as the cookie and the form say the same.
SECRET = "x" * 32


@dataclass(frozen=True)
class Answer:
    """What came of a request."""

    status: int
    location: str
    text: str
    seconds: float

    @property
    def receipt(self) -> str:
        """The signed facts in the address of the receipt."""
        return self.location.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True)
class Visitor:
    """Somebody with a number, who registers alone; with the same form as often as they press the button."""

    number: int
    name: str = "visitor"
    form_token: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def email(self) -> str:
        return f"{self.name}{self.number}@example.no"

    def register(self, port: int, slug: str) -> Answer:
        form = {
            "csrfmiddlewaretoken": SECRET,
            "form_token": self.form_token,
            "days": slug,
            "kind": "myself",
            "contact_name": f"Visitor {self.number}",
            "contact_email": self.email,
            "language": "nb",
        }
        headers = {
            "Host": "localhost",
            "Cookie": f"csrftoken={SECRET}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.0.{self.number // 250}.{self.number % 250 + 1}",
        }
        started = time.monotonic()
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
            connection.request("POST", f"/en/arrangementer/{slug}/pamelding/", urlencode(form), headers)
            response = connection.getresponse()
            text = response.read().decode()
        return Answer(response.status, response.getheader("Location", ""), text, time.monotonic() - started)


def register_at_once(visitors: Iterable[Visitor], *, port: int, slug: str) -> list[Answer]:
    """Let all press the button at the same moment; return the answers in the order of the visitors."""
    visitors = list(visitors)
    start = threading.Barrier(len(visitors))

    def press(visitor: Visitor) -> Answer:
        start.wait(30)
        return visitor.register(port, slug)

    with ThreadPoolExecutor(len(visitors)) as everyone:
        return list(everyone.map(press, visitors))
