"""The sweep's world many times over, and a database that believes that its tables are empty.

Autovacuum may analyse a table while it is empty; a bulk load then fills it. Until the next ANALYZE the planner expects
one row of each table, whatever is in it.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterable
from graphlib import TopologicalSorter

from allauth.account.models import EmailAddress
from django.db import connection, models, transaction
from django.db.models import ForeignKey, Model
from django.utils import timezone

from events import load as events_load
from ideas.models import Idea
from tests.factories import (
    AgreementFactory,
    IdeaFactory,
    IndicatorFactory,
    MeasurementFactory,
    MeetingFactory,
    NextStepFactory,
    StoryConsentFactory,
    StoryFactory,
    SupportRelationFactory,
    TrialFactory,
)
from tests.sweep.world import A_SUPPORTER, World
from unlimited.copying import analyse, copy_rows
from unlimited.users.models import User

EVENTS, REGISTRATIONS, MAILS = 300, 2_000, 2_000
# One of so many copies stays with the author of its original.
OWN = 50
LONG_AGO = dt.timedelta(days=60)

_COPIES = """
    CREATE TEMPORARY TABLE copies (
        of_table text, old_id bigint, number integer, new_id bigint, PRIMARY KEY (of_table, old_id, number)
    ) ON COMMIT DROP
