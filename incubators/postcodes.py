"""Which municipality a postcode is in, by the postal register in `data/` (its README says of which day)."""

import csv
import re
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
# They have postcodes and are no municipalities: Svalbard and Jan Mayen.
NO_MUNICIPALITIES = frozenset({"2100", "2211"})
_POSTCODE = re.compile(r"(?:\b[Nn]-)?(?<!\d)([0-9]{4})(?!\d)")


def postcode_in(words: str) -> str:
    """Return the one postcode that `words` name, else nothing. Four digits are a postcode, and nothing else."""
    found = set(_POSTCODE.findall(words))
    return found.pop() if len(found) == 1 else ""


def without_postcode(words: str) -> str:
    return _POSTCODE.sub(" ", words).strip()


def municipality_of(postcode: str) -> str:
    """Return the number of the municipality that `postcode` is in, else nothing.

    A code that is not in the register belongs to a municipality where the codes on both sides of it do: registers leave
    out codes of single buildings.
    """
    codes, numbers = _register()
    place = bisect_left(codes, postcode)
    if place < len(codes) and codes[place] == postcode:
        number = numbers[place]
    else:
        beside = set(numbers[max(place - 1, 0) : place + 1])
        number = beside.pop() if len(beside) == 1 and 0 < place < len(codes) else ""
    return "" if number in NO_MUNICIPALITIES else number


@lru_cache(maxsize=1)
def _register() -> tuple[list[str], list[str]]:
    """Return all postcodes in order, and beside them the numbers of their municipalities."""
    (path,) = DATA.glob("postcodes_*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted((row["postnummer"], row["kommunenummer"]) for row in csv.DictReader(file))
    return [code for code, _number in rows], [number for _code, number in rows]
