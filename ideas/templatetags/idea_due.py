"""`{{ idea|due_words }}`: how long there is left to answer, or has been nothing, as a colleague would say it."""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ideas.models import Idea
from ideas.models.promise import working_days_left
from unlimited.content.templatetags.site_text import day

register = template.Library()


@register.filter
def due_words(idea: Idea) -> str:
    """Return words about the promised answer, or about long silence; nothing where neither is waited for.

    The idea is of `with_closed_days`, unless it is late or quiet.
    """
    if idea.is_quiet:
        return _("Nothing done since %(day)s") % {"day": day(timezone.localdate(idea.staff_acted_at))}
    if not idea.is_waiting_for_answer:
        return ""
    today, due = timezone.localdate(), idea.answer_due_on
    if due == today:
        return _("To be answered today")
    if due == today - dt.timedelta(days=1):
        return _("Should have been answered yesterday")
    if due < today:
        return _("Should have been answered by %(day)s") % {"day": day(due)}
    left = working_days_left(idea)
    if not left:
        return _("To be answered by %(day)s, and it is closed until then") % {"day": day(due)}
    return ngettext("%(count)d working day left", "%(count)d working days left", left) % {"count": left}
