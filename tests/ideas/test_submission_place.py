"""From an incubator's page straight to an idea for that incubator."""

import pytest

from ideas.models import Idea
from tests.factories import IncubatorFactory

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
