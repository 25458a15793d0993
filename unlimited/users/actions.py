"""What can be done with accounts and consents."""

import datetime as dt
import logging

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import OuterRef
from django.utils import timezone

from unlimited import history
from unlimited.locks import WaitedTooLongError, short_wait
from unlimited.lookups import Found, OneOf
from unlimited.origin import audited, pseudonym
from unlimited.runs.parts import Parts
from unlimited.security_log import security_event
from unlimited.users import registry
from unlimited.users.models import Consent, User

logger = logging.getLogger(__name__)
UNVERIFIED_FOR = dt.timedelta(days=1)


@transaction.atomic
def ready_account(*, email: str, language: str) -> User:
    """Return the account that logs in with `email`; make one, unverified, where there is none.

    The same statements run for a known and an unknown address, so that the time taken tells neither from the other,
    and two requests at once make one account.
    """
    email = email.lower()
    user = User(email=email, language=language)
    user.set_unusable_password()
    User.objects.bulk_create([user], ignore_conflicts=True)
    user = User.objects.get(email=email)
    EmailAddress.objects.bulk_create([EmailAddress(user=user, email=email, primary=True)], ignore_conflicts=True)
    return user


def _never_verified():
    """Accounts whose owner never typed a code, and that nothing else in the database refers to."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    users = User.objects.filter(
        Found(addresses.filter(verified=False)),
        ~Found(addresses.filter(verified=True)),
        last_login=None,
        is_staff=False,
        name="",
    )
    for relation in User._meta.related_objects:
        # pghistory reads all revisions by a model that has no table.
        has_table = relation.related_model._meta.concrete_model._meta.managed
        if relation.related_model is not EmailAddress and has_table:
            used = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            users = users.filter(~Found(used))
    return users


@transaction.atomic
def purge_unverified(*, now: dt.datetime | None = None) -> int:
    """Remove accounts that somebody began more than a day ago and never verified."""
    begun_before = (now or timezone.now()) - UNVERIFIED_FOR
    return _never_verified().filter(created_at__lt=begun_before).delete()[1].get(User._meta.label, 0)


@transaction.atomic
def release_address(*, email: str) -> None:
    """Remove an account that somebody began with `email` and never verified: its true owner asks for the address."""
    _never_verified().filter(email=email.lower()).delete()


@audited
@transaction.atomic
def change_profile(*, by: User, name: str, language: str) -> User:
    """Save what a person calls themselves and the language of their mails. Consents are rows of their own."""
    by.name, by.language = name, language
    by.save(update_fields=["name", "language"])
    return by


@transaction.atomic
def give_consent(
    *, user: User, purpose: str, subject: str, text_version: str, source: str, at: dt.datetime | None = None
) -> Consent:
    """Write down that `user` consents. The same consent again changes nothing; to a new text, it is a new row."""
    at = at or timezone.now()
    _lock(user)
    valid = Consent.objects.filter(user=user, purpose=purpose, subject=subject, withdrawn_at=None).first()
    if valid and valid.text_version == text_version:
        return valid
    if valid:
        valid.withdrawn_at = max(at, valid.given_at)
        valid.save(update_fields=["withdrawn_at"])
    return Consent.objects.create(
        user=user, purpose=purpose, subject=subject, text_version=text_version, source=source, given_at=at
    )


@transaction.atomic
def withdraw_consent(*, user: User, purpose: str, subject: str, at: dt.datetime | None = None) -> Consent | None:
    """Take a consent back and let the app it is about act on it, at once. Return it, or None where none was valid."""
    consent = Consent.objects.filter(user=user, purpose=purpose, subject=subject, withdrawn_at=None).first()
    if consent is None:
        return None
    # First, so that it locks what the consent is about before the person: the same order as when it is given.
    if purpose in registry.purposes:
        registry.purposes[purpose].on_withdrawn(consent)
    if not _lock(user):
        return None  # erased meanwhile, with all consents
    consent.withdrawn_at = max(at or timezone.now(), consent.given_at)
    consent.save(update_fields=["withdrawn_at"])
    return consent


@audited
def export_person(*, by: User) -> dict[str, object]:
    """Return all that the apps keep about `by`, by app, ready for JSON."""
    security_event("export")
    return {app: exporter(by) for app, exporter in registry.exporters.items()}


@audited
def erase_person(*, by: User) -> None:
    """Erase the account and what every app keeps about its owner; all of it or nothing. Raises WaitedTooLongError."""
    actor = pseudonym(by)
    with short_wait(WaitedTooLongError):
        # The highest app first: what it enqueues or leaves behind, the ground below still removes. And what belongs to
        # the person is locked before the person, as everywhere: else it deadlocks with somebody at work on it.
        for eraser in reversed(registry.erasers.values()):
            eraser(by)
        by.delete()
        # Last: each statement before adds to the history.
        history.forget_actor(actor)
    security_event("erasure")


def apply_retention(*, now: dt.datetime | None = None) -> dict[str, int]:
    """End what has been kept long enough; log and return how many rows by rule.

    Raises PartsFailedError where a rule failed, once all the others have gone on.
    """
    now = now or timezone.now()
    done = {}
    with Parts("users.apply_retention") as parts:
        for name, rule in registry.retentions.items():
            with parts.part(name):
                done[name] = rule.run(now)
        logger.info("retention", extra={"facts": {f"rows_{name}": count for name, count in done.items()}})
    return done


def end_sessions(*, user: User) -> None:
    """Log the person out everywhere."""
    keys = UserSession.objects.filter(user=user).values("session_key")
    Session.objects.filter(OneOf("session_key", keys)).delete()


def _lock(user: User) -> bool:
    """Two tabs of one person act one after another. False where there is no such person any more."""
    return User.objects.select_for_update(no_key=True, of=("self",)).filter(pk=user.pk).first() is not None
