"""Two cases become one."""

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import tell_author, tell_colleagues, to_author
from ideas.models import Idea, Merge, Transition
from unlimited.mail.kinds import MailKind, register

MERGE_ASKED = register(MailKind("merge-asked", _("May two ideas become one?")))
MERGE_OVER = register(MailKind("merge-over", _("Two ideas do not become one")))
MERGED = register(MailKind("idea-merged", _("Two ideas have become one")))


def mail_merge_asked(merge: Merge) -> None:
    """Ask both authors; who wrote both is asked once."""
    to_author(MERGE_ASKED, merge.source, key=f"{MERGE_ASKED.name}:{merge.uuid}:source")
    if merge.source.author_id != merge.target.author_id or merge.source.author_id is None:
        to_author(MERGE_ASKED, merge.target, key=f"{MERGE_ASKED.name}:{merge.uuid}:target")


def mail_merge_over(merge: Merge) -> None:
    """Tell who proposed it that it came to nothing: why, stands on the page."""
    who = [merge.proposed_by] if merge.proposed_by and merge.proposed_by.is_active else []
    tell_colleagues(MERGE_OVER, merge.source, who, but=None, key=str(merge.uuid), at="sla-sammen/")


def mail_merged(idea: Idea, log: Transition) -> None:
    """Tell the author of either what has become of their idea."""
    tell_author(MERGED, idea, log, is_gone=idea.merged_into_id is not None)
