"""The pages about support: what each may do on them, what a stale one says, and that they do not grow."""

import datetime as dt

import pytest
from django.utils import timezone

from ideas.actions.support import agree_to_support, ask_supporter, end_support
from ideas.models import SupportRelation
from tests.factories import (
    DeskEntryFactory,
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    SupportRelationFactory,
)
from tests.races import held_elsewhere

pytestmark = pytest.mark.django_db
NOTE = "zebrafink: she is best reached after six"


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def idea(incubator):
    return IdeaFactory(accepted=True, incubator=incubator, title="Verksted", author__name="Sara")


@pytest.fixture
def mona(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona").user


@pytest.fixture
def ali(incubator):
    return MembershipFactory(incubator=incubator, supporter=True, user__name="Ali").user


def desk_url(idea) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/stotte/"


def my_url(idea) -> str:
    return f"/en/min-side/ideer/{idea.uuid}/stottespiller/"


def act_url(relation, name: str) -> str:
    return f"/en/arbeidsflate/stotte/{relation.uuid}/{name}/"


def asked(idea, by, supporter) -> SupportRelation:
    return ask_supporter(idea=idea, by=by, seen_revision=idea.revision, supporter=supporter, note=NOTE)


def test_moderator_asks_the_supporter_answers_and_the_author_decides(client_for, idea, mona, ali):
    desk = client_for(mona)
    assert "Ali, has 0 of 8" in desk.get(desk_url(idea)).text
    sent = {"revision": idea.revision, "supporter": str(ali.uuid), "note": NOTE}
    answer = desk.post(desk_url(idea), sent, follow=True)
    assert "The question is sent." in answer.text
    relation = idea.support_relations.get()

    page = client_for(ali).get("/en/arbeidsflate/stotte/").text
    assert "Would you support an idea?" in page
    assert NOTE in client_for(ali).get(desk_url(idea)).text
    assert "You have said yes." in client_for(ali).post(act_url(relation, "ja"), follow=True).text

    author = client_for(idea.author)
    page = author.get(f"/en/min-side/ideer/{idea.uuid}/").text
    assert "Ali wants to support your idea" in page
    page = author.get(my_url(idea)).text
    assert NOTE not in page
    assert "You have said yes." in author.post(act_url(relation, "ja"), follow=True).text
    assert "Ali supports the idea." in author.get(f"/en/min-side/ideer/{idea.uuid}/").text


def test_words_are_kept_where_something_is_missing_and_nobody_is_asked(client_for, idea, mona, ali):
    answer = client_for(mona).post(desk_url(idea), {"revision": idea.revision, "supporter": "", "note": NOTE})
    assert answer.status_code == 422
    assert "Choose who could support it." in answer.text
    assert NOTE in answer.text
    assert not SupportRelation.objects.exists()


def test_full_supporter_is_said_so_with_the_words_kept(client_for, idea, incubator, mona, ali):
    incubator.memberships.filter(user=ali).update(capacity=0)
    sent = {"revision": idea.revision, "supporter": str(ali.uuid), "note": NOTE}
    answer = client_for(mona).post(desk_url(idea), sent)
    assert answer.status_code == 409
    assert "They have as many ideas as they have room for." in answer.text
    assert NOTE in answer.text


def test_supporter_asks_for_no_idea_that_they_may_not_open(client_for, idea, ali):
    assert client_for(ali).get(desk_url(idea)).status_code == 404
    sent = {"revision": idea.revision, "supporter": str(ali.uuid), "note": NOTE}
    assert client_for(ali).post(desk_url(idea), sent).status_code == 404
    assert not SupportRelation.objects.exists()


def wish_url(idea) -> str:
    return f"/en/arbeidsflate/stotte/onsker/{idea.uuid}/"


def test_supporter_asks_for_an_idea_and_opens_it_once_its_author_has_said_yes(client_for, idea, ali, outbox):
    client = client_for(ali)
    assert wish_url(idea) in client.get("/en/arbeidsflate/stotte/").text
    page = client.post(wish_url(idea), follow=True).text
    assert "The author is asked." in page
    assert "You asked" in page
    assert wish_url(idea) not in page
    relation = idea.support_relations.get()
    assert (relation.supporter, relation.asked_by, relation.status) == (ali, ali, "offered")
    assert [mail.recipient for mail in outbox("supporter-offered")] == [idea.author.email]
    for address in (desk_url(idea), f"/en/arbeidsflate/ideer/{idea.uuid}/"):
        assert client.get(address).status_code == 404

    client_for(idea.author).post(act_url(relation, "ja"))
    assert client.get(desk_url(idea)).status_code == 200


def test_wish_can_be_taken_back_until_it_is_answered(client_for, idea, ali):
    client = client_for(ali)
    client.post(wish_url(idea))
    relation = idea.support_relations.get()
    take_back = f"/en/arbeidsflate/stotte/onsker/{relation.uuid}/trekk/"
    assert take_back in client.get("/en/arbeidsflate/stotte/").text
    other = MembershipFactory(incubator=idea.incubator, supporter=True).user
    assert client_for(other).post(take_back).status_code == 404
    assert "You have taken it back." in client.post(take_back, follow=True).text
    assert "not possible any more" in client.post(take_back, follow=True).text
    relation.refresh_from_db()
    assert (relation.status, relation.ended_by) == ("declined", ali)
    # Their own no is no refusal: they may ask again.
    assert wish_url(idea) in client.get("/en/arbeidsflate/stotte/").text


def test_supporter_does_not_ask_again_after_a_no(client_for, idea, ali, outbox):
    client = client_for(ali)
    client.post(wish_url(idea))
    relation = idea.support_relations.get()
    client_for(idea.author).post(act_url(relation, "nei"), {"words": ""})
    [told] = outbox("support-declined")
    assert (told.recipient, told.snapshot["url"].endswith("/arbeidsflate/stotte/")) == (ali.email, True)
    assert wish_url(idea) not in client.get("/en/arbeidsflate/stotte/").text
    assert "the answer was no" in client.post(wish_url(idea), follow=True).text
    assert idea.support_relations.count() == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"asked": True}, "Somebody supports the idea already, or is asked."),
        ({"supporter_capacity": 0}, "You have as many ideas as you have room for."),
        ({"status": "ended"}, "This is not possible any more."),
    ],
)
def test_wish_that_cannot_be_is_told(client_for, idea, incubator, ali, facts, words):
    if facts.get("asked"):
        SupportRelationFactory(idea=idea, asked=True)
    if "supporter_capacity" in facts:
        incubator.memberships.filter(user=ali).update(capacity=0)
    if "status" in facts:
        type(idea).objects.filter(pk=idea.pk).update(status="ended")
    assert words in client_for(ali).post(wish_url(idea), follow=True).text
    assert not idea.support_relations.filter(supporter=ali).exists()


