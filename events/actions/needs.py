"""What those who come need: numbers for the kitchen and the house, names only for a reason, and never unseen."""

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from events.actions.locking import EventError
from events.emails import mail_needs_code
from events.models import Event, Needs, NeedsLookup, Participant, Seat
from unlimited.lookups import OneOf
from unlimited.origin import audited
from unlimited.security_log import security_event

CODE_MINUTES = 15
# What is left out of an answer to "what else?".
_OTHER = {"diet": Q(diet_details=""), "access": Q(access_details="")}


class HiddenNeedsError(EventError):
    """What somebody needs is changed by who has shown the code from their e-mail."""


def needs_of(event: Event) -> QuerySet[Needs]:
    """The needs of those who have a seat, or have been offered one."""
    taken = Seat.objects.taken().filter(event=event).exclude(participant=None)
    return Needs.objects.filter(OneOf("participant", taken.values("participant")))


def count_needs(*, event: Event) -> dict[str, list[tuple[str, int]]]:
    """Return label and number of each choice of food and access, and how many wrote something else: one query."""
    counts, labels = {}, {}
    for field, choices in (("diet", Needs.Diet), ("access", Needs.Access)):
        for choice in choices:
            counts[f"{field}_{choice}"] = Count("pk", filter=Q(**{f"{field}__contains": [choice]}))
        counts[f"{field}_other"] = Count("pk", filter=~_OTHER[field])
        labels[field] = choices
    found = needs_of(event).aggregate(**counts)
    return {
        field: [(choice.label, found[f"{field}_{choice}"]) for choice in choices]
        + [(Needs._meta.get_field(f"{field}_details").verbose_name, found[f"{field}_other"])]
        for field, choices in labels.items()
    }


@transaction.atomic
def send_needs_code(*, participant: Participant, code: str) -> None:
    """Mail the code that shows on the participant's page what they need."""
    mail_needs_code(participant, code, minutes=CODE_MINUTES)


@audited
@transaction.atomic
def look_up_needs(*, event: Event, by) -> list[Needs]:
    """Return who needs what, with their names; that `by` looked is written down and shown to all who organise."""
    NeedsLookup.objects.create(event=event, by=by)
    security_event("needs-looked-up", event_id=event.pk)
    return list(needs_of(event).select_related("participant__registration__municipality").order_by("participant__name"))
