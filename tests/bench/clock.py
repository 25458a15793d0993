"""How much work an answer is, beside another one in the same moment.

Counted is the processor's time of the web workers and of their database connections. What a visitor waits for is that
and the queue for the processor, which depends on whatever else the machine does. Its speed drifts, too: so the targets
take turns in small blocks, each block stands beside the others' of its round, and what is told is the median over the
rounds.
"""

import socket
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench.server import Server

BLOCK = 10


@dataclass
class Target:
    """One address of one server, and the milliseconds that an answer took in each of its blocks."""

    server: Server
    path: str
    cookie: str = ""
    before: Callable[[], None] | None = None
    blocks: list[float] = field(default_factory=list)

    def measure_block(self, count: int = BLOCK) -> None:
        started = self.server.worked()
        for _ in range(count):
            self._ask()
        self.blocks.append((self.server.worked() - started) / count)

    @property
    def milliseconds(self) -> float:
        return statistics.median(self.blocks)

    def times(self, other: "Target") -> float:
        """Return how many times the other's work this target's answer is."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.blocks, other.blocks, strict=True))

    def _ask(self) -> None:
        if self.before:
            self.before()
        words = [f"GET {self.path} HTTP/1.1", "Host: localhost", "Connection: close"]
        words += [f"Cookie: sessionid={self.cookie}"] if self.cookie else []
        words += ["X-Cold: 1"] if self.before else []
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as connection:
            connection.sendall("\r\n".join([*words, "", ""]).encode())
            answer = first = connection.recv(65536)
            while answer:
                answer = connection.recv(65536)
        assert first.startswith(b"HTTP/1.1 200 "), f"{self.path}: {first[:40]!r}"


def take_turns(targets: list[Target], rounds: int) -> None:
    """Measure all targets, one block each in every round, after a round that does not count."""
    for number in range(rounds + 1):
        for target in targets:
            target.measure_block()
        if number == 0:
            for target in targets:
                target.blocks.clear()
