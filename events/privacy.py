"""What events keep about a person: how it is handed out, how it is erased, how long it stays."""

import datetime as dt

from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from events.actions.addresses import (
    drop_contact_requests,
    drop_link_requests,
    move_event_contacts,
    move_participants,
    move_registrations,
)
from events.actions.seats import give_back_seats
from events.emails import contact_subject, mail_contact_gone, mail_line_lost, participant_subject, registration_subject
from events.models import ContactRequest, Event, LinkRequest, Needs, NeedsLookup, Participant, Registration, Seat
from unlimited.lookups import Found, OneOf
from unlimited.mail.actions import forget_subjects
from unlimited.users.acts import register_acts
from unlimited.users.addresses import addresses_of, register_address_rows, with_address
from unlimited.users.models import User
from unlimited.users.registry import (
    register_accounts_in_use,
    register_eraser,
    register_exporter,
    register_kept,
    register_retention,
)

# What somebody eats is of no use once they have eaten.
NEEDS_KEPT_FOR = dt.timedelta(days=14)
# Then only numbers are left: how many came, from which municipality.
NAMES_KEPT_FOR = dt.timedelta(days=365)


def export_events(user: User) -> dict[str, object]:
    """What the person registered, and where they are registered by others."""
    return {
        "registrations": [_export_registration(row) for row in _registrations_of(user).order_by("pk")],
        "seats": [_export_participant(row) for row in _participants_of(user).order_by("pk")],
        "asked_to_be_contact": list(_requests_to(user).values("name", "email", "created_at")),
        "contact_of": list(
            _contact_of(user).order_by("pk").values("title", "contact_name", "contact_email", "contact_phone")
        ),
        "looked_at_needs": list(NeedsLookup.objects.filter(by=user).values("event__title", "at")),
    }


def _export_registration(registration: Registration) -> dict:
    facts = ("kind", "district", "organisation", "organisation_number", "contact_name", "contact_email", "language")
    return {name: getattr(registration, name) for name in facts} | {
        "municipality": str(registration.municipality) if registration.municipality else "",
        "created_at": registration.created_at,
        "seats": list(registration.seats.order_by("pk").values("event__title", "place", "status")),
    }


def _export_participant(person: Participant) -> dict:
    needs = Needs.objects.filter(participant=person).values("diet", "diet_details", "access", "access_details").first()
    return {
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "needs": needs,
        "seats": list(person.seats.order_by("pk").values("event__title", "event__starts_at", "status")),
    }


def erase_events(user: User) -> None:
    """Give back the seats to come, and leave of the rest what is no person: a seat, and where it came from.

    Colleagues whom the person registered keep their seats. Those without a name, and those in line, go back: nobody is
    left who could name them, or say yes to an offer. Who stood in line with an address of their own is told.
    """
    people = list(_participants_of(user).values_list("pk", flat=True))
    registrations = list(_registrations_of(user).values_list("pk", flat=True))
    nobodys = Q(participant=None) | Q(status__in=Seat.IN_LINE) | Q(registration__confirm_by__isnull=False)
    without_contact = Q(registration__in=registrations) & nobodys
    to_come = Seat.objects.live().filter(event__starts_at__gt=timezone.now())
    if seats := list(to_come.filter(Q(participant__in=people) | without_contact)):
        others = {one.pk for one in seats if one.status in Seat.IN_LINE and one.participant_id not in people}
        mail_line_lost([seat for seat in give_back_seats(seats=seats) if seat.pk in others])
    parties = Registration.objects.filter(pk__in=registrations)
    left = to_come.filter(registration__in=parties, status=Seat.Status.SEATED).exclude(participant=None)
    mail_contact_gone(
        left.select_related("event", "participant", "registration__municipality").order_by("-event", "pk")
    )
    named = [participant_subject(one) for one in Participant.objects.filter(pk__in=people)]
    named += [registration_subject(one) for one in parties] + [contact_subject(one) for one in addresses_of(user)]
    forget_subjects(subjects=named)
    with_address(LinkRequest.objects.all(), "email", addresses_of(user)).delete()
    _requests_to(user).delete()
    _contact_of(user).update(contact_name="", contact_email="", contact_phone="")
    _forget(Participant.objects.filter(pk__in=people), parties)


