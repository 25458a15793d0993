"""`{% idea_cards ideas %}`: the public ideas as list items, each card rendered once per version and language."""

import zlib
from collections.abc import Sequence
from functools import cache

from django import template
from django.template.loader import get_template, render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ideas.models import Idea
from unlimited.content.fragments import render_each

register = template.Library()

CARD = "components/idea_card.html"


@register.simple_tag
def idea_cards(ideas: Sequence[Idea]) -> SafeString:
    """Return `<li>` items. Each idea comes with its incubator, whose name the card shows."""
    language = get_language()
    cards = render_each(ideas, key=lambda idea: _version(idea, language), render=lambda idea: _render(idea, language))
    return format_html_join("\n", "<li>{}</li>", ([card] for card in cards))


def _version(idea: Idea, language: str) -> str:
    """Return a key of all that the card shows; a change of the card's own template is one of them."""
    changed = f"{idea.updated_at.timestamp():.6f}:{idea.incubator.updated_at.timestamp():.6f}"
    return f"idea-card:{_template_version()}:{idea.pk}:{changed}:{language}"


@cache
def _template_version() -> str:
    sources = [get_template(name).template.source for name in (CARD, "components/step.html")]
    return f"{zlib.crc32(''.join(sources).encode()):x}"


def _render(idea: Idea, language: str) -> str:
    return render_to_string(CARD, {"idea": idea, "LANGUAGE_CODE": language})
