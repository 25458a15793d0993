"""How ideas are found by words: whole words by stem, their beginnings, parts of compounds, and near spellings."""

import re

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.db.models.functions import Lower

from unlimited.content.text import clean_line
from unlimited.lookups import OneOf

LONGEST_QUERY, MOST_WORDS = 100, 6
# A word shorter than this has no trigram of its own.
SHORTEST_PART = 3
# How many rows in the wanted order are looked at one by one before the indexes are asked.
NEAR = 500


def words_of(text: str) -> list[str]:
    """Return the words that are searched for: letters and digits only, so that no query can hurt."""
    return re.findall(r"[^\W_]+", clean_line(text[:LONGEST_QUERY]).lower())[:MOST_WORDS]


def _root(word: str) -> str:
    """Return the part that all forms share where an m is doubled: *ungdommer* is *ungdom*, *ensomme* is *ensom*.

    The stemmer takes the ending off and keeps both letters. Short words are left alone: *komme* would find *kommune*.
    """
    return re.sub(r"(?<=\w{4}m)m(e|en|er|et|ene|a)s?$", "", word)


class SearchQuerySet(models.QuerySet):
    """Rows that are found by what people type."""

    def first_matching(self, text: str, count: int) -> list:
        """Return the first `count` rows, in the order of this QuerySet, that fit `text`.

        A frequent word is found among the first rows, a rare one by the indexes. PostgreSQL cannot know which of them
        a word is (it guesses 1 % for any trigram), and its one plan for both took a second at 100 000 ideas.
        """
        ways = _ways(words_of(text))
        if not ways:
            return list(self[:count])
        fits = ExpressionWrapper(_any_of(ways), output_field=models.BooleanField())
        first_rows = list(self._searchable().annotate(fits=fits).values_list("pk", "fits")[:NEAR])
        near = [pk for pk, it_fits in first_rows if it_fits][:count]
        if len(near) == count or len(first_rows) < NEAR:
            return list(self.filter(pk__in=near))
        by_index = [self.model.objects.order_by()._searchable().filter(way).values("pk") for way in ways]
        return list(self.filter(OneOf("pk", by_index[0].union(*by_index[1:])))[:count])

    def _searchable(self):
        return self.alias(lower_title=Lower("title"))


def _any_of(ways: list[Q]) -> Q:
    found = Q()
    for way in ways:
        found |= way
    return found


def _ways(words: list[str]) -> list[Q]:
    """Return the ways in which a row can fit all words, each of which one index answers."""
    if not words:
        return []
    ways = [Q(search=SearchQuery(" ".join(words), config="norwegian"))]
    # One letter begins a tenth of all words: that scan would cost a second for a useless result.
    beginnings = [f"'{word}':*" for word in words if len(word) > 1]
    if beginnings:
        ways.append(Q(search=SearchQuery(" & ".join(beginnings), config="norwegian", search_type="raw")))
    long_words = [word for word in words if len(word) >= SHORTEST_PART]
    if long_words:
        ways.append(Q(*[("search_text__contains", _root(word)) for word in long_words]))
        ways.append(Q(*[("lower_title__trigram_word_similar", word) for word in long_words]))
    return ways
