"""What people did, for their export: each app lists the columns that name a person, and what of a row is theirs.

    register_acts("ideas", {"Transition.by": ("at", "kind", "reason", "idea__incubator__name")})

A row is handed out to the person in that column: when, what, and the words that they wrote. Words of others, and who
they are, stay out. Columns that another exporter reads need no entry; a test runs the export and fails on a column that
names a person and is asked about nowhere.
"""

from collections.abc import Mapping

from django.apps import apps
from django.utils.translation import gettext as _

from unlimited.users.models import User
from unlimited.users.registry import register_exporter
from unlimited.users.rules import needs_factor

Columns = Mapping[str, tuple[str, ...]]


def register_acts(app: str, columns: Columns) -> None:
    """Hand out rows of `app` to the people in them: fields to show by "Model.field"."""
    register_exporter(f"{app}_acts", lambda user: acts_of(user, app, columns))


def acts_of(user: User, app: str, columns: Columns) -> dict[str, object]:
    """Return the rows by column, oldest first; columns without a row are left out.

    Staff read their work in a session that has shown the second factor, as they do on the pages.
    """
    if needs_factor(user):
        return {"left_out": _("Log in with your second factor to get what you did as staff.")}
    acts = {}
    for column, fields in columns.items():
        model, name = column.split(".")
        rows = apps.get_model(app, model)._base_manager.filter(**{name: user}).order_by("pk").values(*fields)
        if found := list(rows):
            acts[column] = found
    return acts
