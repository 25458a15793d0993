"""How long an answer takes, beside another one in the same moment.

Nothing is compared with what was measured at another time, for the machine's speed drifts: the targets take turns in
small blocks, and each block stands beside the others' of its round. A block counts by its quickest answer, since
whatever else runs on the machine can only add to the others. What is told is the median over the rounds.
"""

import socket
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

BLOCK = 8


@dataclass
class Target:
    """One address of one server, and the milliseconds of the quickest answer in each of its blocks."""

    port: int
    path: str
    cookie: str = ""
    before: Callable[[], None] | None = None
    blocks: list[float] = field(default_factory=list)

    def measure_block(self, count: int = BLOCK) -> None:
        self.blocks.append(min(self._ask() for _ in range(count)))

    @property
    def milliseconds(self) -> float:
        return statistics.median(self.blocks)

    def times(self, other: "Target") -> float:
        """Return how many times as long as the other's this target's answer took."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.blocks, other.blocks, strict=True))

    def _ask(self) -> float:
        if self.before:
            self.before()
        words = [f"GET {self.path} HTTP/1.1", "Host: localhost", "Connection: close"]
        words += [f"Cookie: sessionid={self.cookie}"] if self.cookie else []
        request = ("\r\n".join(words) + "\r\n\r\n").encode()
        # A bare socket: what a library does on this side would be counted too.
        started = time.perf_counter()
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request)
            answer = connection.recv(65536)
            first = answer
            while answer:
                answer = connection.recv(65536)
        taken = (time.perf_counter() - started) * 1000
        assert first.startswith(b"HTTP/1.1 200 "), f"{self.path}: {first[:40]!r}"
        return taken


def take_turns(targets: list[Target], rounds: int) -> None:
    """Measure all targets, one block each in every round, after a round that does not count."""
    for number in range(rounds + 1):
        for target in targets:
            target.measure_block()
        if number == 0:
            for target in targets:
                target.blocks.clear()
