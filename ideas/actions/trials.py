"""Writing down what was tried; either side may, and either may put it right."""

import uuid

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from ideas import emails
from ideas.actions.meetings import NotOfTheTwoError
from ideas.actions.transitions import IdeaError, locked_idea, record_contact
from ideas.models import Idea, Side, SupportRelation, Trial, side_of
from unlimited.origin import audited
from unlimited.users.models import User


class TrialChangedError(IdeaError):
    """Somebody has changed it since it was opened. `revision` is the current one, None where the row is gone."""

    def __init__(self, revision: int | None):
        super().__init__(f"the trial is at revision {revision}")
        self.revision = revision


@audited
def write_trial(
    *, idea: Idea, by: User, token: uuid.UUID, picture: ContentFile | bool | None = None, **facts
) -> Trial:  # fmt: skip
    """Write down a trial. The same `token` twice is one trial. Raises NotOfTheTwoError."""
    with locked_idea(idea, seen_revision=None) as idea:
        side = _side(by, idea)
        written = idea.trials.filter(uuid=token).first()
        if written:
            return written
        trial = Trial(uuid=token, idea=idea, side=side, written_by=by, **facts)
        _keep(trial, picture)
        trial.save()
        if side == Side.SUPPORTER:
            record_contact(idea, at=timezone.now())
        emails.mail_trial_written(trial, _supporter_of(idea))
        return trial


@audited
def change_trial(
    *, trial: Trial, by: User, seen_revision: int, picture: ContentFile | bool | None = None, **facts
) -> Trial:  # fmt: skip
    """Put it right; False for `picture` takes the picture away. Raises TrialChangedError, NotOfTheTwoError."""
    with locked_idea(trial.idea, seen_revision=None) as idea:
        _side(by, idea)
        row = _now(trial, seen_revision)
        for name, value in facts.items():
            setattr(row, name, value)
        _keep(row, picture)
        row.revision, row.updated_at = row.revision + 1, timezone.now()
        row.save()
        return row


@audited
def remove_trial(*, trial: Trial, by: User, seen_revision: int) -> None:
    """Take it away, with its picture. Raises TrialChangedError, NotOfTheTwoError."""
    with locked_idea(trial.idea, seen_revision=None) as idea:
        _side(by, idea)
        row = _now(trial, seen_revision)
        _keep(row, False)
        row.delete()


def _side(by: User, idea: Idea) -> Side:
    side = side_of(by, idea) if idea.status in (*SupportRelation.SUPPORTED, Idea.Status.ENDED) else None
    if side is None:
        raise NotOfTheTwoError
    return side


def _now(trial: Trial, seen_revision: int) -> Trial:
    row = Trial.objects.filter(pk=trial.pk).first()
    if row is None or row.revision != seen_revision:
        raise TrialChangedError(row.revision if row else None)
    return row


def _keep(trial: Trial, picture: ContentFile | bool | None) -> None:
    """Put the new picture in the old one's place; the old one goes once the row is saved for good."""
    if picture is None:
        return
    storage, old = trial.picture.storage, trial.picture.name
    trial.picture = picture or ""
    if not picture:
        trial.picture_alt, trial.picture_agreed = "", False
    if old:
        transaction.on_commit(lambda: storage.delete(old))


def _supporter_of(idea: Idea) -> User | None:
    relation = idea.support_relations.active().select_related("supporter").first()
    return relation.supporter if relation else None
