"""Two versions side by side: what went, what came, and nothing else."""

import pytest

from ideas.comparison import GONE, NEW, SAME, Piece, differences
from ideas.models import Idea
from tests.factories import IdeaFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def versions(**changes):
    idea = IdeaFactory(submitted=True, title="Bikes", need="We have nowhere to mend them.")
    older = idea.versions.get()
    newer = idea.versions.create(number=2, texts=older.texts | changes, created_at=older.created_at)
    return older, newer


def test_only_answers_that_changed_are_shown_word_by_word():
    (difference,) = differences(*versions(need="We have a cellar to mend them."))
    assert difference.question == Idea._meta.get_field("need").verbose_name
    assert difference.older == [Piece(SAME, "We have "), Piece(GONE, "nowhere"), Piece(SAME, " to mend them.")]
    assert difference.newer == [Piece(SAME, "We have "), Piece(NEW, "a cellar"), Piece(SAME, " to mend them.")]


@pytest.mark.parametrize("text", ["", "Others.\n\nAltogether", "æ ø å <b> &amp; 1 000", " "])
def test_pieces_of_each_side_are_its_whole_text(text):
    older, newer = versions(need=text)
    (difference,) = differences(older, newer)
    assert "".join(piece.text for piece in difference.older) == older.texts["need"]
    assert "".join(piece.text for piece in difference.newer) == text


def test_same_words_are_no_difference():
    assert differences(*versions()) == []


def test_longest_text_of_one_word_is_compared_at_once():
    older, newer = versions(proposal="a " * 4000)
    assert len(differences(older, newer)) == 1
    assert len(differences(newer, versions(proposal="b a " * 2000)[1])) == 1


def test_page_shows_both_and_leads_from_the_case(client_for):
    older, _ = versions(need="We have a cellar to mend them.<script>")
    desk = client_for(MembershipFactory(incubator=older.idea.incubator).user)
    case = f"/en/arbeidsflate/ideer/{older.idea.uuid}/"
    assert f'href="{case}sammenlign/1/2/"' in desk.get(case).content.decode()
    page = desk.get(f"{case}sammenlign/1/2/").content.decode()
    assert "[taken away:</span>nowhere" in page
    assert "[new:</span>a cellar" in page
    assert "&lt;script&gt;" in page
    assert desk.get(f"{case}sammenlign/1/3/").status_code == 404
