"""People pasted as a list: from a spreadsheet, an address book or the line of recipients of a mail."""

import re
from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from events.actions.registration import Person
from unlimited.content.forms import PlainTextField
from unlimited.content.text import clean_line
from unlimited.mail.forms import AddressField

LONGEST_NAME, LONGEST_ROLE = 120, 100
# Columns are parted by the first of these that a line has.
SEPARATORS = ("\t", ";", ",")
# What columns are called in the first line of a table; `first` and `last` are parts of a name.
HEADINGS = {
    "name": {"navn", "namn", "name", "fullt navn", "fullt namn", "full name"},
    "first": {"fornavn", "førenamn", "first name", "given name"},
    "last": {"etternavn", "etternamn", "last name", "surname"},
    "email": {"e-post", "epost", "e-postadresse", "e-mail", "email", "mail", "address", "e-mail address"},
    "role": {"rolle", "stilling", "tittel", "role", "title", "position"},
}
# *Kari Vik <kari@example.no>*, one after another, as mail programs write recipients.
RECIPIENT = re.compile(r'(?:"([^"]*)"|([^"<>]*?))\s*<([^<>]*)>')


@dataclass
class Found:
    """Who was found in a text; `problems` and `left` are the lines that make no sense, in words and as typed."""

    people: list[Person] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def people_in(text: str) -> Found:
    """Return who is in a pasted list: a person a line, *name, e-mail, role*, or recipients as mail programs write them.

    Columns may be parted by tabs, semicolons or commas. A first line of headings says which column is what.
    """
    lines, found = [line.strip(" \r") for line in text.split("\n")], Found()
    lines = [line for line in lines if line.strip()]
    columns = _columns_of(lines[0]) if lines else {}
    for line in lines[bool(columns) :]:
        try:
            found.people += _of_columns(line, columns) if columns else _of_line(line)
        except ValidationError as error:
            found.problems += error.messages
            found.left.append(line)
    return found


def _columns_of(line: str) -> dict[str, int]:
    """Return which column is what, empty where the line is no line of headings."""
    cells = [cell.lower() for cell in _cells(line)]
    known = {kind: number for kind, words in HEADINGS.items() for number, cell in enumerate(cells) if cell in words}
    return known if {"name", "first", "last"} & known.keys() and len(known) > 1 else {}


def _of_columns(line: str, columns: dict[str, int]) -> list[Person]:
    cells = _cells(line)
    values = {kind: cells[number] if number < len(cells) else "" for kind, number in columns.items()}
    parts = (values.get(kind, "") for kind in ("name", "first", "last"))
    return [_person(line, " ".join(filter(None, parts)), values.get("email", ""), values.get("role", ""))]


def _of_line(line: str) -> list[Person]:
    recipients = list(RECIPIENT.finditer(line))
    if not recipients:
        return [_of_cells(line, _cells(line))]
    rest = clean_line(line[recipients[-1].end() :]).strip(" \t;,")
    role = rest if len(recipients) == 1 else ""
    if rest and not role:
        raise ValidationError(_("“%(line)s”: write a name, a comma and an e-mail.") % {"line": rest[:60]})
    return [_person(line, _in_order(match[1] or match[2].lstrip(" \t;,")), match[3], role) for match in recipients]


def _of_cells(line: str, cells: list[str]) -> Person:
    """What stands before the address is the name, what stands after it the role."""
    addresses = [number for number, cell in enumerate(cells) if "@" in cell]
    if not addresses:
        name, *others = [cell for cell in cells if cell] or [""]
        return _person(line, name, others[0] if others else "")
    at = addresses[0]
    return _person(line, " ".join(filter(None, cells[:at])), cells[at], ", ".join(filter(None, cells[at + 1 :])))


def _in_order(name: str) -> str:
    """Return *Kari Vik* for *Vik, Kari*."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else last


def _cells(line: str) -> list[str]:
    separator = next((sign for sign in SEPARATORS if sign in line), ",")
    return [clean_line(cell).strip().strip('"').strip() for cell in line.split(separator)]


def _person(line: str, name: str, email: str, role: str = "") -> Person:
    name, role = clean_line(name).strip(), clean_line(role).strip()
    if not name or "@" in name or len(name) > LONGEST_NAME or len(role) > LONGEST_ROLE:
        raise ValidationError(_("“%(line)s”: write a name, a comma and an e-mail.") % {"line": line[:60]})
    try:
        return Person(name, AddressField(required=False).clean(email.strip()), role)
    except ValidationError as error:
        raise ValidationError(_("“%(line)s”: that is no e-mail address.") % {"line": line[:60]}) from error


class PeopleField(PlainTextField):
    """A pasted list. Returns Persons."""

    widget = forms.Textarea
    # More lines that make no sense are said of when these are mended.
    MOST_PROBLEMS = 5

    def clean(self, value) -> list[Person]:
        found = people_in(super().clean(value))
        if found.problems:
            raise ValidationError(found.problems[: self.MOST_PROBLEMS])
        return found.people
