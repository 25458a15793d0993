"""Lists that are searched: the first rows one by one, the rest by indexes, and what a misspelt word was meant to be."""

from collections.abc import Callable

from django.db import models
from django.db.models import ExpressionWrapper, Q

from unlimited.content.search import SHORTEST_ROOT, nearest, words_of
from unlimited.lookups import OneOf

# How many rows in the wanted order are looked at one by one before the indexes are asked.
NEAR = 500
# How many names are compared with a word that finds nothing.
MOST_ALIKE = 100


class SearchedQuerySet(models.QuerySet):
    """Rows that are found by what people type: all words, in any order, in any of the fields that the page shows."""

    def has_word(self, word: str) -> Q:
        """Return whether the row in hand has the folded `word`; asked of one row after the other."""
        raise NotImplementedError

    def ids_with(self, word: str) -> models.QuerySet:
        """Return the ids of all rows that have `word`, each way by an index of its own."""
        raise NotImplementedError

    def names_like(self, word: str) -> models.QuerySet:
        """Return the ids of rows whose name is nearly spelt so, by an index."""
        raise NotImplementedError

    # The fields that `names_like` compares.
    NAMES: tuple[str, ...]

    def first_matching(self, text: str, count: int) -> list:
        """Return the first `count` rows, in the order of this QuerySet, that fit `text`. All fit where it is empty.

        A frequent word is found among the first rows, a rare one by the indexes. PostgreSQL cannot know which of them
        a word is (it guesses 1 % for any trigram), and its one plan for both took a second at 100 000 ideas.
        """
        words = words_of(text)
        if not words:
            return [] if text.strip() else list(self[:count])
        fits = ExpressionWrapper(_all(words, self.has_word), output_field=models.BooleanField())
        first_rows = list(self.annotate(fits=fits).values_list("pk", "fits")[:NEAR])
        near = [pk for pk, it_fits in first_rows if it_fits][:count]
        # A letter or two begin a tenth of all words, and no index knows them: they are looked for among the first.
        indexed = [word for word in words if len(word) >= SHORTEST_ROOT]
        if len(near) == count or len(first_rows) < NEAR or not indexed:
            return list(self.filter(pk__in=near))
        found = self.filter(_all(indexed, lambda word: Q(OneOf("pk", self.ids_with(word)))))
        short = [word for word in words if word not in indexed]
        return list((found.filter(_all(short, self.has_word)) if short else found)[:count])

    def suggestion_for(self, text: str) -> str:
        """Return what `text` may have been meant to be, or nothing.

        In words of the names that are nearly spelt so, and of the first ones: short words share too few trigrams.
        """
        names = list(self.values_list(*self.NAMES)[:MOST_ALIKE])
        for word in words_of(text):
            alike = self.order_by().filter(OneOf("pk", self.names_like(word)[:MOST_ALIKE]))
            names += alike.values_list(*self.NAMES)
        return nearest(text, [" ".join(both) for both in names])


def _all(words: list[str], fits: Callable[[str], Q]) -> Q:
    found = Q()
    for word in words:
        found &= fits(word)
    return found
