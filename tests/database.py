"""The tests' database: migrated once and copied for each worker, and emptied quickly after a test that commits.

A migrated database is kept in the cluster as a template. Its name is made of the migrations, so that a changed
migration leads to a new template, and the old one is dropped.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql

# PostgreSQL refuses to copy a database that another process copies or uses: they take turns.
TURN = 7_004_711
# What the migrations read besides themselves.
DATA = [settings.BASE_DIR / "incubators" / "data"]
# Django makes these rows again after each flush, the same ones each time.
KEPT = {ContentType._meta.db_table, Permission._meta.db_table}


def migration_folders() -> list[Path]:
    """Return the folders of what decides how a migrated database looks."""
    return sorted({*(Path(app.path) / "migrations" for app in apps.get_app_configs()), *DATA})


def migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


@dataclass
class Template:
    """A database that `fill` has filled, kept for as long as no file in `folders` changes."""

    folders: Sequence[Path]
    fill: Callable[[], None] = migrate
    prefix: str = "unlimited_template_"

    @property
    def name(self) -> str:
        digest = hashlib.sha256(django.__version__.encode())
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.suffix != ".pyc":
                    digest.update(f"{folder.parent.name}/{path.relative_to(folder)}\0".encode())
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
        return self.prefix + digest.hexdigest()[:20]

    def copy_to(self, name: str) -> None:
        """Make the database `name` anew as a copy; fill a template first where there is none."""
        with connection._nodb_cursor() as cursor:
            # Another process may be filling the template: that takes longer than a statement of a test may.
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [TURN])
            try:
                if self.name not in self.kept(cursor):
                    self._make(cursor)
                drop(cursor, name)
                run(cursor, "CREATE DATABASE {} TEMPLATE {}", name, self.name)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])

    def kept(self, cursor) -> list[str]:
        """Return the templates that the cluster has, half-made and outdated ones included."""
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.prefix])
        return [name for (name,) in cursor.fetchall()]

    def _make(self, cursor) -> None:
        """Fill a new database, which gets its name only once it is whole; drop all others."""
        half_made, before = f"{self.prefix}new", connection.settings_dict["NAME"]
        for outdated in self.kept(cursor):
            drop(cursor, outdated)
        run(cursor, "CREATE DATABASE {}", half_made)
        use(half_made)
        try:
            self.fill()
        finally:
            use(before)
        run(cursor, "ALTER DATABASE {} RENAME TO {}", half_made, self.name)


def drop(cursor, name: str) -> None:
    """Drop a database, also one that a browser still asks for something."""
    run(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def run(cursor, statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def use(name: str) -> None:
    """Connect to the database `name` from now on."""
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


# --- After a test that commits ----------------------------------------------------------------------------------------

DELETE_ALL = """
DO $$
DECLARE
    name text;
    has_rows boolean;
BEGIN
    FOREACH name IN ARRAY ARRAY[{tables}]::text[] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
END $$
"""


def delete_all_rows() -> None:
    """Do what `flush` does, thirty times as fast: TRUNCATE makes new files for each table and index, empty or not.

    As with TRUNCATE no trigger fires.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
        names = sql.SQL(", ").join(map(sql.Literal, sorted(tables)))
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql.SQL(DELETE_ALL).format(tables=names))


def empty() -> None:
    """Empty the database the quick way, which takes PostgreSQL's superuser, or as Django does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        (is_superuser,) = cursor.fetchone()
    if is_superuser:
        delete_all_rows()
    else:
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def install() -> None:
    """Let each test that commits leave the database by `empty`."""
    TransactionTestCase._fixture_teardown = lambda _test: empty()