@pytest.mark.parametrize("who", ["mona", "stranger", "author"])
def test_only_a_supporter_of_the_incubator_asks_for_an_idea(client_for, idea, mona, who):
    people = {"mona": mona, "stranger": MembershipFactory(supporter=True).user, "author": idea.author}
    assert client_for(people[who]).post(wish_url(idea)).status_code == 404
    assert not SupportRelation.objects.exists()


def test_supporter_writes_down_no_spoken_yes_to_their_own_wish(client_for, incubator, ali, mona):
    entry = DeskEntryFactory(idea__incubator=incubator, idea__accepted=True)
    client_for(ali).post(wish_url(entry.idea))
    relation, said = entry.idea.support_relations.get(), {"words_said": "On the phone."}
    entry.refresh_from_db()
    assert entry.to_tell_since
    assert client_for(ali).post(act_url(relation, "muntlig-ja"), said).status_code == 404
    relation.refresh_from_db()
    assert relation.status == "offered"
    client_for(mona).post(act_url(relation, "muntlig-ja"), said)
    relation.refresh_from_db()
    assert relation.status == "active"


@pytest.mark.parametrize(("name", "sent"), [("nei", {"words": ""}), ("avslutt", {"reason": "no_time", "words": "Bye"})])
def test_supporter_who_ends_it_comes_to_their_list(client_for, idea, mona, ali, name, sent):
    """The case is closed to them with that."""
    relation = asked(idea, mona, ali) if name == "nei" else SupportRelationFactory(idea=idea, supporter=ali)
    answer = client_for(ali).post(act_url(relation, name), sent, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0].endswith("/arbeidsflate/stotte/")


def test_supporter_hands_the_idea_over_with_a_note(client_for, idea, incubator, ali):
    other = MembershipFactory(incubator=incubator, supporter=True, user__name="Berit").user
    SupportRelationFactory(idea=idea, supporter=ali)
    sent = {"revision": idea.revision, "supporter": str(other.uuid), "note": NOTE}
    assert "The question is sent." in client_for(ali).post(desk_url(idea), sent, follow=True).text
    assert idea.support_relations.get(supporter=other).note == NOTE


