"""A page of a list that never counts the list: it reads one row more than it shows."""

from dataclasses import dataclass

from django.http import HttpRequest

PARAMETER = "side"
# Nobody reads this far; it bounds how deep a crawler can send the database.
LAST_PAGE = 500


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the addresses of its neighbours (empty where there is none)."""

    rows: list
    number: int
    previous_url: str
    next_url: str

    @property
    def has_previous(self) -> bool:
        return bool(self.previous_url)

    @property
    def has_next(self) -> bool:
        return bool(self.next_url)

    def __iter__(self):
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_of(rows, request: HttpRequest, size: int = 20) -> Page:
    """Return the page of `rows` (an ordered QuerySet) that the address asks for; the first where it makes no sense."""
    number = _number(request.GET.get(PARAMETER, ""))
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(
        rows=found[:size],
        number=number,
        previous_url=_url(request, number - 1) if number > 1 else "",
        next_url=_url(request, number + 1) if len(found) > size and number < LAST_PAGE else "",
    )


def _number(text: str) -> int:
    return min(int(text), LAST_PAGE) if text.isdecimal() and len(text) < 6 and int(text) > 0 else 1


def _url(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query.pop(PARAMETER, None)
    if number > 1:
        query[PARAMETER] = str(number)
    return f"{request.path}?{query.urlencode()}"
