"""A report to the municipality is sent: each of its partners is told where to read it."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.models import Report
from incubators.models import MunicipalPartner
from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute

SENT = register(MailKind("report-sent", _("A report to the municipality"), is_listed=True))


def mail_report_sent(report: Report, readers: Iterable[MunicipalPartner]) -> None:
    """One mail each; what it says is read behind the log-in, where it can be taken out again."""
    letters = [
        {
            "kind": SENT.name,
            "key": f"{SENT.name}:{report.uuid}:{reader.uuid}",
            "to": reader.email,
            "language": reader.language,
            "snapshot": {
                "place": report.scope,
                "starts_on": report.starts_on.isoformat(),
                "ends_on": report.ends_on.isoformat(),
                "version": report.version,
                "url": absolute("ideas:report", reader.language, report.uuid),
            },
        }
        for reader in readers
    ]
    if letters:
        enqueue_many(letters)
