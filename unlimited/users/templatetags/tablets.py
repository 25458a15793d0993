"""`{% tablet_timing as tablet %}` is how a page of a shared tablet forgets in time; None on other machines."""

from django import template
from django.template import Context

from unlimited.users.tablet import timing_of

register = template.Library()


@register.simple_tag(takes_context=True)
def tablet_timing(context: Context) -> dict | None:
    """Return the timing of this page. Pages without a request have none."""
    request = context.get("request")
    return timing_of(request) if request else None
