"""New links to those who have lost theirs. They go to the address on the row only, whoever asks."""

import datetime as dt

from django.db import transaction
from django.db.models import F, OuterRef
from django.utils import timezone

from events.emails import mail_participant_link, mail_party_link
from events.models import LinkRequest, Participant, Registration, Seat
from unlimited.lookups import Found
from unlimited.runs.parts import Parts
from unlimited.users.addresses import with_address

# More than anybody loses; so that nobody fills a mailbox from here.
MOST = 20


def ask_for_links(*, email: str) -> None:
    """Let the worker look for the links of an address: one INSERT for any address, so no time tells of a known one."""
    LinkRequest.objects.create(email=email)


def send_links_asked_for() -> int:
    """Mail the links that were asked for, each request in a transaction of its own; return how many requests.

    Two workers at once share them.
    """
    with Parts("events.send_links") as parts:
        return parts.each("requests", LinkRequest.objects.order_by("pk").values_list("pk", flat=True), _answer)


@transaction.atomic
def _answer(pk: int) -> int:
    rows = LinkRequest.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
    for request in rows:
        send_links(email=request.email)
        request.delete()
    return len(rows)


@transaction.atomic
def send_links(*, email: str, now: dt.datetime | None = None) -> None:
    """Mail all links that belong to an address, for what is not over."""
    live = Seat.objects.live().filter(event__ends_at__gt=now or timezone.now())
    parties = with_address(Registration.objects.all(), "contact_email", [email.lower()])
    parties = parties.exclude(kind=Registration.Kind.MYSELF).filter(Found(live.filter(registration=OuterRef("pk"))))
    for registration in parties.select_related("municipality").order_by("-pk")[:MOST]:
        mail_party_link(registration)
    people = with_address(Participant.objects.all(), "email", [email.lower()])
    people = people.filter(Found(live.filter(participant=OuterRef("pk")))).select_related("registration__municipality")
    for participant in people.order_by("-pk")[:MOST]:
        mail_participant_link(participant)


@transaction.atomic
def renew_link(*, row: Registration | Participant) -> None:
    """Mail a link anew that has expired, to the address that its owner has now."""
    if isinstance(row, Registration):
        mail_party_link(row)
    else:
        mail_participant_link(row)


@transaction.atomic
def replace_links(*, registration: Registration, seen_version: int) -> bool:
    """End every link to the party's page and to its people's pages, and mail new ones to their owners' addresses.

    Whoever presses the button may be somebody who should not have the link, so no new one is shown to them. Return
    False where somebody has done it since `seen_version`: the same button twice is one change.
    """
    row = Registration.objects.select_for_update(no_key=True, of=("self",)).get(pk=registration.pk)
    if row.link_version != seen_version:
        return False
    row.link_version += 1
    row.save(update_fields=["link_version"])
    row.participants.update(link_version=F("link_version") + 1)
    if row.is_group or not row.participants.exclude(email="").exists():
        mail_party_link(row)
    live = Seat.objects.live().filter(event__ends_at__gt=timezone.now()).values("participant")
    for person in row.participants.filter(pk__in=live).exclude(email="").order_by("pk"):
        person.registration = row
        mail_participant_link(person)
    return True
