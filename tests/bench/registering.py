"""Registering over HTTP, beside the bare transaction that does the same to the database.

As many clients at once do both, in turns: they press the button of the form at real gunicorn, and they run by psycopg
what a registration comes to: lock the event, count its seats, insert party, person, seat and mail.
"""

import json
import statistics
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg

from tests.bench.server import Server
from tests.visitors import Visitor

CLIENTS = 8
# Each of so many clients does so many in a round.
OVER_HTTP, BARE = 8, 40

LOCK = "SELECT id, capacity FROM events_event WHERE id = %(event)s FOR NO KEY UPDATE"
COUNT = "SELECT count(*) FROM events_seat WHERE event_id = %(event)s AND status IN ('seated', 'offered', 'attended')"
PARTY = """
    INSERT INTO events_registration
        (uuid, form_token, kind, district, organisation, organisation_number, contact_name, contact_email, language,
         wish, fewest, holds_unnamed, created_at)
    VALUES (gen_random_uuid(), gen_random_uuid(), 'myself', '', '', '', 'Guest', %(email)s, 'nb', 'each', 1, false,
         now())
    RETURNING id
"""
PERSON = """
    INSERT INTO events_participant (uuid, registration_id, name, email, role, created_at)
    VALUES (gen_random_uuid(), %(party)s, 'Guest', %(email)s, '', now()) RETURNING id
"""
SEAT = """
    INSERT INTO events_seat
        (uuid, registration_id, event_id, place, participant_id, email, status, seated_at, cancel_reason,
         calendar_sequence, reminded, names_asked, created_at)
    VALUES (gen_random_uuid(), %(party)s, %(event)s, 1, %(person)s, %(email)s, 'seated', now(), '', 0, '', 0, now())
"""
MAIL = """
    INSERT INTO mail_outgoingmail
        (uuid, kind, key, recipient, language, snapshot, is_secret, priority, order_key, message_id, status, created_at,
         due_at, attempts, next_attempt_at, claimed_by, last_error)
    VALUES (gen_random_uuid(), 'seat-confirmed', %(key)s, %(email)s, 'nb', %(snapshot)s, false, 50, '', %(key)s,
         'queued', now(), now(), 0, now(), '', '')
"""
# About as much as a receipt has.
SNAPSHOT = json.dumps({"calendar": {}, "title": "x" * 900})


@dataclass
class Rush:
    """Registrations a second over HTTP and bare, round by round."""

    server: Server
    over_http: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    visitors: int = 0

    @property
    def ratio(self) -> float:
        return statistics.median(one / other for one, other in zip(self.over_http, self.bare, strict=True))

    def __str__(self) -> str:
        http, bare = statistics.median(self.over_http), statistics.median(self.bare)
        return f"{http:.0f}/s over HTTP by {CLIENTS} clients at once, {bare:.0f}/s by the bare transaction"

    def run(self, rounds: int) -> "Rush":
        """Measure; the first round does not count."""
        address = self.server.environment["DATABASE_URL"]
        connections = [psycopg.connect(address) for _ in range(CLIENTS)]
        for number in range(rounds + 1):
            over_http = _rate(lambda _client: self._press(), OVER_HTTP)
            bare = _rate(lambda client: self._insert(connections[client]), BARE)
            if number:
                self.over_http.append(over_http)
                self.bare.append(bare)
        for connection in connections:
            connection.close()
        return self

    def _press(self) -> None:
        self.visitors += 1
        visitor = Visitor(self.visitors % 60_000, name=uuid.uuid4().hex)
        answer = visitor.register(self.server.port, self.server.facts["hot_slug"])
        assert answer.status == 302, answer.status

    def _insert(self, connection: psycopg.Connection) -> None:
        key = uuid.uuid4().hex
        values = {"event": self.server.facts["hot_event"], "email": f"{key}@example.no", "key": key}
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(LOCK, values)
            ((_id, capacity),) = cursor.fetchall()
            cursor.execute(COUNT, values)
            assert cursor.fetchone()[0] < capacity
            for name, insert in (("party", PARTY), ("person", PERSON)):
                cursor.execute(insert, values)
                values[name] = cursor.fetchone()[0]
            cursor.execute(SEAT, values)
            cursor.execute(MAIL, values | {"snapshot": SNAPSHOT})


def _rate(act: Callable[[int], None], each: int) -> float:
    """Let all clients act so often; return how many acts a second that was."""

    def client(number: int) -> None:
        for _ in range(each):
            act(number)

    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(client, range(CLIENTS)))
    return CLIENTS * each / (time.perf_counter() - started)
