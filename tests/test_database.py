"""The template of the tests' database is made anew when a migration changes, and emptying a database leaves nothing."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from events.models import Event
from tests import database
from tests.factories import ReportFactory, SeatFactory, SupportRelationFactory
from tests.settings import WORKER

COPY = f"copy_of_template_{WORKER}"


@pytest.fixture
def filled() -> list[str]:
    """The names of the databases that were filled."""
    return []


@pytest.fixture
def template(tmp_path, filled, transactional_db):
    """A template of one migration, whose filling is a table."""

    def fill() -> None:
        filled.append(connection.settings_dict["NAME"])
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE filled AS SELECT 1 AS number")

    (tmp_path / "0001_first.py").write_text("first")
    template = database.Template([tmp_path], fill, prefix=f"other_template_{WORKER}_")
    yield template
    with connection._nodb_cursor() as cursor:
        for name in [COPY, *template.kept(cursor)]:
            database.drop(cursor, name)


def kept(template) -> list[str]:
    with connection._nodb_cursor() as cursor:
        return template.kept(cursor)


def test_template_is_filled_once_and_copied_each_time(template, filled):
    before = connection.settings_dict["NAME"]
    for _time in range(2):
        template.copy_to(COPY)
    assert filled == [f"{template.prefix}new"]
    assert kept(template) == [template.name]
    assert connection.settings_dict["NAME"] == before
    database.use(COPY)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM filled")
            assert cursor.fetchone() == (1,)
    finally:
        database.use(before)


@pytest.mark.parametrize(
    ("name", "words"), [("0001_first.py", "changed"), ("0002_second.py", "added"), ("data/facts.csv", "a,b")]
)
def test_changed_migration_makes_a_new_template_and_drops_the_old(template, filled, tmp_path, name, words):
    template.copy_to(COPY)
    old = template.name
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(words)
    template.copy_to(COPY)
    assert len(filled) == 2
    assert kept(template) == [template.name] != [old]


def test_template_that_was_left_half_made_is_made_again(template, filled):
    with connection._nodb_cursor() as cursor:
        database.run(cursor, "CREATE DATABASE {}", f"{template.prefix}new")
    template.copy_to(COPY)
    assert (len(filled), kept(template)) == (1, [template.name])


def test_migrations_of_all_apps_decide_about_the_template():
    folders = database.migration_folders()
    assert {"ideas", "events", "incubators", "mail", "users", "auth", "account"} <= {one.parent.name for one in folders}


@pytest.mark.django_db
def test_copied_database_lacks_no_migration():
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return {table: count for table, count in counts.items() if count}


@pytest.mark.django_db(transaction=True)
def test_emptying_leaves_what_a_flush_leaves():
    def fill() -> None:
        SupportRelationFactory()
        SeatFactory()
        ReportFactory()

    fill()
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    left = rows()
    fill()
    assert len(rows()) > len(left) + 5
    database.delete_all_rows()
    assert rows() == left
    assert left == {
        ContentType._meta.db_table: ContentType.objects.count(),
        Permission._meta.db_table: Permission.objects.count(),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(2))
def test_test_that_commits_leaves_nothing_to_the_next(_time):
    assert not Event.objects.exists()
    SeatFactory()
