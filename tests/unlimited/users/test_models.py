import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import UserFactory
from unlimited.users.models import Consent, User

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def consent(user: User, **changes) -> Consent:
    facts = {"purpose": "publish-idea", "subject": "idea:1", "text_version": "1", "source": "test", "given_at": NOW}
    return Consent.objects.create(user=user, **facts | changes)


def consent_twice() -> None:
    user = UserFactory()
    consent(user, withdrawn_at=NOW)
    consent(user)
    consent(user)


VIOLATIONS = {
    "user_email_unique": lambda: UserFactory.create_batch(2, email="kari@example.no"),
    "user_email_in_small_letters": lambda: UserFactory(email="Kari@example.no"),
    "consent_one_valid_per_subject": consent_twice,
    "consent_withdrawn_after_given": lambda: consent(UserFactory(), withdrawn_at=NOW - dt.timedelta(seconds=1)),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_database_refuses(name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        VIOLATIONS[name]()


def test_superuser_of_the_command_line_is_one_account_whatever_the_letters_size():
    user = User.objects.create_superuser("Sunniva@Example.no")

    assert User.objects.get_by_natural_key("SUNNIVA@example.no") == user
    assert (user.email, user.is_staff, user.is_superuser) == ("sunniva@example.no", True, True)
    assert not user.has_usable_password()
