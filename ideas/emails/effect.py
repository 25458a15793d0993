"""The author is asked how much of something there is now: a link to answer by, and no word of what it is."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import letter, tell_coauthors
from ideas.links import make_measurement_token
from ideas.models import MeasurementRequest
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute

ASKED = register(MailKind("effect-asked", _("How is it now?")))


def mail_effect_asked(requests: Iterable[MeasurementRequest]) -> None:
    """Ask each author, who need not log in; and tell those who write along. One INSERT for all."""
    requests = list(requests)
    enqueue_many(_question(asked) for asked in requests)
    tell_coauthors((asked.idea, _key(asked)) for asked in requests)


def _question(asked: MeasurementRequest) -> dict:
    author = asked.idea.author
    url = absolute("ideas:measurement", author.language, make_measurement_token(asked, author))
    facts = {"url": url, "months": asked.months, "until": timezone.localdate(asked.expires_at).isoformat()}
    times = {"due_at": asked.asked_at, "expires_at": asked.expires_at}
    return letter(ASKED, asked.idea, key=_key(asked), **facts) | times


def _key(asked: MeasurementRequest) -> str:
    return f"{ASKED.name}:{asked.uuid}"
