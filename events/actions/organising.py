"""What organisers write before anybody has registered: new series and events, and whether they are published."""

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from events.actions.locking import BusyError, EventError, GoneError, line_of, locked_events
from events.actions.programme import EditedElsewhereError, NotPossibleError
from events.actions.times import check_session
from events.models import Event, Material, Series, Session, Speaker
from unlimited.locks import short_wait
from unlimited.origin import audited

LONGEST_SLUG = 80
# slugify takes these for nothing, or for two letters.
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "ae", "Ø": "o", "Å": "a"})
# Other pages have these addresses.
RESERVED = frozenset({"serier", "inkubator", "kalender", "nytt", "ny"})

# Where an item keeps a file of its own.
_FILE_FIELDS = {Speaker: "picture", Material: "file"}


class AddressTakenError(EventError):
    """Another event or series took this address on the web a moment ago."""


class HasRegistrationsError(EventError):
    """People have registered: they must still find the event. `count` seats are taken or waited for."""

    def __init__(self, count: int):
        super().__init__(f"{count} seats")
        self.count = count


def free_slug(model: type[Event] | type[Series], *words: str, day: dt.date | None = None) -> str:
    """Return an address made of `words` and the day, such as *velferd-oslo-2026-10-20*, that nothing has yet."""
    end = f"-{day.isoformat()}" if day else ""
    start = slugify(" ".join(words).translate(_LETTERS)) or model._meta.model_name
    start = start[: LONGEST_SLUG - len(end) - 4].strip("-") + end
    taken = set(model.objects.filter(slug__startswith=start).values_list("slug", flat=True)) | RESERVED
    numbered = (f"{start}-{number}" for number in range(2, len(taken) + 3))
    return start if start not in taken else next(slug for slug in numbered if slug not in taken)


@audited
def create_event(*, by, values: dict) -> Event:
    """Save a new event, not published. Raises AddressTakenError."""
    return _create(Event, values)


@audited
def create_series(*, by, values: dict) -> Series:
    """Save a new series, not published. Raises AddressTakenError."""
    return _create(Series, values)


def _create(model: type[Event] | type[Series], values: dict) -> Event | Series:
    try:
        with transaction.atomic():
            return model.objects.create(**values)
    except IntegrityError as error:
        if model.objects.filter(slug=values["slug"]).exists():
            raise AddressTakenError from error
        raise


@audited
def change_series(*, series: Series, values: dict, seen: dt.datetime | None, by) -> Series:
    """Set `values` on the series, published or not among them. Raises EditedElsewhereError, BusyError."""
    with short_wait(BusyError):
        row = Series.objects.select_for_update(no_key=True, of=("self",)).get(pk=series.pk)
        if row.updated_at != seen:
            raise EditedElsewhereError
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=[*values, "updated_at"])
        return row


@audited
def publish_event(*, event: Event, by) -> Event:
    """Show the event to everyone. Raises NotPossibleError where it is cancelled, BusyError."""
    with locked_events(line_of(event)) as events:
        row = events[event.pk]
        if row.is_cancelled:
            raise NotPossibleError
        return _set_published(row, True)


@audited
def unpublish_event(*, event: Event, by) -> Event:
    """Take the event off the public pages, while nobody has registered. Raises HasRegistrationsError, BusyError."""
    with locked_events(line_of(event)) as events:
        row = events[event.pk]
        if count := row.seats.live().count():
            raise HasRegistrationsError(count)
        return _set_published(row, False)


def _set_published(event: Event, is_published: bool) -> Event:
    event.is_published = is_published
    event.save(update_fields=["is_published", "updated_at"])
    return event


# --- Its programme ----------------------------------------------------------------------------------------------------


Item = Session | Speaker | Material


def item_version(item: Item) -> str:
    """Return a short name for the item as it is, with its speakers; empty for a new one."""
    if item.pk is None:
        return ""
    words = [str(field.value_from_object(item)) for field in item._meta.concrete_fields]
    if isinstance(item, Session):
        words += map(str, sorted(item.speakers.values_list("pk", flat=True)))
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]


@audited
def save_item(*, item: Item, speakers: Iterable[Speaker] | None = None, seen: str = "", by) -> Item:
    """Save one item of a programme. A file that it had before and has no more goes when the change is sure.

    `seen` is the version (`item_version`) that the page was made of. Raises EditedElsewhereError, BusyError, GoneError
    where somebody has deleted it, OutsideError where a session does not lie inside its event.
    """
    name = _FILE_FIELDS.get(type(item))
    with short_wait(BusyError):
        if isinstance(item, Session):
            check_session(item)
        before = _locked_item(item, seen) if item.pk else None
        item.save()
        if speakers is not None:
            item.speakers.set(speakers)
        kept = getattr(before, name).name if before and name else ""
        if kept and kept != getattr(item, name).name:
            _forget_file(getattr(item, name).storage, kept)
    return item


def _locked_item(item: Item, seen: str) -> Item:
    row = type(item).objects.select_for_update(no_key=True, of=("self",)).filter(pk=item.pk).first()
    if row is None:
        raise GoneError
    if item_version(row) != seen:
        raise EditedElsewhereError
    return row


@audited
@transaction.atomic
def delete_item(*, item: Item, by) -> None:
    """Delete one item of a programme, with its file."""
    name = _FILE_FIELDS.get(type(item))
    file = getattr(item, name) if name else None
    kept = file.name if file else ""
    item.delete()
    if kept:
        _forget_file(file.storage, kept)


def _forget_file(storage, name: str) -> None:
    transaction.on_commit(lambda: storage.delete(name), robust=True)
