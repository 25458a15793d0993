"""Pages of a list that grows: each begins after the last row of the one before, so page 900 costs what page 1 costs."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

AFTER, BEFORE = "etter", "for"


@dataclass(frozen=True)
class KeysetPage:
    """One page of rows, and the addresses of its neighbours; what components/pagination.html wants."""

    rows: list
    previous_url: str = ""
    next_url: str = ""

    @property
    def has_previous(self) -> bool:
        return bool(self.previous_url)

    @property
    def has_next(self) -> bool:
        return bool(self.next_url)


@dataclass(frozen=True)
class Count:
    """How many, up to a bound: counting on would cost more than the answer is worth."""

    number: int
    is_more: bool


def count_up_to(rows: QuerySet, most: int = 1000) -> Count:
    number = rows.order_by()[: most + 1].count()
    return Count(min(number, most), number > most)


def keyset_page(
    rows: QuerySet,
    *,
    query: QueryDict,
    size: int,
    fetch: Callable[[QuerySet, int], list] = lambda rows, count: list(rows[:count]),
) -> KeysetPage:
    """Return the page that `query` asks for by the uuid of its neighbour; the first one where it asks for none.

    `rows` is ordered by fields of one direction, the last of them unique. `fetch` returns the first rows of an ordered
    QuerySet where a plain slice is not enough.
    """
    backwards = BEFORE in query and AFTER not in query
    start = _place_of(rows, query.get(BEFORE if backwards else AFTER, ""))
    backwards = backwards and start is not None
    if backwards:
        rows = rows.reverse()
    if start:
        rows = rows.filter(_beyond(rows, start))
    found = fetch(rows, size + 1)
    is_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_previous, has_next = (is_more, bool(start)) if backwards else (bool(start), is_more)
    return KeysetPage(
        found,
        previous_url=_url(query, BEFORE, found[0]) if has_previous and found else "",
        next_url=_url(query, AFTER, found[-1]) if has_next and found else "",
    )


def _order_of(rows: QuerySet) -> tuple[list[str], bool]:
    """Return the names of the fields in the order as it is applied, and whether it goes down."""
    names = [name.lstrip("-") for name in rows.query.order_by]
    goes_down = rows.query.order_by[0].startswith("-")
    return names, goes_down == rows.query.standard_ordering


def _place_of(rows: QuerySet, cursor: str) -> tuple | None:
    """Return where the row of this uuid stands. It need no longer be in the list: only its place counts."""
    try:
        uuid = UUID(cursor)
    except ValueError:
        return None
    names, _ = _order_of(rows)
    place = rows.model.objects.filter(uuid=uuid).values_list(*names).first()
    return None if place is None or None in place else place


def _beyond(rows: QuerySet, place: tuple) -> Q:
    (first, second), goes_down = _order_of(rows)
    sign = "lt" if goes_down else "gt"
    # The first part says again what the rest implies: PostgreSQL starts its walk along the index there.
    return Q(**{f"{first}__{sign}e": place[0]}) & (
        Q(**{f"{first}__{sign}": place[0]}) | Q(**{f"{second}__{sign}": place[1]})
    )


def _url(query: QueryDict, name: str, row) -> str:
    query = query.copy()
    for old in (AFTER, BEFORE):
        query.pop(old, None)
    query[name] = str(row.uuid)
    return f"?{query.urlencode()}"
