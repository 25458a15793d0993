"""How ideas are found by words: in their text, in the name of their incubator and in their themes."""

from django.db import models
from django.db.models import OuterRef, Q

from incubators.models import Incubator
from unlimited.content.search import Folded, pattern_of
from unlimited.content.searched import SearchedQuerySet
from unlimited.lookups import Found, OneOf


class SearchQuerySet(SearchedQuerySet):
    """Ideas that are found by what people type."""

    NAMES = ("title", "neighbourhood")

    def has_word(self, word: str) -> Q:
        themed = self._themed(word).filter(idea=OuterRef("pk"))
        at_named = OneOf("incubator", Incubator.objects.named(word).values("pk"))
        return Q(search_text__regex=pattern_of(word)) | Q(at_named) | Q(Found(themed))

    def ids_with(self, word: str) -> models.QuerySet:
        ideas = self.model.objects.order_by()
        at_named = ideas.filter(OneOf("incubator", Incubator.objects.named(word).values("pk")))
        written = ideas.filter(search_text__regex=pattern_of(word))
        return written.values("pk").union(at_named.values("pk"), self._themed(word).values("idea"))

    def names_like(self, word: str) -> models.QuerySet:
        ideas = self.model.objects.order_by().alias(folded_name=Folded(*self.NAMES))
        return ideas.filter(folded_name__trigram_word_similar=word).values("pk")

    def _themed(self, word: str) -> models.QuerySet:
        """The themes of ideas that have `word` in their name, in any language."""
        themes = self.model.themes.rel.model.objects.order_by()
        named = themes.alias(folded_names=Folded("name_nb", "name_nn", "name_en"))
        named = named.filter(folded_names__regex=pattern_of(word))
        return self.model.themes.through.objects.order_by().filter(OneOf("theme", named.values("pk")))
