"""What place somebody means: half-typed, without its accents, by any of its names."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol, TypeVar

from django.db.models import CharField, Expression, F, Func, TextField, Value
from django.db.models.functions import Concat, Lower, Replace

from incubators.postcodes import municipality_of, postcode_in, without_postcode

# Letters that are no other letter with a mark on it.
_PLAIN = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ŋ": "n", "ŧ": "t"})
_SAID_TOO = re.compile(r" kommune[ns]?$")
# The same for the database, letter by letter; what becomes two letters is in `folded_fields`.
_MARKED, _UNMARKED = "øåäöáàčđéèêîïñŋóòôšŧüž", "oaaoaacdeeeiinnooostuz"


class Named(Protocol):
    """A municipality, as far as its names go."""

    name: str
    county: str
    number: str


Place = TypeVar("Place", bound=Named)


@lru_cache(maxsize=4096)
def folded(words: str) -> str:
    """Return `words` as they are compared: small letters without marks, å also where it is typed as aa."""
    letters = unicodedata.normalize("NFKD", words.casefold().translate(_PLAIN))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("aa", "a")
    return _SAID_TOO.sub("", re.sub(r"[^a-z0-9]+", " ", plain).strip())


def folded_fields(*names: str) -> Expression:
    """Return an expression of what these fields say together, written as `folded` writes it."""
    parts = [part for name in names for part in (F(name), Value(" "))]
    text = Func(
        Lower(Concat(*parts, output_field=TextField())),
        Value(_MARKED),
        Value(_UNMARKED),
        function="translate",
        output_field=CharField(),
    )
    return Replace(Replace(text, Value("æ"), Value("ae")), Value("aa"), Value("a"))


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


def labels(places: Iterable[Named]) -> list[str]:
    """Return what to suggest: the names, with the county where two places share one."""
    places = list(places)
    names = [place.name for place in places]
    return [f"{place.name} ({place.county})" if names.count(place.name) > 1 else place.name for place in places]
