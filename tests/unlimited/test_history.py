"""Each change of a tracked row is kept, with who made it and by which action, without a word of it."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import ProgrammingError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pghistory.models import Context

from ideas.actions.agreements import set_budget
from ideas.models import Budget, Idea
from incubators.actions.people import set_capacity
from incubators.models import Membership
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from unlimited import history, origin
from unlimited.history import Revision, tracked
from unlimited.users.actions import apply_retention, erase_person, export_person
from unlimited.users.models import User

pytestmark = pytest.mark.django_db

BudgetRevision = apps.get_model("ideas", "BudgetRevision")
MembershipRevision = apps.get_model("incubators", "MembershipRevision")
UserRevision = apps.get_model("users", "UserRevision")
IdeaRevision = apps.get_model("ideas", "IdeaRevision")


def facts_of(revision: Revision) -> dict:
    return revision.pgh_context.metadata


def test_budget_names_who_changed_it_from_what_to_what():
    leader = MembershipFactory(role=Membership.Role.LEADER)
    for kroner in (10_000, 99_999):
        set_budget(incubator=leader.incubator, by=leader.user, year=2026, kroner=kroner)
    rows = BudgetRevision.objects.order_by("pgh_id")
    assert (rows.first().kroner, rows.last().kroner) == (10_000, 99_999)
    for row in rows:
        assert facts_of(row) == {"actor": str(leader.user.uuid), "action": "ideas.set_budget"}
    assert rows.first().pgh_context_id != rows.last().pgh_context_id


def test_action_in_a_request_keeps_its_id_and_gives_way_to_the_page():
    leader = MembershipFactory(role=Membership.Role.LEADER)
    supporter = MembershipFactory(role=Membership.Role.SUPPORTER, incubator=leader.incubator)
    with origin.begun(origin.Origin(request_id="r1", action="page", actor=lambda: "somebody")):
        set_capacity(membership=supporter, capacity=9, by=leader.user)
        Membership.objects.filter(pk=supporter.pk).update(capacity=8)
    action, page = MembershipRevision.objects.filter(pgh_label="update").order_by("pgh_id")
    who = str(leader.user.uuid)
    assert facts_of(action) == {"actor": who, "request": "r1", "action": "incubators.set_capacity"}
    assert facts_of(page) == {"actor": "somebody", "request": "r1", "action": "page"}


def test_write_of_a_page_outside_actions_names_its_route(client, outbox):
    client.post("/en/konto/login/", {"email": "kari@example.no"})
    client.post("/en/konto/login/code/confirm/", {"code": outbox("login-code")[-1].snapshot["code"]})
    user = User.objects.get(email="kari@example.no")
    facts = facts_of(UserRevision.objects.filter(pgh_obj_id=user.pk, pgh_label="update").last())
    assert (facts["actor"], facts["action"]) == (str(user.uuid), "account_confirm_login_code")
    assert len(facts["request"]) == 32


def test_bulk_update_and_deletion_are_kept():
    idea = IdeaFactory(accepted=True)
    Idea.objects.filter(pk=idea.pk).update(step="build")
    pk = idea.pk
    idea.delete()
    assert list(
        IdeaRevision.objects.filter(pgh_obj_id=pk).order_by("-pgh_id").values_list("pgh_label", "step")[:2]
    ) == [("delete", "build"), ("update", "build")]


def test_inner_action_belongs_to_the_outer_one():
    @origin.audited
    def outer(*, by):
        set_capacity(membership=membership, capacity=7, by=other)

    membership, boss, other = MembershipFactory(), UserFactory(), UserFactory()
    outer(by=boss)
    row = MembershipRevision.objects.get(pgh_label="update")
    assert (facts_of(row)["actor"], facts_of(row)["action"].rpartition(".")[2]) == (str(boss.uuid), "outer")


def test_set_costs_as_many_statements_as_one_row():
    """The triggers run once a statement: a set of 50 makes 50 revisions and one context."""
    incubator = IncubatorFactory()
    rows = [Budget(incubator=incubator, year=2020 + number, kroner=1) for number in range(50)]
    with (
        origin.begun(origin.Origin(action="bulk")),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        Budget.objects.bulk_create(rows)
    assert len([one for one in queries if "INSERT" in one["sql"]]) == 1
    assert BudgetRevision.objects.count() == 50
    assert Context.objects.filter(metadata__action="bulk").count() == 1


def test_nothing_of_the_origin_is_left_on_a_pooled_connection():
    with origin.begun(origin.Origin(action="first")):
        pass
    incubator = IncubatorFactory()
    row = apps.get_model("incubators", "IncubatorRevision").objects.get(pgh_obj_id=incubator.pk)
    assert row.pgh_context is None


@pytest.mark.parametrize("revision", history.revisions(), ids=lambda model: model.__name__)
def test_revision_holds_no_words(revision):
    model = revision.pgh_tracked_model
    own = {field.name for field in Revision._meta.get_fields()} | {"pgh_obj", "pgh_context"}
    fields = [field.name for field in revision._meta.local_fields if field.name not in own]
    assert fields
    assert [name for name in fields if history.is_word(model._meta.get_field(name))] == []


@pytest.mark.parametrize("name", ["name", "email"])
def test_tracking_words_is_refused(name):
    with pytest.raises(ValueError, match=name):
        tracked(f"is_staff {name}")(User)


def test_all_that_changes_in_four_apps_is_tracked():
    """A model is tracked, or each of its rows is written once and says by itself who did, or is one person's draft."""
    written_once = {
        "Municipality", "PostcodeArea", "ChecklistItem", "Theme", "InitiativeEntry", "StageChange", "Version", "Note",
        "Transition", "CaseExport", "Concern", "ConcernEntry", "MeasurementRequest", "Measurement", "HallmarkAnswer",
        "Delay", "ReportStory", "Announcement", "Needs", "NeedsLookup", "CaseOpening", "LinkRequest", "Erasure",
    }  # fmt: skip
    drafts = {"FormDraft"}
    models_of = [m for app in ("users", "incubators", "ideas", "events") for m in apps.get_app_config(app).get_models()]
    followed = {revision.pgh_tracked_model for revision in history.revisions()}
    assert {model.__name__ for model in models_of if not issubclass(model, Revision)} - {
        model.__name__ for model in followed
    } == written_once | drafts
    assert all(isinstance(model, type(models.Model)) for model in followed)


