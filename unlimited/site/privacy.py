"""What the site's own records hold about a person: handed out, erased, and gone after a year."""

import datetime as dt

from django.db.models import QuerySet

from unlimited.site.models import AccessibilityFeedback
from unlimited.users.acts import register_acts
from unlimited.users.addresses import addresses_of, register_address_rows, with_address
from unlimited.users.models import User
from unlimited.users.registry import register_eraser, register_exporter, register_retention

KEPT_FOR = dt.timedelta(days=365)


def export_feedback(user: User) -> list[dict]:
    rows = _feedback_of(user).order_by("created_at")
    return [{"page": row.page, "text": row.text, "written": row.created_at.isoformat()} for row in rows]


def erase_feedback(user: User) -> None:
    """Part what was said from the person: the fault in the site is still there."""
    _feedback_of(user).update(email="")


def move_feedback(*, user: User, old: str, new: str) -> None:
    with_address(AccessibilityFeedback.objects.all(), "email", [old]).update(email=new)


def _feedback_of(user: User) -> QuerySet[AccessibilityFeedback]:
    return with_address(AccessibilityFeedback.objects.all(), "email", addresses_of(user))


def purge_feedback(now: dt.datetime) -> int:
    removed, _by_model = AccessibilityFeedback.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return removed


register_exporter("site", export_feedback)
register_eraser("site", erase_feedback)
register_acts("site", {"AccessibilityFeedback.handled_by": ("handled_at", "page")})
register_retention(
    "site",
    purge_feedback,
    what="words about accessibility",
    age="1 year",
    effect="deleted",
    ground="GDPR 5(1)(e)",
    models=("site.AccessibilityFeedback",),
)
register_address_rows("site.AccessibilityFeedback", "email", move=move_feedback)
