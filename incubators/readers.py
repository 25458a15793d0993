"""Which incubator reads the idea of somebody who names a place and chooses none."""

from dataclasses import dataclass, field

from incubators.models import Incubator
from incubators.place_names import folded
from incubators.postcodes import municipality_of, postcode_in

MOST_OFFERED = 3


@dataclass(frozen=True)
class Readers:
    """The incubator that a place means beyond doubt, or those to choose among."""

    selected: Incubator | None = None
    offered: list[Incubator] = field(default_factory=list)


def readers_for(words: str) -> Readers:
    """Return who is for the place that `words` name: who states it, else who is in the municipality of the postcode.

    One incubator is selected where it is the only one, and the words are a postcode or whole words of its names: a part
    of a word is a guess, and a guess is offered.
    """
    if not words.strip():
        return Readers()
    places = Incubator.objects.places().select_related("municipality").by_place()
    postcode = postcode_in(words)
    found = list(places.found_by(words)[: MOST_OFFERED + 1])
    if not found and postcode:
        found = list(places.filter(municipality__number=municipality_of(postcode))[: MOST_OFFERED + 1])
    if len(found) == 1 and (postcode or _names(words) <= _names(found[0].all_names)):
        return Readers(selected=found[0])
    return Readers(offered=found[:MOST_OFFERED])


def _names(words: str) -> set[str]:
    return set(folded(words).split())
