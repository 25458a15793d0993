"""From an incubator's page straight to an idea for that incubator."""

import datetime as dt

import pytest
from django.utils import timezone

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


def send_url(idea) -> str:
    return f"/en/ideer/utkast/{idea.uuid}/send/"


def send_in(client, idea):
    form = client.get(send_url(idea)).context["form"]
    data = {name: form[name].value() for name in ("revision", "reader")}
    return client.post(send_url(idea), {**data, "may_publish": "no"})


INTAKE = "Norge Unlimited reads it, and finds an incubator for you."


@pytest.mark.parametrize("place", ["0650", "0650 Oslo", "toyen", "Gamle Oslo"])
def test_only_incubator_for_a_place_is_selected_and_the_page_says_nothing_else(client_for, place):
    incubator = PostcodeAreaFactory(incubator__name="Tøyen & co", first="0650").incubator
    idea = IdeaFactory(neighbourhood=place, incubator=None)
    Idea.objects.update(created_at=timezone.now() - dt.timedelta(minutes=1))
    author = client_for(idea.author)

    page = author.get(send_url(idea)).text
    send_in(author, idea)

    assert "Tøyen &amp; co reads it." in page
    assert page.count(f"utkast/{idea.uuid}/sted/") == 2  # the answer about the place, and who reads it
    assert INTAKE not in page
    assert Idea.objects.get().incubator == incubator
    assert Idea.objects.get().status == "submitted"


def test_postcode_that_nobody_states_selects_the_only_incubator_of_its_municipality(client_for):
    IncubatorFactory(name="Tøyen & co")
    idea = IdeaFactory(neighbourhood="0982", incubator=None)

    assert "Tøyen &amp; co reads it." in client_for(idea.author).get(send_url(idea)).text


@pytest.mark.parametrize("place", ["Bergen", "5020", "1804", "9170", ""])
def test_place_without_an_incubator_goes_to_the_national_intake(client_for, place):
    PostcodeAreaFactory(incubator__name="Tøyen & co", first="0650")
    idea = IdeaFactory(neighbourhood=place, incubator=None)

    page = client_for(idea.author).get(send_url(idea)).text

    assert INTAKE in page
    assert "Tøyen &amp; co" not in page


@pytest.mark.parametrize("place", ["0650", "tøye"])
def test_several_incubators_or_a_part_of_a_word_are_offered_not_selected(client_for, place):
    PostcodeAreaFactory(incubator__name="Tøyen & co", first="0650")
    if place == "0650":
        PostcodeAreaFactory(incubator__name="Kampen", first="0650")
    idea = IdeaFactory(neighbourhood=place, incubator=None)

    page = client_for(idea.author).get(send_url(idea)).text

    assert f"may be for {place}:" in page
    assert "reads it. You get an answer" not in page
    assert INTAKE not in page


def test_author_may_choose_the_national_intake_over_the_incubator_of_their_place(client_for):
    PostcodeAreaFactory(incubator__name="Tøyen & co", first="0650")
    intake = IncubatorFactory(intake=True)
    idea = IdeaFactory(neighbourhood="0650", incubator=None)
    author = client_for(idea.author)

    place = author.get(f"/en/ideer/utkast/{idea.uuid}/sted/").context["form"]
    data = {"neighbourhood": "0650", "incubator": intake.pk, "seen": place["seen"].value(), "go": "send"}
    page = author.post(f"/en/ideer/utkast/{idea.uuid}/sted/", data, follow=True).text

    assert "Norge Unlimited reads it. You get an answer" in page
    assert "Tøyen &amp; co" not in page


def test_reader_who_changes_between_page_and_button_is_said_before_it_is_sent(client_for):
    area = PostcodeAreaFactory(incubator__name="Tøyen & co", first="0650")
    idea = IdeaFactory(neighbourhood="0650", incubator=None)
    Idea.objects.update(created_at=timezone.now() - dt.timedelta(minutes=1))
    author = client_for(idea.author)
    form = author.get(send_url(idea)).context["form"]
    data = {"revision": form["revision"].value(), "reader": form["reader"].value(), "may_publish": "no"}
    area.incubator = IncubatorFactory(name="Kampen")
    area.save()

    page = author.post(send_url(idea), data)

    assert "Another incubator reads the idea now." in page.text
    assert Idea.objects.get().status == "draft"
    send_in(author, idea)
    assert Idea.objects.get().incubator == area.incubator


def test_author_is_told_that_the_incubator_they_chose_has_closed(client_for):
    idea = IdeaFactory(incubator=IncubatorFactory(name="Tøyen", closed=True))

    page = client_for(idea.author).get(f"/en/ideer/utkast/{idea.uuid}/send/").text

    assert "Tøyen has closed since you chose it." in page
    assert "Tøyen reads it." not in page
    assert "Norge Unlimited reads it, and finds an incubator for you." in page