def test_stale_form_says_what_has_happened(client_for, idea, mona, ali):
    relation = asked(idea, mona, ali)
    agree_to_support(relation=relation, by=ali)
    answer = client_for(ali).post(act_url(relation, "ja"), follow=True)
    assert "This is not possible any more." in answer.text
    sent = {"revision": 99, "supporter": str(ali.uuid), "note": NOTE}
    answer = client_for(mona).post(desk_url(idea), sent)
    assert answer.status_code == 409
    assert "The case has changed" in answer.text


def test_words_of_what_can_no_longer_be_done_are_given_back(client_for, idea, mona, ali):
    """Two end or ask at the same time: the second is told, and may copy what they wrote."""
    relation = SupportRelationFactory(idea=idea, supporter=ali)
    end_support(relation=relation, by=mona, reason="finished", words="Done")
    sent = {"reason": "finished", "words": NOTE}
    for person, status, words in (
        (ali, 404, "You no longer support this idea, so nothing is saved."),
        (idea.author, 409, "This is not possible any more."),
    ):
        answer = client_for(person).post(act_url(relation, "avslutt"), sent)
        assert answer.status_code == status
        assert words in answer.text
        assert NOTE in answer.text
        assert (idea.title in answer.text) == (person == idea.author)
    idea.refresh_from_db()
    asked(idea, mona, ali)
    sent = {"revision": idea.revision, "supporter": str(ali.uuid), "note": "Once more"}
    answer = client_for(mona).post(desk_url(idea), sent)
    assert answer.status_code == 409
    assert "Once more" in answer.text


def test_staff_read_why_a_question_came_to_nothing_and_the_author_does_not(client_for, idea, mona, ali):
    """The form says that staff read the word about why; no page showed it."""
    relation = asked(idea, mona, ali)
    client_for(ali).post(act_url(relation, "nei"), {"words": "I have no time before Easter."})
    page = client_for(mona).get(desk_url(idea)).text
    assert "Asked, and it came to nothing" in page
    assert "I have no time before Easter." in page
    assert "I have no time before Easter." not in client_for(idea.author).get(my_url(idea)).text


def test_leader_takes_a_question_back_and_asks_somebody_else(client_for, idea, incubator, mona, ali):
    relation = asked(idea, mona, ali)
    page = client_for(mona).get(desk_url(idea)).text
    assert "Take the question back" in page
    assert "Say no thanks" not in page
    answer = client_for(mona).post(act_url(relation, "ta-tilbake"), {"words": ""}, follow=True)
    assert "The question is taken back." in answer.text
    assert "Ask them" in answer.text


@pytest.mark.parametrize(
    ("name", "who", "may"),
    [
        ("ja", "ali", True), ("ja", "mona", False), ("ja", "author", False),
        ("nei", "ali", True), ("nei", "mona", False), ("nei", "author", False),
        ("ta-tilbake", "ali", False), ("ta-tilbake", "mona", True), ("ta-tilbake", "author", False),
        ("kontakt", "ali", False), ("avslutt", "ali", False), ("muntlig-ja", "mona", False),
    ],
)  # fmt: skip
def test_only_those_whose_it_is_can_answer(client_for, idea, mona, ali, name, who, may):
    relation = asked(idea, mona, ali)
    person = {"ali": ali, "mona": mona, "author": idea.author}[who]
    client_for(person).post(act_url(relation, name), {"words": "", "words_said": "Yes"})
    relation.refresh_from_db()
    assert (relation.status != "asked") == may


def test_end_needs_a_reason_and_a_word_and_keeps_what_was_typed(client_for, idea, ali):
    relation = SupportRelationFactory(idea=idea, supporter=ali)
    answer = client_for(ali).post(act_url(relation, "avslutt"), {"words": NOTE})
    assert answer.status_code == 422
    assert "Choose why it ends." in answer.text
    assert NOTE in answer.text
    sent = {"words": "Thank you.", "reason": "finished"}
    assert (
        "The work together has ended"
        in client_for(idea.author).post(act_url(relation, "avslutt"), sent, follow=True).text
    )
    assert "Earlier supporters" in client_for(idea.author).get(my_url(idea)).text


def test_contact_is_written_down_by_one_button(client_for, idea, ali):
    relation = SupportRelationFactory(idea=idea, supporter=ali)
    answer = client_for(ali).post(act_url(relation, "kontakt"), follow=True)
    assert "It is written down that you were in touch today." in answer.text


