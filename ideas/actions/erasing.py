"""A person erases the account: what they supported ends, and each idea of theirs is passed on, kept or deleted.

An idea that nobody takes over ends first like any other (`followers.FOLLOWERS`), so that all others are told, and is
deleted then. Where the law keeps the case, it stays with its staff, without its author and out of everybody else's
sight.

Locks: all ideas that this touches in the order of their ids, as in `transitions.locked_ideas`; then the
budgets, then the stories.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ideas import emails
from ideas.actions.coauthors import pass_on
from ideas.actions.followers import CaseChange, follow, lock_budgets
from ideas.actions.merging import withdraw_merged_into
from ideas.actions.stories import lock_stories, stories_with, take_out_of_reports
from ideas.actions.support import end_support_of
from ideas.actions.transitions import change_idea
from ideas.models import Idea, Organisation, SupportRelation, Transition
from incubators.models import Incubator
from unlimited.users.models import User

Kind, Status = Transition.Kind, Idea.Status


def erase_ideas(user: User) -> None:
    """End what the person supports, and pass on, keep or delete each of their ideas."""
    supported = SupportRelation.objects.under_way().filter(supporter=user).values("idea")
    touched = Q(author=user) | Q(merged_into__author=user) | Q(pk__in=supported)
    locked = list(Idea.objects.select_for_update(no_key=True, of=("self",)).filter(touched).order_by("pk"))
    lock_budgets(locked)
    lock_stories(stories_with(user))
    end_support_of(user)
    for pk in [idea.pk for idea in locked if idea.author_id == user.pk]:
        _erase_idea(Idea.objects.select_related("incubator").get(pk=pk))  # one that is gone may have let this one go


def _erase_idea(idea: Idea) -> None:
    """Give the idea to who has written along longest and may write; else end it, and keep or delete it."""
    heirs = idea.coauthors.editors().filter(user__is_active=True).select_related("user").order_by("joined_at")
    if heir := heirs.first():
        pass_on(idea, heir, by=None)
        return
    emails.cancel_mails_about_idea(idea)
    is_kept = idea.status != Status.DRAFT and idea.incubator.legal_status == Incubator.LegalStatus.PUBLIC
    if idea.status != Status.DRAFT:
        end_for_erasure(idea, is_kept=is_kept)
    take_out_of_reports(idea.stories.values_list("pk", flat=True))
    if is_kept:
        emails.forget_idea_in_mails(idea)
    else:
        delete_idea(idea)


def end_for_erasure(idea: Idea, *, is_kept: bool) -> None:
    """End the case and let all areas follow; from here on the locked `idea` has no author."""
    emails.mail_idea_erased(idea, is_kept=is_kept)
    idea.author, idea.may_publish, idea.age_band = None, False, ""
    if idea.can_become(Status.WITHDRAWN):
        change_idea(idea, by=None, kind=Kind.WITHDRAWN, to_status=Status.WITHDRAWN, is_erased=True)
    else:
        idea.save()
        follow(CaseChange([idea], kind=Kind.WITHDRAWN, by=None, at=timezone.now(), is_erased=True))


def delete_idea(idea: Idea) -> None:
    """Delete the locked `idea`, its files, and its name in mails to others. What became part of it is withdrawn."""
    withdraw_merged_into(idea)
    files = [*Organisation.objects.filter(idea=idea).values_list("statutes", flat=True)]
    files += idea.trials.values_list("picture", flat=True)
    names = {idea.picture.name, *idea.versions.values_list("texts__picture", flat=True), *files} - {"", None}
    storage = idea.picture.storage
    emails.forget_idea_in_mails(idea)
    idea.delete()
    transaction.on_commit(lambda: [storage.delete(name) for name in names])
