"""Mails about cases, as national staff see them: numbers, and never who has a case or how it went.

The kind of such a mail tells how a case went, and its recipient who has it. So they are only counted: by status, by the
server's answer in plain words, and by the recipients' domain where so many share it that it points at nobody.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from unlimited.mail.actions import NotRepeatableError, send_again
from unlimited.mail.answers import explain
from unlimited.mail.models import OutgoingMail

# The newest so many that wait or may not have arrived are counted, and sent again at a press.
MOST = 1000
# A domain with fewer recipients may be one person's own.
SHARED_BY = 5


@dataclass(frozen=True)
class Trouble:
    """So many mails with one status, one answer of the server and recipients at one domain."""

    status: str
    answer: str
    domain: str
    count: int


def troubles() -> list[Trouble]:
    """Return what waits or may not have arrived, the largest number first. One statement."""
    mails = OutgoingMail.objects.about_cases().troubled().newest_first()
    rows = list(mails.values_list("status", "last_error", "recipient")[:MOST])
    recipients = defaultdict(set)
    for _status, _error, recipient in rows:
        recipients[_domain(recipient)].add(recipient.lower())
    counts = Counter(
        (
            str(OutgoingMail.Status(status).label),
            str(explain(error)),
            _domain(recipient) if len(recipients[_domain(recipient)]) >= SHARED_BY else _("other domains"),
        )
        for status, error, recipient in rows
    )
    return [Trouble(*facts, count=count) for facts, count in counts.most_common()]


def send_case_mails_again(*, by) -> int:
    """Send again what failed about cases, as far as it makes sense; return how many."""
    failed = OutgoingMail.objects.about_cases().filter(status__in=OutgoingMail.REPEATABLE).newest_first()
    return sum(_is_sent_again(mail, by) for mail in failed[:MOST])


def _is_sent_again(mail: OutgoingMail, by) -> bool:
    try:
        send_again(mail=mail, by=by)
    except NotRepeatableError:
        return False
    return True


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
