"""`{% what_was_typed %}`: the words of a POST that was not taken in, on whatever page answers it."""

from django import template

from unlimited.content import typed

register = template.Library()


@register.inclusion_tag("errors/_typed.html", takes_context=True)
def what_was_typed(context) -> dict:
    """Show each visible field that was filled in, with its label, to be copied. Nothing after a GET."""
    request = context.get("request")
    return {"typed": typed.what_was_typed(request) if request else []}
