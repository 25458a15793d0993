"""Who in the municipality reads what an incubator reports."""

from django.db import transaction
from django.utils import timezone

from incubators.actions.places import Error
from incubators.emails import mail_partner_added
from incubators.models import Incubator, MunicipalPartner
from unlimited.origin import audited
from unlimited.users.models import User


class AlreadyPartnerError(Error):
    """This address reads the reports already."""


@audited
def add_partner(*, incubator: Incubator, by: User, email: str, name: str, language: str) -> MunicipalPartner:
    """Let the owner of `email` read the reports that are sent, the earlier ones too. They are told by mail.

    Raises AlreadyPartnerError; of two who add the same at once, one is told.
    """
    with transaction.atomic():
        partner, is_new = MunicipalPartner.objects.get_or_create(
            incubator=incubator,
            email=email.lower(),
            ended_at=None,
            defaults={"name": name, "language": language, "added_by": by},
        )
        if not is_new:
            raise AlreadyPartnerError
        mail_partner_added(partner, by=by)
        return partner


@audited
def end_partner(*, partner: MunicipalPartner, by: User) -> None:
    """End their access to the reports. Idempotent."""
    MunicipalPartner.objects.current().filter(pk=partner.pk).update(ended_at=timezone.now())
