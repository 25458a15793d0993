"""`{% idea_cards versions %}`: the public ideas as list items, each card rendered once per version and language."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django import template
from django.template.loader import get_template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ideas.models import Idea
from unlimited.content.fragments import render_each

register = template.Library()

# What a card shows: reading all of an idea costs more than drawing this.
SHOWN = ("slug", "title", "need", "language", "status", "step", "incubator__name")


@register.simple_tag
def idea_cards(versions: Sequence) -> SafeString:
    """Return `<li>` items for rows of `Idea.objects.versions()`. An idea is read whole where its card is not kept."""
    language = get_language()
    cards = render_each(
        versions,
        key=lambda row: f"idea-card:{language}:{row.pk}:{_mark(row.updated_at)}:{_mark(row.incubator__updated_at)}",
        render=lambda rows: _render([row.pk for row in rows], language),
    )
    return format_html_join("\n", "<li>{}</li>", ([card] for card in cards))


def _mark(moment: dt.datetime) -> str:
    return f"{moment.timestamp():.6f}"


def _render(pks: list[int], language: str) -> Iterable[str]:
    ideas = Idea.objects.select_related("incubator").only(*SHOWN).in_bulk(pks)
    card = get_template("components/idea_card.html")
    # One that is gone since leaves an empty place, once.
    return [card.render({"idea": ideas[pk], "LANGUAGE_CODE": language}) if pk in ideas else "" for pk in pks]
