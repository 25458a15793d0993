"""An export has what each table keeps of a person: by construction, as the database is asked."""

import re

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from ideas.models import Note, Transition
from incubators.models import Incubator
from tests.factories import IdeaFactory, MembershipFactory, UserFactory
from tests.unlimited.users.test_privacy import our_models
from unlimited.history import Revision
from unlimited.users import registry
from unlimited.users.actions import erase_person, export_person
from unlimited.users.models import User
from unlimited.users.privacy import ERASED_STAFF
from unlimited.users.staff_access import as_with_factor

pytestmark = pytest.mark.django_db

# Columns that name a person and are in no export, each with its reason.
NOT_HANDED_OUT = {
    "ideas.Concern.written_by": "a concern is in no export: docs/privacy.md",
    "ideas.Concern.closed_by": "a concern is in no export: docs/privacy.md",
    "ideas.ConcernEntry.by": "a concern is in no export: docs/privacy.md",
}


def columns_with_a_person() -> list[models.Field]:
    """Every column of ours that refers to an account, links of many to many included."""
    found = []
    for model in our_models():
        for field in model._meta.get_fields():
            if getattr(field, "related_model", None) is User and not field.auto_created:
                found.append(field)
    return found


def asked_about(user: User) -> str:
    with CaptureQueriesContext(connection) as queries:
        export_person(by=as_with_factor(user))
    return "\n".join(query["sql"] for query in queries)


def is_asked(sql: str, field: models.Field, user: User) -> bool:
    if field.many_to_many:
        table, column = field.m2m_db_table(), field.m2m_reverse_name()
    else:
        table, column = field.model._meta.db_table, field.column
    return re.search(rf'"{table}"\."{column}" = \(?{user.pk}\b', sql) is not None


def test_every_column_that_names_a_person_is_asked_about_in_their_export():
    user = UserFactory(pk=987_654)
    sql = asked_about(user)
    missing = {str(field) for field in columns_with_a_person() if not is_asked(sql, field, user)}
    assert missing == set(NOT_HANDED_OUT)


def test_column_that_is_forgotten_is_found(monkeypatch):
    """A control: an exporter that is gone leaves its columns unasked."""
    user = UserFactory(pk=987_654)
    monkeypatch.delitem(registry.exporters, "ideas_acts")
    sql = asked_about(user)
    assert not is_asked(sql, Transition._meta.get_field("by"), user)


def test_staff_are_handed_out_what_they_did_and_wrote():
    membership = MembershipFactory()
    staff, idea = membership.user, IdeaFactory(accepted=True, incubator=membership.incubator)
    Note.objects.create(idea=idea, author=staff, audience=Note.Audience.AUTHOR, body="Welcome to us")
    idea.transitions.create(
        kind="paused", by=staff, from_status="accepted", to_status="paused", reason="Until May", revision=90, step="try"
    )
    MembershipFactory(user=staff, incubator=Incubator.objects.exclude(pk=idea.incubator_id).first())
    acts = export_person(by=as_with_factor(staff))["ideas_acts"]
    assert [row["body"] for row in acts["Note.author"]] == ["Welcome to us"]
    assert [row["reason"] for row in acts["Transition.by"]] == ["Until May"]


def test_who_has_left_an_idea_is_handed_out_what_they_wrote_there():
    writer, idea = UserFactory(), IdeaFactory(accepted=True)
    Note.objects.create(idea=idea, author=writer, audience=Note.Audience.AUTHOR, body="I can cook")
    assert export_person(by=writer)["ideas_acts"]["Note.author"][0]["body"] == "I can cook"


def test_staff_without_the_second_factor_are_handed_out_nothing_of_their_work(settings):
    settings.REQUIRE_STAFF_MFA = True
    membership = MembershipFactory()
    idea = IdeaFactory(accepted=True, incubator=membership.incubator)
    Note.objects.create(idea=idea, author=membership.user, audience=Note.Audience.AUTHOR, body="Welcome to us")
    exported = export_person(by=User.objects.get(pk=membership.user_id))
    assert list(exported["ideas_acts"]) == ["left_out"]
    assert "Welcome to us" not in str(exported)


def test_what_was_done_in_the_admin_stays_without_who_did_it():
    staff, other = UserFactory(is_staff=True), UserFactory()
    kind = ContentType.objects.get_for_model(Incubator)
    for user in (staff, other):
        LogEntry.objects.create(
            user=user, content_type=kind, object_id="1", object_repr="Tøyen Unlimited", action_flag=CHANGE
        )
    erase_person(by=staff)
    assert sorted(LogEntry.objects.values_list("user__email", flat=True)) == sorted([other.email, ERASED_STAFF])
    assert not User.objects.get(email=ERASED_STAFF).is_active


def test_history_models_are_no_tables_of_their_own_here():
    """`our_models` leaves revisions out: they hold pseudonyms, and the export reads them by these."""
    assert not any(issubclass(model, Revision) for model in our_models())
    assert any(issubclass(model, Revision) for model in apps.get_models())