def test_who_left_the_incubator_answers_nothing_any_more(client_for, idea, incubator, mona, ali):
    relation = asked(idea, mona, ali)
    incubator.memberships.filter(user=ali).delete()
    assert client_for(ali).post(act_url(relation, "ja")).status_code == 404
    assert client_for(ali).get("/en/arbeidsflate/stotte/").status_code == 403


def test_unknown_word_and_foreign_relation_are_not_found(client_for, idea, mona, ali):
    relation = asked(idea, mona, ali)
    assert client_for(mona).post(act_url(relation, "annet")).status_code == 404
    stranger = MembershipFactory(leader=True).user
    assert client_for(stranger).post(act_url(relation, "nei")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_busy_idea_keeps_the_words(client_for, idea, mona, ali):
    relation = asked(idea, mona, ali)
    with held_elsewhere(idea):
        answer = client_for(ali).post(act_url(relation, "nei"), {"words": NOTE})
        again = client_for(mona).post(
            desk_url(idea), {"revision": idea.revision, "supporter": str(ali.uuid), "note": NOTE}
        )
    assert (answer.status_code, again.status_code) == (503, 503)
    assert NOTE in answer.text


def test_pages_ask_as_much_of_the_database_however_much_there_is(
    client_for, same_queries_at, idea, incubator, mona, ali
):
    desk, author, supporter = client_for(mona), client_for(idea.author), client_for(ali)
    SupportRelationFactory(idea=idea, supporter=ali)
    add_ended = lambda: SupportRelationFactory(idea=idea, ended=True)  # noqa: E731
    same_queries_at(add_ended, lambda: desk.get(desk_url(idea)), limit=12)
    same_queries_at(add_ended, lambda: author.get(my_url(idea)), limit=8)

    def add_ideas():
        for trait in ({}, {"asked": True}, {"offered": True}):
            SupportRelationFactory(idea=IdeaFactory(accepted=True, incubator=incubator), supporter=ali, **trait)

    same_queries_at(add_ideas, lambda: supporter.get("/en/arbeidsflate/stotte/"), limit=12, rows=(1, 3, 60))


def test_leader_sees_who_has_not_been_in_touch(client_for, idea, incubator, ali, settings):
    leader = MembershipFactory(incubator=incubator, leader=True).user
    then = timezone.now() - dt.timedelta(days=settings.SUPPORT_SILENCE_DAYS + 1)
    SupportRelationFactory(idea=idea, supporter=ali, contact_at=then)
    page = client_for(leader).get("/en/arbeidsflate/leder/").text
    assert "Supporters who have not been in touch" in page
    assert "Verksted" in page.split('id="silent"')[1]
    assert "Ali" in page.split('id="silent"')[1]
    SupportRelation.objects.update(contact_at=timezone.now())
    assert "Supporters who have not been in touch" not in client_for(leader).get("/en/arbeidsflate/leder/").text


def test_others_are_named_for_handing_over_also_after_one_whose_account_is_gone(client_for, idea, incubator, mona, ali):
    relation = SupportRelationFactory(idea=idea, supporter=ali)
    MembershipFactory(incubator=incubator, supporter=True, user__name="Berit")
    page = client_for(mona).get(desk_url(idea)).text
    assert "Berit, has 0 of 8" in page
    assert "Ali, has" not in page
    SupportRelation.objects.filter(pk=relation.pk).update(supporter=None)
    page = client_for(mona).get(desk_url(idea)).text
    assert "Berit, has 0 of 8" in page
    assert "Someone who has left" in page


def test_leader_says_how_many_ideas_a_supporter_has_room_for(client_for, incubator, idea, ali):
    leader = client_for(MembershipFactory(incubator=incubator, leader=True).user)
    url = f"/en/arbeidsflate/inkubatorer/{incubator.slug}/folk/"
    assert "Room for 8 ideas" in " ".join(leader.get(url).text.split())
    for wrong in ("", "-1", "51", "many"):
        assert "Write a number from 0 to 50." in leader.post(f"{url}{ali.uuid}/plass/", {"capacity": wrong}).text
    assert "It is saved." in leader.post(f"{url}{ali.uuid}/plass/", {"capacity": "1"}, follow=True).text
    assert "Ali, has 0 of 1" in leader.get(desk_url(idea)).text
    moderator = MembershipFactory(incubator=incubator).user
    assert leader.get(f"{url}{moderator.uuid}/plass/").status_code == 404
