"""Cases that were closed five years ago: those who wrote them are warned, and a month later the case ends.

The case of an association is deleted. The Archives Act may keep the case of a public incubator: that is parted from
those who wrote it, and out of everybody's sight but its staff's, as when its author erases the account (`erasing`).
"""

import datetime as dt
from collections.abc import Iterator

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from ideas import emails
from ideas.actions.erasing import delete_idea
from ideas.actions.followers import CaseChange, follow, lock_budgets
from ideas.actions.stories import lock_stories, take_out_of_reports
from ideas.actions.transitions import IdeaBusyError
from ideas.emails.old_cases import old_case_key
from ideas.models import Appeal, CoAuthor, Idea, Transition
from ideas.models.submission import IdeaQuerySet
from incubators.models import Incubator
from unlimited.locks import short_wait
from unlimited.lookups import Found
from unlimited.mail.actions import keys_sent_before
from unlimited.runs.parts import Parts
from unlimited.users.models import Consent, User

CLOSED_FOR = dt.timedelta(days=5 * 365)
WARNED_FOR = dt.timedelta(days=30)
# Of one run. The rest is left to the next one, an hour later.
MOST = 500
PUBLIC = Incubator.LegalStatus.PUBLIC


def closed_before(moment: dt.datetime) -> IdeaQuerySet:
    """Cases closed before `moment` that still hang on somebody or may be deleted; `over_since` on each.

    Not one with an open appeal, nor one that another case has gone into: the other ends first.
    """
    ends = Transition.objects.filter(idea=OuterRef("pk")).exclude(to_status__in=Idea.OPEN_STATUSES)
    ends = ends.exclude(from_status=F("to_status")).order_by("-at").values("at")[:1]
    ideas = Idea.objects.exclude(status__in=(*Idea.OPEN_STATUSES, Idea.Status.DRAFT))
    ideas = ideas.annotate(over_since=Coalesce(Subquery(ends), "updated_at")).filter(over_since__lt=moment)
    appeals = Appeal.objects.open().filter(decision__idea=OuterRef("pk"))
    not_ended = ~Q(incubator__legal_status=PUBLIC) | Q(author__isnull=False)
    merged = Idea.objects.filter(not_ended, merged_into=OuterRef("pk"))
    hangs = Q(author__isnull=False) | Q(may_publish=True) | Found(CoAuthor.objects.filter(idea=OuterRef("pk")))
    return ideas.filter(~Q(incubator__legal_status=PUBLIC) | hangs).filter(~Found(appeals), ~Found(merged))


def due_cases(now: dt.datetime) -> list[int]:
    """Return the ids of cases whose time is over and whose writers were warned a month ago, at most MOST."""
    ideas = list(closed_before(now - CLOSED_FOR).select_related("author").order_by("over_since", "pk")[:MOST])
    keys = {idea.pk: [old_case_key(idea, one) for one in people] for idea, people in _writers_of(ideas).items()}
    warned = keys_sent_before(now - WARNED_FOR, [key for some in keys.values() for key in some])
    return [idea.pk for idea in ideas if warned.issuperset(keys[idea.pk])]


def end_old_cases(now: dt.datetime) -> int:
    """Warn those who wrote cases that are soon due, and end those that are; return how many have ended."""

    def warn(ideas: list[Idea]) -> int:
        emails.mail_cases_old(_writers_of(ideas), goes_on=now + WARNED_FOR)
        return 0

    with Parts("ideas.end_old_cases") as parts:
        soon = closed_before(now - CLOSED_FOR + WARNED_FOR).select_related("author", "incubator")
        parts.in_batches("warnings", soon, warn)
        return parts.each("cases", due_cases(now), lambda pk: _end(pk, now))


def _writers_of(ideas: list[Idea]) -> dict[Idea, list[User]]:
    """Return the author and those who write or read along, where they have an account that takes mail."""
    people: dict[Idea, list[User]] = {idea: [idea.author] if idea.author else [] for idea in ideas}
    for row in CoAuthor.objects.joined().filter(idea__in=ideas).select_related("user").order_by("pk"):
        people[row.idea].append(row.user)
    return {idea: [one for one in some if one.is_active] for idea, some in people.items()}


def _end(pk: int, now: dt.datetime) -> int:
    """Delete the case, or part it from those who wrote it; nothing where it has been opened again meanwhile."""
    with short_wait(IdeaBusyError):
        both = Idea.objects.filter(Q(pk=pk) | Q(merged_into=pk)).order_by("pk")
        locked = list(both.select_for_update(no_key=True, of=("self",)))
        idea = closed_before(now - CLOSED_FOR).select_related("author", "incubator").filter(pk=pk).first()
        if idea is None:
            return 0
        lock_budgets(locked)
        lock_stories(idea.stories.values_list("pk", flat=True))
        emails.cancel_mails_about_idea(idea)
        take_out_of_reports(idea.stories.values_list("pk", flat=True))
        Consent.objects.filter(purpose=Consent.Purpose.PUBLISH_IDEA, subject=idea.consent_subject).delete()
        if idea.incubator.legal_status == PUBLIC:
            _part(idea, now)
        else:
            delete_idea(idea)
    return 1


def _part(idea: Idea, now: dt.datetime) -> None:
    """Take the locked `idea` from those who wrote it, wherever a row of the case names them."""
    writers = [idea.author_id, *idea.coauthors.values_list("user", flat=True)]
    idea.author, idea.may_publish, idea.age_band = None, False, ""
    idea.save()
    follow(CaseChange([idea], kind=Transition.Kind.WITHDRAWN, by=None, at=now, is_erased=True))
    CoAuthor.objects.filter(idea=idea).delete()
    for model, path, field in _names_in(Idea, ""):
        model._base_manager.filter(**{path: idea, f"{field}__in": writers}).update(**{field: None})
    emails.forget_idea_in_mails(idea)


def _names_in(model: type[models.Model], path: str, depth: int = 2) -> Iterator[tuple[type[models.Model], str, str]]:
    """Yield what hangs on `model`: each model, its way to the case, and its field that names a person and may be empty.

    Erasing an account empties the same fields.
    """
    for relation in model._meta.related_objects:
        other, name = relation.related_model, f"{relation.field.name}__{path}".strip("_")
        if relation.on_delete is models.CASCADE and other._meta.managed:
            for field in other._meta.concrete_fields:
                if field.related_model is User and field.null:
                    yield other, name, field.name
            if depth > 1:
                yield from _names_in(other, name, depth - 1)
