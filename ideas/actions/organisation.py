"""Writing down which form an idea is given, and keeping its statutes."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from ideas.actions.transitions import IdeaError, TransitionNotAllowedError, locked_idea
from ideas.models import Idea, Organisation, SupportRelation, Transition
from unlimited.origin import audited
from unlimited.users.models import User


class OrganisationChangedError(IdeaError):
    """Somebody else has written meanwhile. `revision` is the current one."""

    def __init__(self, revision: int):
        super().__init__(f"the organisation is at revision {revision}")
        self.revision = revision


@audited
def write_organisation(
    *, idea: Idea, by: User, seen_revision: int, statutes: ContentFile | bool | None = None, **facts
) -> Organisation:
    """Save what is known of the organisation; 0 for `seen_revision`: there was nothing yet.

    A file for `statutes` replaces the one before, False takes it away, None leaves it.
    Raises OrganisationChangedError, TransitionNotAllowedError (the idea is not taken in).
    """
    with locked_idea(idea, seen_revision=None) as idea:
        if idea.status not in (*SupportRelation.SUPPORTED, Idea.Status.ENDED):
            raise TransitionNotAllowedError(idea, Transition.Kind.AGREED)
        row = Organisation.objects.filter(idea=idea).first() or Organisation(idea=idea, revision=0)
        if row.revision != seen_revision:
            raise OrganisationChangedError(row.revision)
        for name, value in facts.items():
            setattr(row, name, value)
        _keep(row, statutes)
        row.revision, row.updated_at, row.updated_by = row.revision + 1, timezone.now(), by
        row.save()
        return row


def _keep(row: Organisation, statutes: ContentFile | bool | None) -> None:
    """Put the new file in the old one's place; the old one goes once the row is saved for good."""
    if statutes is None:
        return
    storage, old = row.statutes.storage, row.statutes.name
    row.statutes = statutes or ""
    if old:
        transaction.on_commit(lambda: storage.delete(old))
