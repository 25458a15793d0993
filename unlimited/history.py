"""What a row was before: database triggers keep each change of a tracked model as a row of its `…Revision`.

Triggers also see bulk updates, commands and what is typed into the database. A revision holds ids, statuses, amounts,
dates and roles, never words that somebody wrote. Who did it and by which action is in the context row (`origin.py`).
"""

import datetime as dt

import pghistory
from django.contrib.postgres.indexes import BrinIndex
from django.db import connection, models
from django.db.models.fields.json import KT
from pghistory.models import Context, Event


class Revision(Event):
    """One row as it was after an INSERT or UPDATE, or before a DELETE. Only triggers write it."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.object_name} {self.pgh_obj_id} ({self.pgh_label})"


def is_word(field: models.Field) -> bool:
    """Whether a column can hold what somebody wrote: any text that is not one of a list of choices."""
    if isinstance(field, models.CharField):
        return not field.choices
    numbers = models.IntegerField | models.FloatField | models.DecimalField | models.AutoField
    facts = numbers | models.BooleanField | models.DateField | models.UUIDField | models.ForeignKey
    return not isinstance(field, facts)


def tracked(names: str):
    """Decorate a model: keep a revision of the fields in `names` at each INSERT, UPDATE and DELETE.

    An UPDATE counts also where only words change: the revision then says who, when and by which action. The triggers
    run once a statement, so that sets cost one more statement, not one a row.
    Raises ValueError for a column that can hold words.
    """
    fields = names.split()

    def track(model: type[models.Model]) -> type[models.Model]:
        if words := [name for name in fields if is_word(model._meta.get_field(name))]:
            raise ValueError(f"{model.__name__}: the history keeps no words, so not {', '.join(words)}")
        return pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(condition=None),
            pghistory.DeleteEvent(),
            fields=fields,
            obj_field=pghistory.ObjForeignKey(related_name="+", db_index=True),
            context_field=pghistory.ContextForeignKey(related_name="+", db_index=False),
            model_name=f"{model.__name__}Revision",
            base_model=Revision,
            meta={
                "verbose_name": f"revision of {model._meta.model_name}",
                "verbose_name_plural": f"revisions of {model._meta.model_name}",
                "default_permissions": (),
                # What is old enough to go is found by blocks: rows lie in the order in which they were written.
                "indexes": [BrinIndex(fields=["pgh_created_at"], name=f"{model.__name__.lower()}revision_age")],
            },
            level=pghistory.Statement,
        )(model)

    return track


def actions_of(actor: str) -> list[dict[str, object]]:
    """Return when the person known as `actor` changed tracked rows, and by which action."""
    contexts = Context.objects.alias(actor=KT("metadata__actor")).filter(actor=actor).order_by("created_at")
    return list(contexts.annotate(action=KT("metadata__action")).values("created_at", "action"))


def forget_actor(actor: str) -> None:
    """Take the pseudonym of an erased person out of the history. Ids of users in revisions lead nowhere then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pghistory_context SET metadata = metadata - 'actor' WHERE metadata->>'actor' = %s", [actor]
        )


def purge(now: dt.datetime) -> int:
    """Delete what is older than two years; return the number of revisions. The database's own clock decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT history_purge()")
        return cursor.fetchone()[0]


def make_append_only(*, role: str) -> None:
    """Leave a database role INSERT and SELECT on the history; `purge` and `forget_actor` still work.

    The context keeps UPDATE: triggers write it by an upsert, and an erasure takes the pseudonym out.
    """
    quote = connection.ops.quote_name
    tables = ", ".join(quote(model._meta.db_table) for model in revisions())
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {quote(role)}")
        cursor.execute(f"REVOKE DELETE, TRUNCATE ON {quote(Context._meta.db_table)} FROM {quote(role)}")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION history_purge() TO {quote(role)}")


def revisions() -> list[type[Revision]]:
    """Return the models of all revisions."""
    return [model for model in pghistory.core.event_models() if issubclass(model, Revision)]
