"""Sub-selects that PostgreSQL cannot turn into joins, and what the planner is told after a bulk load."""

import pytest
from django.db import connection
from django.db.models import OuterRef

from incubators.models import Incubator, Membership
from tests.factories import IncubatorFactory, MembershipFactory
from unlimited.copying import analyse
from unlimited.lookups import Found, OneOf

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    """Two incubators: with a leader, and with nobody."""
    return MembershipFactory(leader=True).incubator, IncubatorFactory()


def plan_of(rows) -> str:
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_one_of_keeps_the_rows_whose_field_has_one_of_the_values(places):
    led, empty = places
    ours = Incubator.objects.filter(pk__in=[led.pk, empty.pk])
    is_led = OneOf("pk", Membership.objects.filter(role="leader").values("incubator"))
    assert [*ours.filter(is_led)] == [led]
    assert [*ours.filter(~is_led)] == [empty]


def test_one_of_takes_the_first_rows_of_an_order():
    first, second = (MembershipFactory().incubator for _ in range(2))
    newest = Membership.objects.order_by("-pk").values("incubator")[:1]
    assert [*Incubator.objects.filter(OneOf("pk", newest), pk__in=[first.pk, second.pk])] == [second]


def test_found_keeps_the_rows_that_have_one(places):
    led, empty = places
    ours = Incubator.objects.filter(pk__in=[led.pk, empty.pk])
    leaders = Found(Membership.objects.filter(incubator=OuterRef("pk"), role="leader"))
    assert [*ours.filter(leaders)] == [led]
    assert [*ours.filter(~leaders)] == [empty]


def test_neither_becomes_a_join(places):
    members = Membership.objects.filter(role="leader")
    plans = [
        plan_of(Incubator.objects.filter(OneOf("pk", members.values("incubator")))),
        plan_of(Incubator.objects.filter(Found(members.filter(incubator=OuterRef("pk"))))),
    ]
    joined = plan_of(Incubator.objects.filter(pk__in=members.values("incubator")))
    assert ["Join" in plan or "Nested Loop" in plan for plan in plans] == [False, False], plans
    assert "Join" in joined or "Nested Loop" in joined


def test_analyse_counts_what_the_transaction_has_written():
    for _ in range(3):
        IncubatorFactory()
    analyse()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'incubators_incubator'::regclass")
        assert cursor.fetchone()[0] == Incubator.objects.count()


def test_statement_of_a_test_is_cancelled_after_ten_seconds():
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "10s"
