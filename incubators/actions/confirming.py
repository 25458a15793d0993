"""Confirming that somebody's second factor is theirs. Who may is said in `rules.py` (`may_confirm_factor`).

Whoever has taken over a mailbox can log in by a code and set up a factor. So a factor that was not set up right after
an invitation gives no staff permission until somebody who knows the person has heard its six digits from them.
"""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.crypto import constant_time_compare

from incubators import emails
from incubators.actions.places import Error
from incubators.models import Membership
from incubators.rules import incubators_led_by
from unlimited.origin import audited
from unlimited.users.factor import code_of, confirm, waiting_for_confirmation
from unlimited.users.models import FactorConfirmation, User
from unlimited.users.rules import is_national_staff

Role = Membership.Role


class NothingToConfirmError(Error):
    """The person has no second factor that waits."""


class WrongDigitsError(Error):
    """The digits are not those of the factors that wait."""


@audited
def confirm_factor(*, person: User, digits: str, by: User) -> None:
    """Confirm what waits of `person`, who is told by mail. Raises NothingToConfirmError, WrongDigitsError."""
    with transaction.atomic():
        waiting = list(waiting_for_confirmation(person).select_for_update(no_key=True, of=("self",)))
        if not waiting:
            raise NothingToConfirmError
        if not constant_time_compare(digits, code_of(waiting)):
            raise WrongDigitsError
        for authenticator in waiting:
            confirm(authenticator, source=FactorConfirmation.Source.PERSON, by=by)
        emails.mail_factor_confirmed(person, code_of(waiting), by=by)


@audited
def ask_for_confirmation(*, by: User) -> int:
    """Mail those who may confirm what waits of `by`, once for the same factors; return how many they are."""
    with transaction.atomic():
        code = code_of(waiting_for_confirmation(by))
        if not code:
            raise NothingToConfirmError
        readers = list(people_who_confirm(by))
        emails.mail_factor_waits(by, code, to=readers)
    return len(readers)


def people_who_confirm(person: User) -> QuerySet[User]:
    """Return who may confirm a factor of `person`: the rule `may_confirm_factor`, for many."""
    own = Membership.objects.current().filter(user=person)
    leading = Membership.objects.current().filter(incubator__in=own.values("incubator"), role=Role.LEADER)
    readers = Q(pk__in=leading.values("user"))
    if person.is_staff or own.filter(role=Role.LEADER).exists():
        readers |= Q(is_staff=True)
    return User.objects.filter(readers, is_active=True).exclude(pk=person.pk).order_by("pk")


def people_to_confirm(by: User) -> QuerySet[User]:
    """Return whose factor waits for somebody like `by`: the same rule from the other side."""
    current = Membership.objects.current().filter(user=OuterRef("pk"))
    readable = Q(Exists(current.filter(incubator__in=incubators_led_by(by))))
    if is_national_staff(by):
        readable |= Q(is_staff=True) | Q(Exists(current.filter(role=Role.LEADER)))
    waiting = Authenticator.objects.filter(user=OuterRef("pk"), confirmation=None)
    waiting = waiting.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return User.objects.filter(readable, Exists(waiting), is_active=True).exclude(pk=by.pk).order_by("name", "pk")