def _forget(people: QuerySet[Participant], registrations: QuerySet[Registration]) -> int:
    Seat.objects.filter(OneOf("participant", people.values("pk"))).update(email="")
    registrations.update(contact_name="", contact_email="", submission="", user=None)
    return people.delete()[0]


def purge_events(now: dt.datetime) -> int:
    """Remove needs two weeks after the last day they were for, and names a year after."""
    to_feed = _seats_after(now - NEEDS_KEPT_FOR).filter(participant=OuterRef("participant"))
    purged = Needs.objects.filter(~Found(to_feed)).delete()[0]
    day = now - NAMES_KEPT_FOR
    seats = Seat.objects.filter(registration=OuterRef("pk"))
    old = Registration.objects.filter(~Found(_seats_after(day).filter(registration=OuterRef("pk"))))
    old = old.filter(Found(seats) | Q(created_at__lt=day))
    people = Participant.objects.filter(registration=OuterRef("pk"))
    pks = list(old.filter(~Q(contact_name="", contact_email="") | Found(people)).values_list("pk", flat=True))
    registrations = Registration.objects.filter(pk__in=pks)
    purged += ContactRequest.objects.filter(created_at__lt=now - ContactRequest.LASTS).delete()[0]
    return purged + _forget(Participant.objects.filter(registration__in=pks), registrations) + len(pks)


def _seats_after(day: dt.datetime) -> QuerySet[Seat]:
    """Seats at what is not over before `day`."""
    return Seat.objects.filter(OneOf("event", Event.objects.filter(ends_at__gte=day).values("pk")))


def accounts_in_use(users: QuerySet[User]) -> QuerySet[User]:
    """Those who have a seat, or hold seats, at what is not over."""
    seats = _seats_after(timezone.now())
    parties = Registration.objects.filter(OneOf("pk", seats.values("registration")))
    people = Participant.objects.filter(OneOf("pk", seats.filter(participant__isnull=False).values("participant")))
    own = OneOf("pk", parties.filter(user__isnull=False).values("user"))
    contacts = parties.annotate(folded=Lower("contact_email")).values("folded")
    named = people.annotate(folded=Lower("email")).values("folded")
    return users.filter(own | OneOf("email", contacts) | OneOf("email", named))


def _registrations_of(user: User) -> QuerySet[Registration]:
    rows = Registration.objects.select_related("municipality")
    as_contact = with_address(Registration.objects.all(), "contact_email", addresses_of(user))
    return rows.filter(OneOf("pk", as_contact.values("pk")) | Q(user=user))


def _requests_to(user: User) -> QuerySet[ContactRequest]:
    return with_address(ContactRequest.objects.all(), "email", addresses_of(user))


def _contact_of(user: User) -> QuerySet[Event]:
    return with_address(Event.objects.all(), "contact_email", addresses_of(user))


def _participants_of(user: User) -> QuerySet[Participant]:
    return with_address(Participant.objects.all(), "email", addresses_of(user))


register_exporter("events", export_events)
register_eraser("events", erase_events)
register_acts(
    "events",
    {
        "Event.cancelled_by": ("cancelled_at", "title", "cancel_reason"),
        "Announcement.sent_by": ("sent_at", "event__title", "subject", "body"),
    },
)
register_retention(
    "events",
    purge_events,
    what="needs; names of those registered; questions to new contacts",
    age="2 weeks; 1 year after the last day; 14 days",
    effect="needs deleted; names removed; questions deleted",
    ground="GDPR 5(1)(e) and 9(2)(a)",
    models=("events.Registration", "events.Participant", "events.Needs", "events.Seat", "events.ContactRequest"),
)
register_accounts_in_use("events", accounts_in_use)
register_kept(
    {
        "events.Event": "a public event; the names of its contact and of who cancelled it go with their accounts",
        "events.Announcement": "what all were told about an event; the name of who sent it goes with their account",
        "events.NeedsLookup": "as long as the event, so that looking leaves a trace; the name goes with the account",
        "events.LinkRequest": "the worker deletes it within a minute",
    }
)
register_address_rows("events.Registration", "contact_email", move=move_registrations)
register_address_rows("events.Participant", "email", move=move_participants)
register_address_rows("events.ContactRequest", "email", move=drop_contact_requests)
register_address_rows("events.LinkRequest", "email", move=drop_link_requests)
register_address_rows("events.Event", "contact_email", move=move_event_contacts)
# A seat has the address of its participant, and moves with them.
register_address_rows("events.Seat", "email", move=move_participants)
