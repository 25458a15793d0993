"""Passages that name others are taken out of what everyone reads, and put back. The version sent in keeps them."""

from django.utils import timezone

from ideas import emails
from ideas.actions.slugs import slug_from
from ideas.actions.transitions import IdeaError, TransitionNotAllowedError, change_idea, locked_idea
from ideas.models import Idea, Redaction, Transition
from ideas.models.redaction import FIELDS, stands_in, take_out
from unlimited.origin import audited
from unlimited.users.models import User


class PassageNotFoundError(IdeaError):
    """Words that the text does not have, or has no more; `passages` names them."""

    def __init__(self, passages: list[str]):
        super().__init__(", ".join(passages))
        self.passages = passages


@audited
def redact_idea(*, idea: Idea, by: User, seen_revision: int, passages: list[str], reason: str) -> Idea:
    """Take `passages` out of the idea's text. The author is told which, why and by whom.

    Raises PassageNotFoundError where one of them does not stand in it, TransitionNotAllowedError while the author has
    the text.
    """
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        _check_is_with_staff(idea, Transition.Kind.REDACTED)
        unknown = [passage for passage in passages if not stands_in(passage, _words_now(idea).values())]
        if unknown:
            raise PassageNotFoundError(unknown)
        Redaction.objects.bulk_create(
            Redaction(idea=idea, passage=passage, reason=reason, redacted_by=by) for passage in passages
        )
        _say(idea, _words_now(idea), without=passages)
        log = change_idea(idea, by=by, kind=Transition.Kind.REDACTED, reason=reason)
        emails.mail_redacted(idea, log)
        return idea


@audited
def lift_redaction(*, idea: Idea, by: User, seen_revision: int, redaction: Redaction) -> Idea:
    """Put a passage back, as it was in the latest submission."""
    with locked_idea(idea, seen_revision=seen_revision) as idea:
        _check_is_with_staff(idea, Transition.Kind.UNREDACTED)
        lifted = idea.redactions.active().filter(pk=redaction.pk).update(lifted_at=timezone.now(), lifted_by=by)
        if not lifted:
            raise TransitionNotAllowedError(idea, Transition.Kind.UNREDACTED)
        sent = idea.versions.order_by("-number").first().texts
        _say(idea, sent, without=_taken_out(idea))
        log = change_idea(idea, by=by, kind=Transition.Kind.UNREDACTED)
        emails.mail_unredacted(idea, log)
        return idea


@audited
def put_all_back(idea: Idea, *, by: User) -> None:
    """Put back all that is taken out of the locked idea, whose saving is the caller's.

    A text that its author is writing anew just then stays as they have it.
    """
    sent = idea.versions.order_by("-number").first().texts
    shown = without_passages_taken_out(idea, sent)
    idea.redactions.active().update(lifted_at=timezone.now(), lifted_by=by)
    words = {name: sent[name] if text == shown[name] else text for name, text in _words_now(idea).items()}
    _say(idea, words, without=[])


def take_out_again(idea: Idea) -> None:
    """Take the passages that are out already out of the locked idea's new words too, and save it."""
    passages = _taken_out(idea)
    if passages:
        _say(idea, _words_now(idea), without=passages)
        idea.save()


def without_passages_taken_out(idea: Idea, texts: dict) -> dict:
    """Return an idea's `texts` as others read them."""
    passages = _taken_out(idea)
    return {name: _shown(name, text, passages) if name in FIELDS else text for name, text in texts.items()}


def _shown(name: str, text: str, passages: list[str]) -> str:
    """The mark may be longer than what it replaces: a text as long as its column allows is cut."""
    return take_out(text, passages)[: Idea._meta.get_field(name).max_length]


def _words_now(idea: Idea) -> dict[str, str]:
    return {name: getattr(idea, name) for name in FIELDS}


def _taken_out(idea: Idea) -> list[str]:
    return list(idea.redactions.active().values_list("passage", flat=True))


def _say(idea: Idea, texts: dict[str, str], *, without: list[str]) -> None:
    """Set the texts. The address has words of the title in it: a title that changes here gets a new one."""
    old_title = idea.title
    for name in FIELDS:
        setattr(idea, name, _shown(name, texts[name], without))
    if idea.title != old_title:
        idea.slug = slug_from(idea.title)


def _check_is_with_staff(idea: Idea, kind: Transition.Kind) -> None:
    if idea.status in (Idea.Status.DRAFT, Idea.Status.CHANGES_REQUESTED):
        raise TransitionNotAllowedError(idea, kind)
