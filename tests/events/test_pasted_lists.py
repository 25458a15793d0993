"""Pasted lists of people: how spreadsheets, address books and mail programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.forms.pasted import people_in

KARI, OLA = ("Kari Vik", "kari@example.no", ""), ("Ola Berg", "ola@example.no", "")


def read(text: str) -> list[tuple[str, str, str]]:
    found = people_in(text)
    assert found.problems == []
    return [(one.name, one.email, one.role) for one in found.people]


@pytest.mark.parametrize(
    "text",
    [
        "Kari Vik, kari@example.no\nOla Berg, ola@example.no",
        "Kari Vik\tkari@example.no\r\nOla Berg\tola@example.no\r\n",
        "Kari Vik;kari@example.no\n\nOla Berg; ola@example.no;",
        "Kari\tVik\tkari@example.no\nOla\tBerg\tola@example.no",
        "Kari Vik <kari@example.no>\nOla Berg <ola@example.no>",
        "Kari Vik <kari@example.no>; Ola Berg <ola@example.no>",
        "Kari Vik <kari@example.no>, Ola Berg <ola@example.no>,",
        '"Vik, Kari" <kari@example.no>; "Berg, Ola" <ola@example.no>',
        "Vik, Kari <kari@example.no>\nBerg, Ola <ola@example.no>",
        "Navn;E-post\nKari Vik;kari@example.no\nOla Berg;ola@example.no",
        "Etternavn\tFornavn\tE-post\nVik\tKari\tkari@example.no\nBerg\tOla\tola@example.no",
        "E-mail,Name\nkari@example.no,Kari Vik\nola@example.no,Ola Berg",
    ],
)
def test_list_is_read_however_it_was_written(text):
    assert read(text) == [KARI, OLA]


@pytest.mark.parametrize(
    "text",
    [
        "Kari Vik; kari@example.no; Rådgiver",
        "Kari Vik <kari@example.no>, Rådgiver",
        "Navn\tRolle\tE-post\tTelefon\nKari Vik\tRådgiver\tkari@example.no\t900",
    ],
)
def test_role_is_read(text):
    assert read(text) == [("Kari Vik", "kari@example.no", "Rådgiver")]


def test_person_without_an_address_is_read():
    assert read("Kari Vik\nOla Berg;\n") == [("Kari Vik", "", ""), ("Ola Berg", "", "")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("kari@example.no", "write a name"),
        ("Kari Vik; nowhere", "that is no e-mail address"),
        ("Kari Vik <nowhere>", "that is no e-mail address"),
        ("<kari@example.no>", "write a name"),
        ("a@b.no; kari@example.no", "write a name"),
        ("Kari <kari@example.no>; Ola <ola@example.no>; Per", "write a name"),
        (f"{'K' * 121}, kari@example.no", "write a name"),
    ],
)
def test_line_that_makes_no_sense_is_left_and_the_others_are_read(line, words, settings):
    settings.LANGUAGE_CODE = "en"
    found = people_in(f"Kari Vik, kari@example.no\n{line}\nOla Berg")
    assert [one.name for one in found.people] == ["Kari Vik", "Ola Berg"]
    assert found.left == [line]
    assert len(found.problems) == 1


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text):
    found = people_in(text)
    assert all(one.name and "@" not in one.name for one in found.people)
    assert len(found.problems) >= len(found.left)
