"""The figures as Markdown. A figure that misses its target is bold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.bench.clock import Target
from tests.bench.pages import Page
from tests.bench.registering import Rush
from tests.bench.weight import Weight

TIMES_FLOOR, TIMES_BARE, TIMES_GROWN = 2.5, 1.5, 1.3
PUBLIC_QUERIES, STAFF_QUERIES = 8, 12
WITH_FONT, WITHOUT_FONT, WORKER_MEGABYTES = 130_000, 80_000, 150
REGISTERING, DRAINING, REMINDER_QUERIES, REPORT_QUERIES = 0.25, 0.4, 120, 40


@dataclass(frozen=True)
class Timed:
    """One page over a database of one size, and what it is compared with: `smaller` is the same on fewer ideas."""

    page: Page
    ideas: int
    queries: int
    floor: Target
    bare: Target
    warm: Target
    cold: Target
    smaller: "Timed | None" = None

    @property
    def cells(self) -> list[str]:
        most = STAFF_QUERIES if self.page.is_staff else PUBLIC_QUERIES
        times_floor = self.warm.times(self.floor)
        return [
            self.page.name,
            _number(self.ideas),
            _held(self.queries, most, str),
            *(f"{target.milliseconds:.1f}" for target in (self.floor, self.bare, self.warm, self.cold)),
            f"{times_floor:.2f}" if self.page.is_staff else _held(times_floor, TIMES_FLOOR),
            _held(self.cold.times(self.bare), TIMES_BARE),
            *self._grown,
        ]

    @property
    def _grown(self) -> list[str]:
        if self.smaller is None:
            return ["", ""]
        return [
            _held(self.warm.times(self.smaller.warm), TIMES_GROWN),
            _held(self.cold.times(self.smaller.cold), TIMES_GROWN),
        ]


def times(rows: Iterable[Timed], few: int, many: int) -> str:
    heads = [
        "page", "ideas", "queries", "floor ms", "bare ms", "warm ms", "cold ms", f"warm ÷ floor (≤ {TIMES_FLOOR})",
        f"cold ÷ bare (≤ {TIMES_BARE})", f"warm, {_number(many)} ÷ {_number(few)} (≤ {TIMES_GROWN})", "cold, the same",
    ]  # fmt: skip
    return _table(heads, (row.cells for row in rows))


def rest(weight: Weight, memory: list[float], rush: Rush, drained: dict) -> str:
    """Return the table of what is no time of a page."""
    with_font = weight.without_font + weight.fonts
    rows = [
        ["first visit, without the font", _held(weight.without_font, WITHOUT_FONT, _bytes), _bytes(WITHOUT_FONT)],
        ["first visit, with the font", _held(with_font, WITH_FONT, _bytes), _bytes(WITH_FONT)],
        ["a worker's memory after the run", _held(max(memory), WORKER_MEGABYTES, _megabytes), "150 MB"],
        ["registering", f"{rush}: ratio {_reached(rush.ratio, REGISTERING)}", f"at least {REGISTERING}"],
        [
            "reminders of 10 000 seats",
            f"{_held(drained['reminder_queries'], REMINDER_QUERIES, str)} queries, {drained['reminder_seconds']:.1f} s",
            f"{REMINDER_QUERIES} queries",
        ],
        *(
            [
                f"report over {_number(int(ideas))} ideas, {_number(cost['measurements'])} measurements",
                f"{_held(cost['queries'], REPORT_QUERIES, str)} queries, {cost['seconds']:.2f} s, "
                f"{cost['kilobytes']:.0f} kB of Python",
                f"{REPORT_QUERIES} queries",
            ]
            for ideas, cost in drained["reports"].items()
        ),
        ["outbox, plain mails", f"{_told(drained['plain'])}: ratio {drained['plain']['ratio']:.2f}", ""],
        [
            "outbox, receipts with a calendar entry",
            f"{_told(drained['receipts'])}: ratio {_reached(drained['receipts']['ratio'], DRAINING)}",
            f"at least {DRAINING}",
        ],
    ]
    return _table(["what", "measured", "at most"], rows)


def _told(rates: dict[str, float]) -> str:
    return (
        f"{rates['enqueued']:.0f} mails/s enqueued; {rates['drained']:.0f}/s drained by one sender, "
        f"{rates['raw']:.0f}/s handed over raw to the same server"
    )


def _reached(figure: float, least: float) -> str:
    return f"{figure:.2f}" if figure >= least else f"**{figure:.2f}**"


def _held(figure: float, most: float, words: Callable[[float], str] = "{:.2f}".format) -> str:
    return words(figure) if figure <= most else f"**{words(figure)}**"


def _bytes(number: float) -> str:
    return f"{number / 1000:.0f} kB"


def _megabytes(number: float) -> str:
    return f"{number:.0f} MB"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
