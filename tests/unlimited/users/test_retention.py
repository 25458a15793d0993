"""One table says what is kept for how long; each rule ends what is due, and a dry run says how much."""

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from tests.events.test_registration_actions import alone, register
from tests.factories import (
    EventFactory,
    IdeaFactory,
    IncubatorFactory,
    InitiativeFactory,
    InvitationFactory,
    MembershipFactory,
    MunicipalPartnerFactory,
    UserFactory,
)
from tests.ideas.test_merging import join
from tests.unlimited.users.test_privacy import holds_a_person, our_models
from unlimited.mail.models import OutgoingMail
from unlimited.users import registry
from unlimited.users.actions import apply_retention
from unlimited.users.models import User

DAY = dt.timedelta(days=1)


def test_the_documented_table_is_the_rules():
    text = (Path(settings.BASE_DIR) / "docs" / "privacy.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| rule `")]
    rules = registry.retentions.values()
    assert sorted(rows) == sorted(
        f"| rule `{rule.name}` | {rule.what} | {rule.age} | {rule.effect} | {rule.ground} |" for rule in rules
    )


def test_every_model_that_holds_a_person_has_a_rule_or_a_reason():
    ended = {label for rule in registry.retentions.values() for label in rule.models}
    ours = {model._meta.label: model for model in our_models()}
    assert ended <= set(ours)

    def ends(model) -> bool:
        if model._meta.label in ended:
            return True
        cascades = [field for field in model._meta.concrete_fields if _is_cascade(field)]
        return any(ends(field.related_model) for field in cascades if field.related_model is not model)

    open_ended = {label for label, model in ours.items() if holds_a_person(model) and not ends(model)}
    assert open_ended == set(registry.kept)
    assert all(registry.kept.values())


def _is_cascade(field) -> bool:
    return field.remote_field is not None and getattr(field.remote_field, "on_delete", None) is models.CASCADE


def used(days: int, **facts) -> User:
    """Return somebody who logged in last so many days ago."""
    return UserFactory(last_login=timezone.now() - days * DAY, **facts)


def warn_all_a_month_ago() -> None:
    apply_retention()
    OutgoingMail.objects.update(created_at=timezone.now() - 31 * DAY)


@pytest.mark.django_db
def test_idle_account_is_warned_once_and_erased_a_month_later():
    idle, soon, fresh = used(731), used(701), used(699)
    apply_retention()
    assert set(OutgoingMail.objects.values_list("recipient", "kind")) == {
        (idle.email, "account-idle"), (soon.email, "account-idle"),
    }  # fmt: skip
    assert apply_retention()["idle_accounts"] == 0
    assert OutgoingMail.objects.count() == 2
    OutgoingMail.objects.update(created_at=timezone.now() - 29 * DAY)
    assert apply_retention()["idle_accounts"] == 0
    OutgoingMail.objects.update(created_at=timezone.now() - 31 * DAY)
    assert apply_retention()["idle_accounts"] == 1
    assert set(User.objects.all()) == {soon, fresh}


@pytest.mark.django_db
def test_logging_in_after_the_warning_starts_the_time_anew():
    idle = used(731)
    warn_all_a_month_ago()
    User.objects.filter(pk=idle.pk).update(last_login=timezone.now())
    assert apply_retention()["idle_accounts"] == 0
    User.objects.filter(pk=idle.pk).update(last_login=timezone.now() - 732 * DAY)
    assert apply_retention()["idle_accounts"] == 0
    assert OutgoingMail.objects.filter(recipient=idle.email).count() == 2


@pytest.mark.django_db
def test_accounts_that_are_needed_are_not_idle():
    incubator = IncubatorFactory()
    needed = [used(800) for _ in range(8)]
    MembershipFactory(user=needed[0], incubator=incubator)
    idea = IdeaFactory(author=needed[1], accepted=True, incubator=incubator)
    join(idea, user=needed[2])
    MunicipalPartnerFactory(email=needed[3].email, incubator=incubator)
    InitiativeFactory(email=needed[4].email.upper())
    register(EventFactory(), who=alone(needed[5].email))
    register(EventFactory(), who=alone("other@example.no"), by=needed[6])
    User.objects.filter(pk=needed[7].pk).update(is_staff=True)
    gone = [used(800) for _ in range(2)]
    IdeaFactory(author=gone[0], withdrawn=True, incubator=incubator)
    MembershipFactory(user=gone[1], ends_on=timezone.localdate(), starts_on=timezone.localdate() - DAY)
    warn_all_a_month_ago()
    apply_retention()
    left = set(User.objects.all())
    assert left.isdisjoint(gone)
    assert left.issuperset(needed)


@pytest.mark.django_db
def test_one_account_that_cannot_be_erased_keeps_no_other(monkeypatch):
    first, second = used(731), used(731)
    warn_all_a_month_ago()
    erase = registry.erasers["ideas"]

    def fail(user):
        if user == first:
            raise ZeroDivisionError
        erase(user)

    monkeypatch.setitem(registry.erasers, "ideas", fail)
    with pytest.raises(Exception, match="idle_accounts"):
        apply_retention()
    assert set(User.objects.all()) == {first}
    assert second.pk


@pytest.mark.django_db
def test_ended_roles_go_after_five_years():
    today = timezone.localdate()
    old = MembershipFactory(starts_on=today - 3000 * DAY, ends_on=today - 1827 * DAY)
    newer = MembershipFactory(starts_on=today - 3000 * DAY, ends_on=today - 1824 * DAY)
    current = MembershipFactory(starts_on=today - 3000 * DAY)
    assert apply_retention()["memberships"] == 1
    assert not type(old).objects.filter(pk=old.pk).exists()
    assert type(old).objects.filter(pk__in=[newer.pk, current.pk]).count() == 2


@pytest.mark.django_db
def test_dry_run_counts_and_changes_nothing():
    used(731)
    warn_all_a_month_ago()
    MembershipFactory(starts_on=timezone.localdate() - 3000 * DAY, ends_on=timezone.localdate() - 2000 * DAY)
    InvitationFactory(status="declined", closed_at=timezone.now() - 400 * DAY)
    before = [model.objects.count() for model in our_models() if hasattr(model, "objects")]
    out = StringIO()
    call_command("apply_retention", "--dry-run", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == len(registry.retentions)
    for rule in ("idle_accounts", "memberships", "incubators"):
        assert [line for line in lines if line.startswith(f"{rule}: 1 due (")]
    assert [model.objects.count() for model in our_models() if hasattr(model, "objects")] == before


@pytest.mark.django_db
def test_each_run_logs_how_many_rows_each_rule_ended(caplog):
    MembershipFactory(starts_on=timezone.localdate() - 3000 * DAY, ends_on=timezone.localdate() - 2000 * DAY)
    with caplog.at_level("INFO", logger="unlimited.users.actions"):
        apply_retention()
    facts = next(record.facts for record in caplog.records if record.message == "retention")
    assert facts["rows_memberships"] == 1
    assert set(facts) == {f"rows_{name}" for name in registry.retentions}
