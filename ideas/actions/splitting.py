"""Where one text holds two ideas, staff make a second case of one of them. The first stays as it is.

Locks: the incubator, then the idea, as `closing.close_incubator` does: what closes takes the second case along, or was
first, and then the case is not where it was read.
"""

from django.utils import timezone

from ideas import emails
from ideas.actions.redaction import take_out_again
from ideas.actions.slugs import slug_from
from ideas.actions.submission import keep_version
from ideas.actions.transitions import IdeaBusyError, TransitionNotAllowedError, change_idea, locked_idea
from ideas.models import CoAuthor, Idea, Redaction, Transition
from incubators.models import Incubator
from unlimited.locks import short_wait
from unlimited.origin import audited
from unlimited.users.models import User

Kind, Status = Transition.Kind, Idea.Status
# While the author changes the text, staff do not have it.
STATUSES = (Status.SUBMITTED, Status.ACCEPTED, Status.PAUSED)


@audited
def split_idea(*, idea: Idea, by: User, seen_revision: int, title: str, need: str, proposal: str, reason: str) -> Idea:
    """Make a second case with these texts, by the same people; return it.

    It has the date of the first where that waits for its answer, else one of its own. Nobody has said yes to
    publishing these words: that is the author's to say on its page. What is taken out of the first is taken out here.
    """
    with short_wait(IdeaBusyError):
        _hold_incubator(idea)
        with locked_idea(idea, seen_revision=seen_revision) as idea:
            if idea.status not in STATUSES:
                raise TransitionNotAllowedError(idea, Kind.SPLIT)
            new = _second_case(idea, by, reason=reason, title=title, need=need, proposal=proposal)
            log = change_idea(idea, by=by, kind=Kind.SPLIT, reason=reason, other_idea=new)
            emails.mail_split(idea, log)
            return new


def _hold_incubator(idea: Idea) -> None:
    Incubator.objects.select_for_update(no_key=True, of=("self",)).get(pk=idea.incubator_id)


def _second_case(idea: Idea, by: User, *, reason: str, **texts: str) -> Idea:
    new = Idea(split_from=idea, author=idea.author, incubator=idea.incubator, language=idea.language, **texts)
    new.neighbourhood, new.slug, new.submitted_at = idea.neighbourhood, slug_from(new.title), idea.submitted_at
    if idea.is_waiting_for_answer:
        new.answer_due_on, new.new_due_on = idea.answer_due_on, idea.new_due_on
    else:
        new.answer_due_on = idea.incubator.answer_due_on(timezone.now())
    new.save()
    new.themes.set(idea.themes.all())
    _copy_people(idea, new)
    change_idea(new, by=by, kind=Kind.SPLIT_OFF, to_status=Status.SUBMITTED, reason=reason, other_idea=idea)
    keep_version(new)
    Redaction.objects.bulk_create(
        Redaction(idea=new, passage=one.passage, reason=one.reason, redacted_by=one.redacted_by)
        for one in idea.active_redactions
    )
    take_out_again(new)
    return new


def _copy_people(idea: Idea, new: Idea) -> None:
    """Those who write along in the first do so in the second; who is only asked is not asked twice."""
    now = timezone.now()
    CoAuthor.objects.bulk_create(
        CoAuthor(
            idea=new,
            email=row.email,
            role=row.role,
            status=row.status,
            user=row.user,
            wants_mail=row.wants_mail,
            joined_at=now,
            expires_at=now,
        )
        for row in idea.coauthors.joined().select_related("user")
    )
