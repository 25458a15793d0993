"""`{{ idea|public_url }}`: addresses with our own scheme and host, as other sites want them."""

from django import template
from django.utils.translation import get_language

from ideas.models import Idea
from unlimited.mail.links import absolute

register = template.Library()


@register.filter
def public_url(idea: Idea) -> str:
    return absolute("ideas:detail", get_language(), idea.slug)


@register.filter
def picture_url(idea: Idea) -> str:
    return absolute("ideas:picture", get_language(), idea.uuid)
