"""What staff keep ready for their answers, and what an answer must be before it is sent."""

from django.db import IntegrityError, transaction

from ideas.actions.transitions import IdeaError
from ideas.models import AnswerTemplate, Idea, Partner
from ideas.models.answers import gap_in, same_words
from incubators.models import Incubator
from unlimited.locks import WaitedTooLongError, short_wait


class Error(Exception):
    """What is kept ready cannot be changed so."""


class BusyError(Error, WaitedTooLongError):
    """Somebody else is saving it just now."""


class NameTakenError(Error):
    """There is one of that name already."""


class ChangedMeanwhileError(Error):
    """Somebody else has changed it since this person read it."""


class UnfinishedTextError(IdeaError):
    """Not ready to send. `fields` has by field the gap that is left, or "" where it is as the template has it."""

    def __init__(self, fields: dict[str, str]):
        super().__init__(", ".join(fields))
        self.fields = fields


def check_finished(idea: Idea, kind: str, **texts: str) -> None:
    """Refuse an answer that nobody has made their own: a gap left in any text, or a reason straight from a template.

    A way on may stand as the template has it: an address and opening hours are the same for everybody.
    """
    fields = {name: gap for name, text in texts.items() if (gap := gap_in(text))}
    ready = AnswerTemplate.objects.filter(incubator=idea.incubator_id, kind=kind).values_list("reason", flat=True)
    if "reason" not in fields and any(same_words(texts["reason"], reason) for reason in ready):
        fields["reason"] = ""
    if fields:
        raise UnfinishedTextError(fields)


def save_template(*, incubator: Incubator, facts: dict, template: AnswerTemplate | None, seen_at: str = ""):
    """Keep a text for answers: a new one, or `template` as its reader saw it at `seen_at`."""
    return _save(template or AnswerTemplate(incubator=incubator), facts, seen_at)


def save_partner(*, incubator: Incubator, facts: dict, partner: Partner | None, seen_at: str = ""):
    """Keep a partner on the incubator's own list: a new one, or `partner` as its reader saw it at `seen_at`."""
    return _save(partner or Partner(incubator=incubator), facts, seen_at)


def _save(row: AnswerTemplate | Partner, facts: dict, seen_at: str) -> AnswerTemplate | Partner:
    with short_wait(BusyError):
        if row.pk:
            row = type(row).objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
            if row.updated_at.isoformat() != seen_at:
                raise ChangedMeanwhileError
        for name, value in facts.items():
            setattr(row, name, value)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise NameTakenError from error
    return row
