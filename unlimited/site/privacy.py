"""What the site's own records hold about a person: handed out, erased, and gone after a year."""

import datetime as dt

from unlimited.site.models import AccessibilityFeedback
from unlimited.users.models import User
from unlimited.users.registry import register_eraser, register_exporter, register_retention

KEPT_FOR = dt.timedelta(days=365)


def export_feedback(user: User) -> list[dict]:
    rows = AccessibilityFeedback.objects.filter(email__iexact=user.email).order_by("created_at")
    return [{"page": row.page, "text": row.text, "written": row.created_at.isoformat()} for row in rows]


def erase_feedback(user: User) -> None:
    """Part what was said from the person: the fault in the site is still there."""
    AccessibilityFeedback.objects.filter(email__iexact=user.email).update(email="")


def purge_feedback(now: dt.datetime) -> int:
    removed, _by_model = AccessibilityFeedback.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return removed


register_exporter("site", export_feedback)
register_eraser("site", erase_feedback)
register_retention("site", purge_feedback)
