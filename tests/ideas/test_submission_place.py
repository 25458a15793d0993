"""From an incubator's page straight to an idea for that incubator."""

import pytest

from ideas.models import Idea
from tests.factories import IdeaFactory, IncubatorFactory, PostcodeAreaFactory

pytestmark = pytest.mark.django_db

NEW = "/en/ideer/ny/"
WORDS = {"need": "Nowhere to be after school.", "proposal": "Open the cellar."}


def test_incubator_whose_page_one_came_from_is_shown_and_kept(client):
    incubator = IncubatorFactory(name="Tøyen & co", emergency_words="Ring ungdomsteamet")

    response = client.get(NEW, {"inkubator": incubator.slug})
    text = response.text
    client.post(NEW, {**WORDS, "chosen": response.context["form"]["chosen"].value()})

    assert "Tøyen &amp; co reads it." in text
    assert "Ring ungdomsteamet" in text
    assert Idea.objects.get().incubator == incubator


def test_incubator_is_kept_when_the_first_words_are_saved_as_they_are_typed(client):
    incubator = IncubatorFactory()

    client.post(f"{NEW}lagre/", {"need": "A bench", "chosen": incubator.slug})

    assert Idea.objects.get().incubator == incubator


@pytest.mark.parametrize("slug", ["", "finnes-ikke", "nasjonalt-mottak", "\x00", "a" * 5000, "stengt"])
def test_incubator_that_cannot_be_chosen_is_left_open_without_a_word(client, slug):
    IncubatorFactory(slug="stengt", closed=True)

    assert "reads it." not in client.get(NEW, {"inkubator": slug}).text
    assert client.post(NEW, {**WORDS, "chosen": slug}).status_code == 302
    assert Idea.objects.get().incubator is None


@pytest.mark.parametrize(("place", "is_told"), [("0650", True), ("toyen", True), ("Bergen", False), ("", False)])
def test_author_who_chose_nobody_is_told_who_is_for_their_place(client_for, place, is_told):
    incubator = PostcodeAreaFactory(incubator__name="Tøyen & co", first="0650").incubator
    idea = IdeaFactory(neighbourhood=place, incubator=None)

    page = client_for(idea.author).get(f"/en/ideer/utkast/{idea.uuid}/send/").text
    assert (f"Tøyen &amp; co is for {place}." in page) is is_told

    Idea.objects.update(incubator=incubator)
    assert "is for" not in client_for(idea.author).get(f"/en/ideer/utkast/{idea.uuid}/send/").text


def test_author_is_told_that_the_incubator_they_chose_has_closed(client_for):
    idea = IdeaFactory(incubator=IncubatorFactory(name="Tøyen", closed=True))

    page = client_for(idea.author).get(f"/en/ideer/utkast/{idea.uuid}/send/").text

    assert "Tøyen has closed since you chose it." in page
    assert "Tøyen reads it." not in page
    assert "Norge Unlimited reads it, and finds an incubator for you." in page