"""


def analyse_while_empty(fill: Callable[[], object]) -> None:
    """Analyse the tables that `fill` fills when no row is left in their pages: the planner expects one row of each."""
    with transaction.atomic():
        fill()
        transaction.set_rollback(True)
    analyse()


def crowd(world: World, ideas: int) -> None:
    """Add so many ideas with all that hangs on them, an author for each, and events with registrations."""
    originals = [*world.sent_ideas, world.public_idea, *_at_work(world)]
    for idea in originals:
        _log(idea)
    multiply(originals, -(-ideas // len(originals)))
    _give_authors(ideas)
    multiply([world.failed_mail], MAILS)
    events_load.load(events=EVENTS, registrations=REGISTRATIONS, chance=random.Random(1))


def _at_work(world: World) -> list[Idea]:
    """Ideas that wait for something, each for something else."""
    facts = {"author": world.author, "incubator": world.incubator}
    supported = IdeaFactory(public=True, **facts)
    supporter = world.people[A_SUPPORTER]
    SupportRelationFactory(idea=supported, supporter=supporter, contact_at=timezone.now() - LONG_AGO)
    AgreementFactory(idea=supported, agreed=True, starts_on=timezone.localdate() - LONG_AGO)
    MeetingFactory(idea=supported, booked=True)
    NextStepFactory(idea=supported, overdue=True)
    TrialFactory(idea=supported)
    indicator = IndicatorFactory(idea=supported)
    for value in range(5):
        MeasurementFactory(indicator=indicator, value=value)
    StoryConsentFactory(person__story=StoryFactory(idea=supported), purpose="report")
    asked = IdeaFactory(public=True, **facts)
    SupportRelationFactory(idea=asked, supporter=supporter, asked=True, asked_at=timezone.now() - LONG_AGO)
    return [supported, asked, IdeaFactory(overdue=True, **facts), IdeaFactory(quiet=True, **facts)]


def _log(idea: Idea) -> None:
    """Write the log of an idea that its factory leaves out."""

    def add(kind: str, from_status: str, to_status: str, **facts) -> None:
        words = {"reason": "We lack a cellar.", "way_on": "Ask the library.", "way_on_kind": "other"}
        revision = 1000 + idea.transitions.count()
        statuses = {"from_status": from_status, "to_status": to_status}
        idea.transitions.create(kind=kind, revision=revision, at=idea.submitted_at, **statuses, **words, **facts)

    add("submitted", "draft", "submitted")
    if idea.status in Idea.PUBLIC_STATUSES:
        add("accepted", "submitted", "accepted", step="try", due_on=idea.answer_due_on)
        add("step_changed", "accepted", "accepted", step="do")
        add("step_changed", "accepted", idea.status, step=idea.step)


def _give_authors(number: int) -> None:
    """Give each copy an author of its own, but for every so-manieth."""
    people = [User(email=f"crowd{n}@example.no", name=f"Neighbour {n}", password="!") for n in range(number)]
    copy_rows(people)
    copy_rows([EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people])
    ids = list(Idea.objects.exclude(author=None).order_by("-pk").values_list("pk", flat=True)[:number])
    pairs = [(pk, user.pk) for pk, user in zip(ids, people, strict=False) if pk % OWN]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ideas_idea SET author_id = mine.author FROM unnest(%s::bigint[], %s::bigint[]) AS mine (id, author)"
            " WHERE ideas_idea.id = mine.id",
            [list(column) for column in zip(*pairs, strict=True)],
        )


def multiply(rows: Iterable[Model], copies: int) -> None:
    """Copy `rows` of one model and all that hangs on them so many times, each copy with references of its own.

    A model that refers to them joins by itself. Values that must be unique get a number, or a new UUID.
    """
    rows = list(rows)
    root = type(rows[0])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS copies")
        cursor.execute(_COPIES)
        placed: list[type[Model]] = []
        for model in _in_order(root):
            _copy(cursor, model, placed, [row.pk for row in rows] if model is root else None, copies)
            placed.append(model)


def _in_order(root: type[Model]) -> list[type[Model]]:
    """`root` and the models that refer to it, directly or by another one; each after those that it refers to."""
    graph, waiting = {root: set()}, [root]
    while waiting:
        target = waiting.pop()
        for relation in target._meta.get_fields(include_hidden=True):
            # The rows of a history are written by triggers; their key is not called id.
            if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
                continue
            model = relation.related_model
            if model is root or model._meta.pk.attname != "id":
                continue
            if model not in graph:
                graph[model] = set()
                waiting.append(model)
            if model is not target:
                graph[model].add(target)
    return list(TopologicalSorter(graph).static_order())


def _copy(cursor, model: type[Model], placed: list[type[Model]], ids: list[int] | None, copies: int) -> None:
    table = model._meta.db_table
    alone = _unique_alone(model)
    fields = [field for field in model._meta.concrete_fields if not field.generated and not field.primary_key]
    referring = [field for field in fields if isinstance(field, ForeignKey) and field.related_model in placed]
    where = " OR ".join(
        f"old.{field.column} IN (SELECT old_id FROM copies WHERE of_table = '{field.related_model._meta.db_table}')"
        for field in referring
    )
    cursor.execute(
        f"INSERT INTO copies SELECT '{table}', old.id, new.number, nextval(pg_get_serial_sequence('{table}', 'id'))"
        f" FROM {table} AS old CROSS JOIN generate_series(1, %s) AS new (number)"
        f" WHERE {'old.id = ANY(%s)' if ids else where}",
        [copies, ids] if ids else [copies],
    )
    joins = "".join(
        f" LEFT JOIN copies AS c{number} ON c{number}.of_table = '{field.related_model._meta.db_table}'"
        f" AND c{number}.old_id = old.{field.column} AND c{number}.number = copies.number"
        for number, field in enumerate(referring)
    )
    values = [
        f"COALESCE(c{referring.index(field)}.new_id, old.{field.column})"
        if field in referring
        else _value_of(field, alone)
        for field in fields
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    cursor.execute(
        f"INSERT INTO {table} (id, {columns}) SELECT copies.new_id, {', '.join(values)}"
        f" FROM copies JOIN {table} AS old ON old.id = copies.old_id{joins} WHERE copies.of_table = '{table}'"
    )


def _value_of(field: models.Field, alone: set[str]) -> str:
    """What a copy has in a field; `alone` are those in which no two rows may have the same."""
    value = f'old."{field.column}"'
    if field.name not in alone:
        return value
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    return f"CASE {value} WHEN '' THEN '' ELSE right({value} || '-' || copies.number, {field.max_length}) END"


def _unique_alone(model: type[Model]) -> set[str]:
    constraints = [one.fields for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    named = {fields[0] for fields in constraints if len(fields) == 1}
    fields = [field for field in model._meta.concrete_fields if not field.is_relation]
    return {field.name for field in fields if field.unique or field.name in named}
