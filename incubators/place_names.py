"""What place somebody means: half-typed, without its accents, by any of its names."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from incubators.postcodes import municipality_of, postcode_in, without_postcode
from unlimited.content import search

# Two municipalities each: they are told apart by the county. A test holds this against the register.
SHARED_NAMES = frozenset({"Herøy", "Våler"})
_SAID_TOO = re.compile(r" kommune[ns]?$")


class Named(Protocol):
    """A municipality, as far as its names go."""

    name: str
    county: str
    number: str


Place = TypeVar("Place", bound=Named)


@lru_cache(maxsize=4096)
def folded(words: str) -> str:
    """Return `words` as names of places are compared: folded, with one space between words, without *kommune*."""
    return _SAID_TOO.sub("", re.sub(r"[^a-z0-9]+", " ", search.folded(words)).strip())


def names_of(place: Named) -> list[str]:
    """Return what a place is called, folded: each of its names, and all of them together."""
    return [folded(name) for name in [*place.name.split(" - "), place.name]]


def find_municipalities(words: str, places: Iterable[Place]) -> list[Place]:
    """Return those that `words` may mean: those of just this name, else those it begins, else those that have it.

    Four digits are a postcode, and lead to the municipality that it is in; words beside it have to fit that one.
    """
    if postcode := postcode_in(words):
        number = municipality_of(postcode)
        places = [place for place in places if place.number == number]
        words = without_postcode(words)
        if not words:
            return places
    wanted, places = folded(words), list(places)
    if not wanted:
        return []
    ways = (
        lambda place: wanted in (*names_of(place), folded(f"{place.name} {place.county}")),
        lambda place: any(name.startswith(wanted) for name in names_of(place)),
        lambda place: any(wanted in name for name in names_of(place)),
    )
    found = ([place for place in places if fits(place)] for fits in ways)
    return next(filter(None, found), [])


def unknown_words(words: str, places: Iterable[Place]) -> str:
    """Return what to say where `words` mean no place: the name most like them, or how to write one."""
    if alike := search.nearest(words, (place.name for place in places)):
        return _("We know no municipality of that name. Did you mean %(name)s?") % {"name": alike}
    return _("We know no municipality of that name. Write only the beginning of it.")


def shown_name(place: Named) -> str:
    """Return what to call a place where one reads of it: its name, with the county where two share it."""
    return f"{place.name} ({place.county})" if place.name in SHARED_NAMES else place.name


def labels(places: Iterable[Named]) -> list[str]:
    """Return what to suggest."""
    return [shown_name(place) for place in places]
