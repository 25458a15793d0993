"""Pages of a list, as links that work without JavaScript. None counts the list: it reads one row more than it shows.

`keyset_page` for what grows without end: each page begins after the last row of the one before, so page 900 costs what
page 1 costs. `numbered_page` for short lists whose order is made in the query, so that no row says where it stands.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

# The words of the address are Norwegian.
AFTER, BEFORE, NUMBER = "etter", "for", "side"
# Nobody reads this far; it bounds how deep a crawler can send the database.
LAST_PAGE = 500


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the addresses of its neighbours (empty: none), for components/pagination.html."""

    rows: list
    previous_url: str = ""
    next_url: str = ""

    def __iter__(self) -> Iterator:
        return iter(self.rows)


@dataclass(frozen=True)
class Count:
    """How many, up to a bound: counting on would cost more than the answer is worth."""

    number: int
    is_more: bool


def count_up_to(rows: QuerySet, most: int = 1000) -> Count:
    """Return how many rows there are, or that there are more than `most`."""
    number = rows.order_by()[: most + 1].count()
    return Count(min(number, most), number > most)


def numbered_page(rows: QuerySet, *, query: QueryDict, size: int) -> Page:
    """Return the page of the ordered `rows` that `query` asks for by number; the first where it makes no sense."""
    number = _number(query.get(NUMBER, ""))
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    has_next = len(found) > size and number < LAST_PAGE
    return Page(
        found[:size],
        previous_url=_url(query, NUMBER, str(number - 1) if number > 2 else "") if number > 1 else "",
        next_url=_url(query, NUMBER, str(number + 1)) if has_next else "",
    )


def keyset_page(
    rows: QuerySet,
    *,
    query: QueryDict,
    size: int,
    fetch: Callable[[QuerySet, int], list] = lambda rows, count: list(rows[:count]),
) -> Page:
    """Return the page that `query` asks for by the uuid of its neighbour; the first one where it asks for none.

    `rows` is ordered by one or two fields of one direction, the last of them unique. `fetch` returns the first rows of
    an ordered QuerySet where a plain slice is not enough.
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
    return Page(
        found,
        previous_url=_url(query, BEFORE, str(found[0].uuid)) if has_previous and found else "",
        next_url=_url(query, AFTER, str(found[-1].uuid)) if has_next and found else "",
    )


def _number(text: str) -> int:
    return min(int(text), LAST_PAGE) if text.isdecimal() and len(text) < 6 and int(text) > 0 else 1


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
    names, goes_down = _order_of(rows)
    sign = "lt" if goes_down else "gt"
    if len(names) == 1:
        return Q(**{f"{names[0]}__{sign}": place[0]})
    first, second = names
    # The first part says again what the rest implies: PostgreSQL starts its walk along the index there.
    return Q(**{f"{first}__{sign}e": place[0]}) & (
        Q(**{f"{first}__{sign}": place[0]}) | Q(**{f"{second}__{sign}": place[1]})
    )


def _url(query: QueryDict, name: str, value: str) -> str:
    query = query.copy()
    for old in (AFTER, BEFORE, NUMBER):
        query.pop(old, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}"
