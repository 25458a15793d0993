"""What must hold at every commit, said a second time and in other words than the actions say it."""

from collections import Counter, defaultdict

from django.db import connection, transaction

from events.models import Event, Registration, Seat

TAKEN = {"seated", "offered", "attended"}


def what_is_broken() -> list[str]:
    """Return in words what does not hold, in one snapshot of the database.

    No event above its capacity, its own count true; and no seat free while somebody waits whom it fits.
    """
    is_alone = connection.in_atomic_block  # a test that is one transaction has its snapshot to itself
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1" if is_alone else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        events = {event.pk: event for event in Event.objects.all()}
        seats = list(Seat.objects.values("event_id", "registration_id", "status", "rank"))
        parties = {party.pk: party for party in Registration.objects.all()}
    taken = Counter(seat["event_id"] for seat in seats if seat["status"] in TAKEN)
    broken = [f"{taken[pk]} of {event.capacity}" for pk, event in events.items() if taken[pk] > event.capacity]
    broken += [
        f"{event.seats_taken} said, {taken[pk]} are" for pk, event in events.items() if event.seats_taken != taken[pk]
    ]
    free = {pk: event.capacity - taken[pk] for pk, event in events.items()}
    return broken + [f"{party} fits into {free}" for party in _who_fits(seats, parties, free)]


def _who_fits(seats: list[dict], parties: dict[int, Registration], free: dict[int, int]) -> list[str]:
    """Return who waits and fits: a party as it registered first, and apart from that what it added later."""
    waiting, held, size = defaultdict(Counter), Counter(), Counter()
    for seat in seats:
        pk, event = seat["registration_id"], seat["event_id"]
        size[pk, event] += seat["status"] != "cancelled"
        if seat["status"] == "waiting":
            waiting[pk, max(pk, seat["rank"])][event] += 1
        elif seat["status"] in TAKEN:
            held[pk, event] += 1
    fits = []
    for (pk, turn), days in waiting.items():
        party = parties[pk]

        def fitting(event, count, party=party, is_later=turn > pk) -> bool:
            least = min(party.fewest, size[party.pk, event]) if is_later else party.fewest
            enough = held[party.pk, event] + min(count, free[event]) >= least
            return free[event] > 0 and (enough or (count <= free[event] and not is_later))

        fit = [fitting(event, count) for event, count in days.items()]
        if all(fit) if party.wish == Registration.Wish.ALL else any(fit):
            fits.append(f"{party} ({party.wish}, {party.fewest}) waiting for {dict(days)}")
    return fits
