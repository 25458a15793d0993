"""Being seen on an incubator's page: each for themselves, by a consent of their own that ends at once."""

from django.db import transaction

from incubators.models import Incubator, ShownPerson
from unlimited.origin import audited
from unlimited.users.actions import give_consent, withdraw_consent
from unlimited.users.models import Consent, User

# Which words the consent was given to; raised when they change.
CONSENT_TEXT = "person-1"


@audited
def show_person(*, incubator: Incubator, words: str, by: User) -> ShownPerson:
    """Show the name and role of `by`, with their `words`, on the page of the incubator."""
    with transaction.atomic():
        shown, _is_new = ShownPerson.objects.update_or_create(user=by, incubator=incubator, defaults={"words": words})
        give_consent(**_what(incubator, by), text_version=CONSENT_TEXT, source="incubators")
    return shown


@audited
def hide_person(*, incubator: Incubator, by: User) -> None:
    """Take the consent back; what follows is done wherever that happens, on the profile page too."""
    withdraw_consent(**_what(incubator, by))


def _what(incubator: Incubator, by: User) -> dict:
    return {"user": by, "purpose": Consent.Purpose.SHOW_PERSON, "subject": f"incubator:{incubator.pk}"}
