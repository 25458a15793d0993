"""Handing a public incubator's case out to somebody who asks for it."""

from ideas.actions.transitions import locked_idea
from ideas.models import CaseExport, Idea
from unlimited.origin import audited
from unlimited.security_log import security_event
from unlimited.users.models import User


@audited
def export_case(*, idea: Idea, by: User, form: str, asked_by: str, has_author: bool) -> CaseExport:
    """Note that the case is handed out, before it is. Nothing leaves that is not in this log."""
    with locked_idea(idea, seen_revision=None) as idea:
        security_event("case-handed-out", idea=idea.uuid, form=form)
        return CaseExport.objects.create(
            idea=idea,
            made_by=by,
            form=form,
            asked_by=asked_by,
            has_author=has_author,
            passages_left_out=idea.redactions.active().count(),
        )
