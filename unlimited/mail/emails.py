"""The outbox's own kind of mail: what the framework wants to send, such as errors to administrators."""

from django.utils.translation import gettext_lazy as _

from unlimited.mail.kinds import MailKind, Priority, register

PLAIN = register(
    MailKind(
        "plain-message", _("Message from the site itself"), priority=Priority.BULK, is_verbatim=True, is_listed=True
    )
)
