"""`{{ idea.need|user_text }}`: what a person wrote, as safe HTML; `|user_text:True` makes its links lead somewhere."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from unlimited.content.markdown import to_html

register = template.Library()


@register.filter
def user_text(text: str, links: bool = False) -> SafeString:
    """Return Markdown `text` as safe HTML, links clickable only where a person has approved the text."""
    return mark_safe(to_html(text, links=links))  # noqa: S308 - what comes out of the sanitiser
