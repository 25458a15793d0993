"""Two cases become one."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ideas.emails.recipients import log_key, tell_coauthors, tell_colleagues, title_of, to_author, to_author_alone
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
    """Tell the proposer that the ideas do not merge; the page of `idea` (default: the source) says why."""
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


def mail_merged(source: Idea, target: Idea, *, gone: Transition, grown: Transition) -> None:
    """Tell the author of either what has become of their idea; the author of both gets one mail.

    Those who write along in both, or wrote one and write along in the other, get one mail as well.
    """
    source_key, target_key = log_key(MERGED, source, gone), log_key(MERGED, target, grown)
    has_one_author = source.author_id is not None and source.author_id == target.author_id
    if not has_one_author:
        to_author_alone(MERGED, source, key=source_key, is_gone=True, other="")
    other = title_of(source) if has_one_author else ""
    to_author_alone(MERGED, target, key=target_key, is_gone=False, other=other)
    news = [(target, target_key), (source, source_key)]
    tell_coauthors(news, but=[source.author, target.author], is_one_thing=True)
