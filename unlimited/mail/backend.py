"""Django's own mails (`mail_admins`, `send_mail`) go the way of all mails: into the outbox."""

import hashlib
import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone

from unlimited.mail.actions import enqueue_many
from unlimited.mail.emails import PLAIN

logger = logging.getLogger(__name__)


class OutboxBackend(BaseEmailBackend):
    """Puts the text of each message in the outbox, one mail a recipient; HTML and attachments stay behind.

    Never raises: what is sent this way is mostly word of an error, perhaps of the database's own.
    """

    def send_messages(self, email_messages) -> int:
        """Return how many messages are in the outbox now."""
        return sum(map(_keep, email_messages))


def _keep(message: EmailMessage) -> bool:
    try:
        with transaction.atomic():
            enqueue_many([_mail(message, recipient) for recipient in message.recipients()])
    except DatabaseError as error:
        # A warning: an error might be mailed to administrators, through here.
        logger.warning("A mail could not be kept (%s).", type(error).__name__)
        return False
    return True


def _mail(message: EmailMessage, recipient: str) -> dict:
    return {
        "kind": PLAIN.name,
        "key": f"{PLAIN.name}:{_fingerprint(message, recipient)}",
        "to": recipient,
        "language": settings.LANGUAGE_CODE,
        "snapshot": {"subject": message.subject, "body": message.body},
    }


def _fingerprint(message: EmailMessage, recipient: str) -> str:
    """The same mail twice within the hour is one; of errors to administrators the subject alone counts."""
    is_error = recipient in {address for _name, address in settings.ADMINS}
    told = [timezone.now().strftime("%Y-%m-%dT%H"), recipient, str(message.subject), "" if is_error else message.body]
    return hashlib.sha256("\n".join(told).encode("utf-8", "replace")).hexdigest()
