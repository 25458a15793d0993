"""Who comes, as lists to take along: files of participants, of needs and for the kitchen, and the list at the door."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from events.actions.needs import count_needs
from events.models import Event, Needs, Seat
from events.templatetags.seat_words import seat_words
from unlimited.content.templatetags.site_text import day
from unlimited.jobs.tables import Cell, make_csv, make_xlsx

Rows = Iterator[list[Cell]]
# Puts the last three letters of the alphabet behind the others.
NORWEGIAN = str.maketrans("æøå", "{|}")


def participant_rows(event: Event) -> Rows:
    """Yield a heading and a row for each live seat, by name; nothing of what people need."""
    yield [
        _("Name"), _("Role"), _("E-mail"), _("Party"), _("Kind"), _("Municipality"), _("County"), _("District"),
        _("Organisation"), _("Status"), _("Registered"), _("Contact"), _("E-mail of the contact"),
    ]  # fmt: skip
    for seat in _by_name(event.seats.live()):
        person, party, place = seat.participant, seat.registration, seat.registration.municipality
        yield [
            person.name if person else _("Without a name"),
            person.role if person else "",
            person.email if person else "",
            party.party_name,
            party.get_kind_display(),
            f"{place.name} ({place.number})" if place else "",
            place.county if place else "",
            party.district,
            party.organisation,
            seat_words(seat),
            day(seat.created_at),
            party.contact_name,
            party.contact_email,
        ]


def door_seats(event: Event) -> list[Seat]:
    """Return the seats of those who are expected, by name; those without a name come last, by party."""
    return _by_name(event.seats.filter(status__in=[Seat.Status.SEATED, Seat.Status.ATTENDED]))


def _by_name(seats: QuerySet[Seat]) -> list[Seat]:
    """Read in a statement for each table: a join would be chosen by statistics, which may be wrong."""
    rows = list(seats.prefetch_related("participant", "registration__municipality"))
    return sorted(rows, key=_place_in_list)


def _place_in_list(seat: Seat) -> tuple:
    name = seat.participant.name.lower().translate(NORWEGIAN) if seat.participant else ""
    return (not name, name, seat.registration_id, seat.place, seat.pk)


def kitchen_rows(event: Event) -> Rows:
    """Yield a heading and how many are expected and need what. Who needs several things counts in each."""
    counts = count_needs(event=event)
    yield [_("What"), _("Number")]
    yield [_("Expected"), event.seats.taken().count()]
    for label, count in chain(counts["diet"], counts["access"]):
        yield [str(label), count]


def needs_rows(needs: list[Needs]) -> Rows:
    """Yield a heading and who needs what. The caller has looked it up, which is written down."""
    yield [_("Name"), _("Party"), _("Food"), _("Other food needs"), _("Access"), _("Other access needs")]
    for one in needs:
        yield [
            one.participant.name,
            one.participant.registration.party_name,
            ", ".join(str(Needs.Diet(value).label) for value in one.diet),
            one.diet_details,
            ", ".join(str(Needs.Access(value).label) for value in one.access),
            one.access_details,
        ]


@dataclass(frozen=True)
class File:
    """One way to have a list. `content_type` is as a browser is told."""

    content_type: str
    make: Callable[[str, Rows], bytes]


FILES = {
    "xlsx": File(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda title, rows: make_xlsx([(title, rows)]),
    ),
    "csv": File("text/csv; charset=utf-8", lambda _title, rows: make_csv(rows)),
}
