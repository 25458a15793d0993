"""What other pages show of appeals."""

from django import template

from ideas.models import Appeal

register = template.Library()
MOST = 10


@register.inclusion_tag("ideas/appeal/_section.html")
def open_appeals(user) -> dict:
    """The appeals that have waited longest at the incubators of `user`, as a section of a page."""
    appeals = Appeal.objects.open().readable_by(user).with_case().order_by("due_on", "pk")
    return {"appeals": list(appeals[:MOST])}
