"""The postal register: what it holds, and what a postcode leads to."""

import re

import pytest

from incubators.models import Municipality
from incubators.place_names import find_municipalities
from incubators.postcodes import NO_MUNICIPALITIES, _register, municipality_of, postcode_in

pytestmark = pytest.mark.django_db


def test_register_names_known_municipalities_only():
    codes, numbers = _register()
    known = set(Municipality.objects.values_list("number", flat=True))

    assert len(codes) == len(set(codes)) > 5000
    assert [code for code in codes if not re.fullmatch(r"[0-9]{4}", code)] == []
    assert set(numbers) == known | NO_MUNICIPALITIES


@pytest.mark.parametrize(
    ("postcode", "number"),
    [
        ("0655", "0301"),
        ("5020", "4601"),
        ("4014", "1103"),
        # Not in the register, between two codes of Oslo.
        ("1103", "0301"),
        # In no register, at the ends and between two municipalities.
        ("0000", ""),
        ("9999", ""),
        # Svalbard and Jan Mayen.
        ("9170", ""),
        ("8099", ""),
    ],
)
def test_postcode_leads_to_its_municipality(postcode, number):
    assert municipality_of(postcode) == number


@pytest.mark.parametrize(
    ("words", "postcode"),
    [("0655", "0655"), ("0655 Oslo", "0655"), ("N-0655", "0655"), ("06555", ""), ("0655 0650", ""), ("Tøyen", "")],
)
def test_four_digits_are_a_postcode(words, postcode):
    assert postcode_in(words) == postcode


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("1103", ["Oslo"]),
        ("4604", ["Kristiansand"]),
        ("5020", ["Bergen"]),
        ("5020 Bergen", ["Bergen"]),
        ("N-5020", ["Bergen"]),
        ("5020 Oslo", []),
        ("8099", []),
        ("9170", []),
    ],
)
def test_municipality_is_found_by_postcode_never_by_its_number(typed, names):
    found = find_municipalities(typed, Municipality.objects.order_by("name"))

    assert [place.name for place in found] == names
