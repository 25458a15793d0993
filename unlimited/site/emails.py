"""The mails that the site itself sends."""

from django.utils.translation import gettext_lazy as _

from unlimited.mail.actions import enqueue_many
from unlimited.mail.kinds import MailKind, register
from unlimited.mail.links import absolute
from unlimited.site.models import AccessibilityFeedback
from unlimited.users.models import User

FEEDBACK = register(MailKind("accessibility-feedback", _("Word about accessibility"), is_listed=True))


def mail_feedback(feedback: AccessibilityFeedback) -> None:
    """Tell national staff that somebody could not use something. What was written stays behind the log-in."""
    enqueue_many(
        {
            "kind": FEEDBACK.name,
            "key": f"accessibility-feedback:{feedback.uuid}:{person.uuid}",
            "to": person.email,
            "language": person.language,
            "snapshot": {"url": absolute("site:feedback", person.language)},
        }
        for person in User.objects.filter(is_staff=True, is_active=True)
    )
