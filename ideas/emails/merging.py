"""Two cases become one."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import tell_author, tell_colleagues, to_author
from ideas.models import Idea, Merge, Transition
from unlimited.mail.kinds import MailKind, register
from unlimited.users.models import User

MERGE_ASKED = register(MailKind("merge-asked", _("May two ideas become one?")))
MERGE_OVER = register(MailKind("merge-over", _("Two ideas do not become one")))
LAPSED = register(MailKind("merge-lapsed", _("A question about merging is over")))
MERGED = register(MailKind("idea-merged", _("Two ideas have become one")))


def mail_merge_asked(merge: Merge) -> None:
    """Ask both authors; who wrote both is asked once."""
    to_author(MERGE_ASKED, merge.source, key=f"{MERGE_ASKED.name}:{merge.uuid}:source")
    if merge.source.author_id != merge.target.author_id or merge.source.author_id is None:
        to_author(MERGE_ASKED, merge.target, key=f"{MERGE_ASKED.name}:{merge.uuid}:target")


def mail_merge_over(merge: Merge, *, idea: Idea | None = None) -> None:
    """Tell who proposed it that it came to nothing: why, stands on the page of `idea`, the source by default."""
    who = [merge.proposed_by] if merge.proposed_by and merge.proposed_by.is_active else []
    tell_colleagues(MERGE_OVER, idea or merge.source, who, but=None, key=str(merge.uuid), at="sla-sammen/")


def mail_merge_lapsed(merge: Merge, *, overtaken: Iterable[Idea], but: User | None) -> None:
    """Tell the author of the other idea that they need not answer: `overtaken` are the ideas that made it lapse.

    Without `but`, who closed the first idea and may be the author of both.
    """
    for side in Merge.Side.values:
        idea = merge.idea_of(side)
        if idea not in overtaken and (idea.author is None or idea.author != but):
            to_author(LAPSED, idea, key=f"{LAPSED.name}:{merge.uuid}:{side}")


def mail_merged(idea: Idea, log: Transition) -> None:
    """Tell the author of either what has become of their idea."""
    tell_author(MERGED, idea, log, is_gone=idea.merged_into_id is not None)
