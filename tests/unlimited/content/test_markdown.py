import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlimited.content.markdown import to_html


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("*a* and **b**", "<p><em>a</em> and <strong>b</strong></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("# no heading", "<p># no heading</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
    ],
)
def test_a_small_part_of_markdown_becomes_html(typed, html):
    assert to_html(typed) == html


def test_links_lead_nowhere_until_a_person_has_approved_them():
    assert to_html("[here](https://example.no)") == "<p>here (https://example.no)</p>"
    assert to_html("<https://example.no>") == "<p>https://example.no</p>"
    approved = '<p><a href="https://example.no" rel="nofollow ugc noopener">here</a></p>'
    assert to_html("[here](https://example.no)", links=True) == approved


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt:alert(1)"])
def test_links_that_run_something_are_no_links(address):
    assert "<a" not in to_html(f"[here]({address}) <{address}>", links=True)


@given(st.text(alphabet=st.sampled_from("a<>\"'&[]()!*_`#-\n :/=;xjs"), max_size=80), st.booleans())
def test_whatever_is_typed_comes_out_within_the_allow_list(typed, links):
    html = to_html(typed, links=links)
    allowed = nh3.clean(html, tags={"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "a"},
                        attributes={"a": {"href"}, "ol": {"start"}}, link_rel="nofollow ugc noopener")  # fmt: skip
    assert allowed.strip() == html
    assert links or "<a" not in html
