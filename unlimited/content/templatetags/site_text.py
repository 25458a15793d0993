"""Dates as people say them: `{{ date|day }}` is *tirsdag 19. oktober*, `{{ time|moment }}` adds *kl. 9.00*; numbers."""

import datetime as dt
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.translation import get_language

register = template.Library()

# Django's own format files give nn the form of nb without a weekday, and en the American order.
# A date and a time are not broken between their number and its word: hence the no-break spaces.
DAY = {"nb": "l j.\N{NO-BREAK SPACE}F", "nn": "l j.\N{NO-BREAK SPACE}F", "en": "l j\N{NO-BREAK SPACE}F"}
CLOCK = {"nb": "\\k\\l.\N{NO-BREAK SPACE}G.i", "nn": "\\k\\l.\N{NO-BREAK SPACE}G.i", "en": "H:i"}
# A dash that no line ends at.
TO = "\N{WORD JOINER}–\N{WORD JOINER}"
HOURS = {"nb": "G.i", "nn": "G.i", "en": "H:i"}


def _in_our_language(formats: dict[str, str]) -> str:
    return formats.get((get_language() or "nb")[:2], formats["nb"])


def _local(value: dt.date) -> dt.date:
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


@register.filter(expects_localtime=True)
def day(value: dt.date | None) -> str:
    """Return *tirsdag 19. oktober*; with the year when it is not this one."""
    if not value:
        return ""
    value = _local(value)
    form = _in_our_language(DAY)
    return format_date(value, form if value.year == timezone.localdate().year else f"{form} Y")


@register.filter
def month(value: dt.date) -> str:
    """Return *november 2026*."""
    return format_date(value, "F Y")


@register.filter(expects_localtime=True)
def moment(value: dt.datetime | None) -> str:
    """Return *tirsdag 19. oktober kl. 9.00*."""
    if not value:
        return ""
    return f"{day(value)} {clock(value)}"


@register.filter(expects_localtime=True)
def clock(value: dt.datetime) -> str:
    """Return *kl. 9.00*."""
    return format_date(_local(value), _in_our_language(CLOCK))


def hour(value: dt.datetime) -> str:
    """Return *9.00*."""
    return format_date(_local(value), _in_our_language(HOURS))


@register.filter
def number(value: Decimal) -> str:
    """A number as the language writes it, without zeros that say nothing: 12,5 and 1 200."""
    return number_format(Decimal(value).normalize(), use_l10n=True, force_grouping=True)


@register.filter
def isoday(value: str) -> str:
    """Return what `day` returns, from a date kept as text: *2026-03-03*."""
    return day(dt.date.fromisoformat(value)) if value else ""


@register.filter
def isomoment(value: str) -> str:
    """Return what `moment` returns, from a moment kept as text: *2026-10-19T09:00:00+02:00*."""
    return moment(dt.datetime.fromisoformat(value)) if value else ""


@register.filter(expects_localtime=True)
def period(starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    """Return *tirsdag 19. oktober kl. 9.00–14.30*; the second day too where it ends on another one."""
    if _local(starts_at).date() != _local(ends_at).date():
        return f"{moment(starts_at)} – {moment(ends_at)}"
    return f"{moment(starts_at)}{TO}{hour(ends_at)}"


@register.filter
def isoperiod(starts_at: str, ends_at: str) -> str:
    """Return what `period` returns, from two moments kept as text; with a plain dash, as mail programs know it."""
    return period(dt.datetime.fromisoformat(starts_at), dt.datetime.fromisoformat(ends_at)).replace(TO, "–")
