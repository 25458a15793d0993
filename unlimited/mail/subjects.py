"""Which words of a mail name a person or a thing that can be erased: a subject, as `idea:<uuid>` or `person:<uuid>`.

Whoever builds a snapshot writes such words as `named(words, subject)`. The outbox stores beside the snapshot where they
are (`OutgoingMail.subjects`), so that `actions.forget_subjects` finds the mails to others that name an erased subject.
"""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import override

# Where a value is in a snapshot: keys of dicts and places in lists, from the outside in.
Path = list[str | int]


class Named(str):
    """Words of a snapshot that name `subjects`."""

    subjects: tuple[str, ...] = ()


def named(words: str, *subjects: str) -> Named:
    """Return `words` with what they name."""
    marked = Named(words)
    marked.subjects = subjects
    return marked


_instead: dict[str, Promise | str] = {}


def register_subject(kind: str, *, instead: Promise | str) -> None:
    """Declare a kind of subject; `instead` is what mails that have not left say of one that is erased."""
    _instead[kind] = instead


def words_instead(subject: str, language: str) -> str:
    """Return the replacement for an erased `subject`; raises LookupError where its kind is not declared."""
    with override(language):
        return str(_instead[subject.partition(":")[0]])


def subjects_in(snapshot: dict) -> dict[str, list[Path]]:
    """Return where a snapshot names each of its subjects."""
    found: dict[str, list[Path]] = {}
    for path, words in _named_in(snapshot, []):
        for subject in words.subjects:
            if subject.partition(":")[0] not in _instead:
                raise LookupError(f"{subject} is of no declared kind.")
            found.setdefault(subject, []).append(path)
    return found


def _named_in(value, path: Path) -> Iterator[tuple[Path, Named]]:
    if isinstance(value, Named) and value:
        yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _named_in(item, [*path, key])


def without(snapshot: dict, paths: list[Path], words: str) -> None:
    """Write `words` at each of `paths` of `snapshot`."""
    for *outer, last in paths:
        place = snapshot
        for key in outer:
            place = place[key]
        place[last] = words
