import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlimited.content.text import clean_line, clean_text

ANYTHING = st.text(st.characters(codec=None, categories=None))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\ud800b\udc00", "ab"),
        ("\u202eabc\u2066", "abc"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x0bb\x0cc", "a\nb\nc"),
        ("a\u030a", "å"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("tab\tstays", "tab\tstays"),
        ("\u200b\u3164\u2800 \u00ad\n\u0301", ""),
        ("e" + "\u0323\u0302\u0301" * 40, "\u1ec7\u0323\u0323\u0323"),
        ("Việt Nam, שָׁלוֹם, किताब", "Việt Nam, שָׁלוֹם, किताब"),
    ],
)
def test_clean_text_leaves_out_what_nobody_types_on_purpose(typed, kept):
    assert clean_text(typed) == kept


def test_clean_line_is_one_line():
    assert clean_line("a\r\nb\n\nc\td\x0be\x0cf") == "a b c d e f"


@given(ANYTHING)
def test_clean_text_is_storable_and_clean_at_once(typed):
    kept = clean_text(typed)
    assert clean_text(kept) == kept
    kept.encode()
    assert "\x00" not in kept
