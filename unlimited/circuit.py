"""Leave a server alone for a while after it has failed: one fault costs one time-out, not one per request."""

import time


class Circuit:
    """Counts failures in a row; from `failures` on it is open for `pause` seconds, then one more try may show.

    It lives in one process and is not locked: two threads that both try cost a time-out each, nothing else.
    """

    def __init__(self, *, failures: int, pause: float) -> None:
        self.failures = failures
        self.pause = pause
        self.in_a_row = 0
        self.total = 0
        self.opened_at = float("-inf")

    @property
    def is_open(self) -> bool:
        """Tell whether the server is to be left alone now."""
        return time.monotonic() - self.opened_at < self.pause

    def failed(self) -> None:
        """Note a failure; the last of several in a row opens the circuit."""
        self.in_a_row += 1
        self.total += 1
        if self.in_a_row >= self.failures:
            self.opened_at = time.monotonic()

    def worked(self) -> None:
        """Note that the server answered: the circuit is closed."""
        self.in_a_row = 0
        self.opened_at = float("-inf")


# One for all of Redis: the bell and the fragment cache leave it alone together.
redis_circuit = Circuit(failures=1, pause=15)