@pytest.fixture
def site_role():
    """A database role that may do all with all tables but change the history, as docs/operations.md sets it up."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE site_of_tests")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO site_of_tests")
        cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO site_of_tests")
        call_command("limit_history", "site_of_tests")
        cursor.execute("SET ROLE site_of_tests")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    "statement", ["UPDATE ideas_budgetrevision SET kroner = 1", "DELETE FROM ideas_budgetrevision"]
)
def test_role_of_the_site_adds_to_the_history_and_changes_nothing_in_it(site_role, statement):
    leader = MembershipFactory(role=Membership.Role.LEADER)
    set_budget(incubator=leader.incubator, by=leader.user, year=2026, kroner=10_000)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert BudgetRevision.objects.latest("pgh_id").kroner == 10_000
    erase_person(by=leader.user)
    assert not Context.objects.filter(metadata__has_key="actor").exists()
    assert history.purge(timezone.now()) == 0


def test_history_goes_after_two_years_and_not_before():
    leader = MembershipFactory(role=Membership.Role.LEADER)
    set_budget(incubator=leader.incubator, by=leader.user, year=2026, kroner=10_000)
    now = timezone.now()
    for days, kept in ((700, True), (735, False)):
        then = now - dt.timedelta(days=days)
        BudgetRevision.objects.update(pgh_created_at=then)
        Context.objects.update(created_at=then)
        apply_retention()
        assert (BudgetRevision.objects.exists(), Context.objects.exists()) == (kept, kept)
    assert MembershipRevision.objects.exists()


def test_erased_person_leaves_no_pseudonym_and_finds_their_actions_before():
    leader = MembershipFactory(role=Membership.Role.LEADER)
    set_budget(incubator=leader.incubator, by=leader.user, year=2026, kroner=10_000)
    pseudonym = str(leader.user.uuid)
    assert [row["action"] for row in export_person(by=leader.user)["history"]] == ["ideas.set_budget"]
    erase_person(by=leader.user)
    assert MembershipRevision.objects.filter(pgh_label="delete").exists()
    held = [str(context.metadata) for context in Context.objects.all()]
    assert held
    assert pseudonym not in "".join(held)
