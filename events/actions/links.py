"""New links to those who have lost theirs. They go to the address on the row only, whoever asks."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef
from django.db.models.functions import Lower
from django.utils import timezone

from events.emails import mail_participant_link, mail_party_link
from events.links import PARTY
from events.models import Participant, Registration, Seat
from unlimited.lookups import Found

# More than anybody loses; so that nobody fills a mailbox from here.
MOST = 20


@transaction.atomic
def send_links(*, email: str, now: dt.datetime | None = None) -> None:
    """Mail all links that belong to an address, for what is not over. Nobody learns here whether there are any."""
    live = Seat.objects.live().filter(event__ends_at__gt=now or timezone.now())
    parties = Registration.objects.alias(folded=Lower("contact_email")).filter(folded=email.lower())
    parties = parties.exclude(kind=Registration.Kind.MYSELF).filter(Found(live.filter(registration=OuterRef("pk"))))
    for registration in parties.select_related("municipality").order_by("-pk")[:MOST]:
        mail_party_link(registration)
    people = Participant.objects.alias(folded=Lower("email")).filter(folded=email.lower())
    people = people.filter(Found(live.filter(participant=OuterRef("pk")))).select_related("registration__municipality")
    for participant in people.order_by("-pk")[:MOST]:
        mail_participant_link(participant)


@transaction.atomic
def renew_link(*, purpose: str, uuid: UUID) -> None:
    """Mail a link anew that has expired, to the address it was for. Does nothing where that row is gone."""
    if purpose == PARTY:
        for registration in Registration.objects.filter(uuid=uuid).select_related("municipality"):
            mail_party_link(registration)
    else:
        for participant in Participant.objects.filter(uuid=uuid).select_related("registration__municipality"):
            mail_participant_link(participant)
