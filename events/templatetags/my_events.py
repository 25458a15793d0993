"""`{% my_registrations %}`: what somebody logged in is registered for, on a page that knows nothing of events."""

from django import template
from django.db.models import Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from events.links import make_token
from events.models import Participant, Registration, Seat
from unlimited.lookups import Found, OneOf
from unlimited.users.addresses import addresses_of, with_address
from unlimited.users.models import User

register = template.Library()
# The latest ones; older ones are in the e-mails.
MOST = 20
# Days that belong together are called by what they belong to.
TITLE = Coalesce(Max("seats__event__series__title"), Max("seats__event__title"))


@register.inclusion_tag("events/party/_mine.html", takes_context=True)
def my_registrations(context: dict) -> dict:
    """Show the parties one speaks for and the seats one has, as long as they are not over."""
    user = context["user"]
    if not user.is_authenticated:
        return {"parties": [], "people": []}
    # Only where the address is verified: these links can change everything.
    addresses = addresses_of(user)
    return {"parties": _parties(user, addresses), "people": _people(addresses)}


def _live() -> QuerySet[Seat]:
    return Seat.objects.live().filter(event__ends_at__gt=timezone.now())


def _parties(user: User, addresses: list[str]) -> list[dict]:
    as_contact = with_address(Registration.objects.all(), "contact_email", addresses)
    rows = Registration.objects.filter(OneOf("pk", as_contact.values("pk")) | Q(user=user))
    rows = (
        rows.exclude(kind=Registration.Kind.MYSELF)
        .filter(Found(_live().filter(registration=OuterRef("pk"))))
        .select_related("municipality")
        .order_by("-pk")
    )
    return [
        {"name": row.party_name, "title": row.title, "token": make_token(row)}
        for row in rows.annotate(title=TITLE)[:MOST]
    ]


def _people(addresses: list[str]) -> list[dict]:
    rows = with_address(Participant.objects.all(), "email", addresses)
    rows = rows.filter(Found(_live().filter(participant=OuterRef("pk")))).order_by("-pk").annotate(title=TITLE)
    return [{"name": row.name, "title": row.title, "token": make_token(row)} for row in rows[:MOST]]
