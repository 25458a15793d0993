import math

import pytest

from ideas.codes import ALPHABET, LENGTH, hash_of, in_groups, new_code, read_code


def test_code_holds_fifty_bits_and_no_signs_that_look_alike():
    assert LENGTH * math.log2(len(ALPHABET)) >= 50
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)
    assert len({new_code() for _ in range(200)}) == 200
    assert set(new_code()) <= set(ALPHABET)


@pytest.mark.parametrize("typed", ["0123 ABCD EFG", "o1 23abcd-efg", " OI23abcdEFG ", "0l23.abcd.efg"])
def test_code_is_read_as_it_was_meant(typed):
    assert read_code(typed) == "0123ABCDEFG"
    assert hash_of(typed) == hash_of("0123ABCDEFG")


def test_code_is_printed_in_groups_and_stored_only_as_a_keyed_hash(settings):
    assert in_groups("0123ABCDEFG") == "0123 ABCD EFG"
    stored = hash_of("0123ABCDEFG")
    assert len(stored) == 64
    settings.SECRET_KEY = "another key"
    assert hash_of("0123ABCDEFG") != stored


def test_hash_of_anything_typed_is_the_same_work_and_no_error():
    assert {len(hash_of(typed)) for typed in ("", "æøå", "x" * 5000, "\x00")} == {64}
