"""Many cases at once: seen before it is done, each by its own page's action, and what is not done stays chosen."""

import re
import uuid
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ideas.actions import moderation
from ideas.actions.bulk import act_on_each
from ideas.actions.transitions import IdeaBusyError, IdeaError
from ideas.forms.bulk import BULKS
from ideas.forms.case import ANSWER_FORMS
from ideas.models import AnswerTemplate, Idea
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory, UserFactory
from tests.races import at_once, held_elsewhere
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db
QUEUE, BULK = "/en/arbeidsflate/ideer/", "/en/arbeidsflate/ideer/flere/"
TOKEN = "6f0f3c3e-3c1f-4c55-8f5a-0f6a0a1f2b3c"


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def mona(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona").user


@pytest.fixture
def kari(incubator):
    return MembershipFactory(incubator=incubator, user__name="Kari").user


@pytest.fixture
def desk(mona, client_for):
    return client_for(mona)


def new(incubator, *titles: str, **traits) -> list[Idea]:
    return [IdeaFactory(**(traits or {"submitted": True}), incubator=incubator, title=title) for title in titles]


def see(client: Client, do: str, ideas, **more):
    return client.get(BULK, {"handling": do, "sak": [str(idea.uuid) for idea in ideas], **more})


def decide(client: Client, do: str, ideas, **words):
    """Press the button of a page that was opened when `ideas` were read."""
    return client.post(BULK, {"handling": do, "sak": [f"{idea.uuid}.{idea.revision}" for idea in ideas], **words})


def text_of(response) -> str:
    return " ".join(response.text.split())


def chosen_in(response) -> set[str]:
    return {value.partition(".")[0] for value in re.findall(r'name="sak" value="([^"]+)"', response.text)}


# --- Choosing ---------------------------------------------------------------------------------------------------------


def test_queue_offers_a_box_for_each_case_that_the_person_moderates(client_for, incubator):
    supporter = MembershipFactory(incubator=incubator, supporter=True).user
    both = MembershipFactory(user=supporter).incubator
    (read,) = new(incubator, "Only read", accepted=True)
    SupportRelationFactory(idea=read, supporter=supporter)
    (mine,) = new(both, "Verksted", accepted=True)
    page = client_for(supporter).get(f"{QUEUE}?status=alle")
    assert "Only read" in page.text
    assert chosen_in(page) == {str(mine.uuid)}
    assert 'aria-label="Choose: Verksted"' in page.text


def test_who_moderates_nothing_chooses_nothing(client_for, incubator):
    (read,) = new(incubator, "Only read", accepted=True)
    page = client_for(SupportRelationFactory(idea=read).supporter).get(f"{QUEUE}?status=alle")
    assert "Only read" in page.text
    assert chosen_in(page) == set()
    assert "See what will happen" not in page.text


def test_way_back_to_the_queue_keeps_what_was_chosen_and_how_it_was_narrowed(desk, incubator):
    ideas = new(incubator, "One", "Two")
    page = see(desk, "ta", ideas[:1], liste="hos=ingen&status=alle")
    back = re.search(r'href="([^"]+)">Choose other cases', page.text)[1].replace("&amp;", "&")
    assert back == f"{QUEUE}?{urlencode({'hos': 'ingen', 'status': 'alle', 'sak': ideas[0].uuid})}"
    boxes = re.findall(r"<input[^>]+type=\"checkbox\"[^>]+name=\"sak\"[^>]*>", desk.get(back).text)
    assert {("One" in box, " checked" in box) for box in boxes} == {(True, True), (False, False)}


# --- Seeing -----------------------------------------------------------------------------------------------------------


def test_preview_tells_what_will_happen_and_what_cannot(desk, mona, kari, incubator):
    free, hers, mine = new(incubator, "Free", "Hers", "Mine")
    for idea, who in ((hers, kari), (mine, mona)):
        moderation.take_idea(idea=idea, by=who, seen_revision=idea.revision)
    page = see(desk, "ta", [free, hers, mine])
    assert chosen_in(page) == {str(free.uuid), str(hers.uuid)}
    words = text_of(page)
    assert "Nobody has it now." in words
    assert "Kari has it now." in words
    assert "It cannot be done with 1 case" in words
    assert "You have it already." in words
    assert "Do it for 2 cases" in words


def test_preview_changes_nothing(desk, incubator):
    ideas = new(incubator, "One", "Two")
    for do in BULKS:
        assert see(desk, do, ideas).status_code == 200
    assert [idea.revision for idea in Idea.objects.all()] == [1, 1]


def test_what_is_elsewhere_and_what_never_was_are_left_out_alike(desk, incubator, mona):
    (mine,) = new(incubator, "Mine")
    others = [
        IdeaFactory(submitted=True, title="Theirs"),
        IdeaFactory(incubator=incubator, title="A draft"),
        IdeaFactory(accepted=True, incubator=MembershipFactory(user=mona, supporter=True).incubator, title="Read"),
    ]
    page = see(desk, "ta", [mine, *others])
    unknown = desk.get(BULK, {"handling": "ta", "sak": [str(mine.uuid), TOKEN, "nonsense", "", TOKEN + "x"]})
    assert chosen_in(page) == chosen_in(unknown) == {str(mine.uuid)}
    assert not {"Theirs", "A draft", "Read"} & set(re.findall(r">([^<>]+)</a>", page.text))


def test_no_more_than_fifty_at_a_time(desk, incubator):
    ideas = new(incubator, *(f"Idea {number}" for number in range(51)))
    page = see(desk, "ta", ideas)
    assert len(chosen_in(page)) == 50
    assert "At most 50 cases" in text_of(page)


def test_nothing_chosen_leads_back_to_the_queue(desk):
    assert "No case is chosen" in see(desk, "ta", []).text
    assert decide(desk, "ta", []).status_code == 422


def test_no_answer_is_given_to_many(desk, incubator):
    assert not BULKS.keys() & {form.name for form in ANSWER_FORMS}
    (idea,) = new(incubator, "One")
    for form in ANSWER_FORMS:
        assert decide(desk, form.name, [idea], reason="No.").status_code == 404


@pytest.mark.parametrize("do", list(BULKS))
def test_preview_asks_the_database_equally_often(desk, mona, incubator, same_queries_at, do):
    same_queries_at(
        lambda: IdeaFactory(public=True, incubator=incubator, taken_by=UserFactory()),
        lambda: see(desk, do, Idea.objects.all()),
        limit=12,
        rows=(1, 3, 50),
    )


# --- Doing ------------------------------------------------------------------------------------------------------------


def test_all_are_taken_put_back_and_passed_on(desk, mona, kari, incubator, outbox):
    ideas = new(incubator, "One", "Two")
    answer = decide(desk, "ta", ideas, liste="hos=ingen")
    assert (answer.status_code, answer.url) == (302, f"{QUEUE}?hos=ingen")
    assert "Take the cases: done for 2 cases." in desk.get(answer.url).text
    ideas = list(Idea.objects.all())
    assert {idea.taken_by for idea in ideas} == {mona}

    decide(desk, "legg-tilbake", ideas)
    ideas = list(Idea.objects.all())
    assert {idea.taken_by for idea in ideas} == {None}

    decide(desk, "gi-videre", ideas, colleague=kari.uuid, internal_note="zebrafink")
    assert {idea.taken_by for idea in Idea.objects.all()} == {kari}
    assert {log.internal_note for log in ideas[0].transitions.filter(kind="passed_on")} == {"zebrafink"}
    assert [mail.recipient for mail in outbox()] == [kari.email] * 2


def test_all_are_hidden_and_shown_again(desk, incubator, outbox):
    ideas = new(incubator, "One", "Two", public=True)
    decide(desk, "skjul", ideas, reason="Both name the same neighbour.")
    assert {idea.hidden_reason for idea in Idea.objects.all()} == {"Both name the same neighbour."}
    decide(desk, "vis", list(Idea.objects.all()))
    assert not Idea.objects.filter(is_hidden=True)
    assert {mail.recipient for mail in outbox()} == {idea.author.email for idea in ideas}
    assert len(outbox()) == 4


def test_each_author_gets_the_message_once_however_often_it_is_pressed(desk, incubator, outbox):
    ideas = [*new(incubator, "One", "Two"), IdeaFactory(submitted=True, incubator=incubator, author=None)]
    assert chosen_in(see(desk, "melding", ideas)) == {str(idea.uuid) for idea in ideas[:2]}
    for _ in range(2):
        decide(desk, "melding", ideas[:2], body="The house is closed in May.", token=TOKEN)
    assert {mail.recipient for mail in outbox()} == {idea.author.email for idea in ideas[:2]}
    assert [idea.notes.get().body for idea in ideas[:2]] == ["The house is closed in May."] * 2
    assert len(outbox()) == 2


def test_button_pressed_twice_is_done_once(desk, incubator, outbox):
    ideas = new(incubator, "One", "Two", public=True)
    for _ in range(2):
        assert decide(desk, "skjul", ideas, reason="A name.").status_code == 302
    assert len(outbox()) == 2
    assert [idea.transitions.count() for idea in ideas] == [1, 1]


@pytest.mark.parametrize(
    ("do", "words"), [("ta", {}), ("skjul", {"reason": "A name."}), ("melding", {"body": "Hello.", "token": TOKEN})]
)
def test_each_case_costs_the_same(desk, incubator, do, words):
    asked = []
    for count in (1, 2, 9):
        ideas = new(incubator, *"ABCDEFGHI"[:count], public=True)
        words = words | {"token": uuid.uuid4()} if "token" in words else words
        with CaptureQueriesContext(connection) as queries:
            assert decide(desk, do, ideas, **words).status_code == 302
        asked.append(len(queries))
    each = asked[1] - asked[0]
    assert asked[2] - asked[1] == 7 * each
    assert each <= 12


def test_words_that_are_missing_are_asked_for_and_the_choice_is_kept(desk, incubator):
    ideas = new(incubator, "One", "Two", public=True)
    answer = decide(desk, "skjul", ideas, reason=" ")
    assert answer.status_code == 422
    assert chosen_in(answer) == {str(idea.uuid) for idea in ideas}
    assert "Write why it is hidden." in answer.text
    assert not Idea.objects.filter(is_hidden=True)


def test_text_that_is_not_finished_is_sent_for_none(desk, incubator, outbox):
    ideas = new(incubator, "One", "Two", public=True)
    AnswerTemplate.objects.create(incubator=incubator, kind="hidden", name="A name", reason="As we always say.")
    for reason, words in (("It names [whom].", "[whom]"), ("As we always say.", "Make it yours")):
        answer = decide(desk, "skjul", ideas, reason=reason)
        assert answer.status_code == 409
        assert words in text_of(answer)
        assert chosen_in(answer) == {str(idea.uuid) for idea in ideas}
    assert not outbox()


def test_stale_preview_is_done_for_the_rest_and_tells_of_the_one(desk, kari, incubator, outbox):
    ideas = new(incubator, "One", "Changed", "Three", public=True)
    moderation.take_idea(idea=ideas[1], by=kari, seen_revision=1)
    answer = decide(desk, "skjul", ideas, reason="zebrafink")
    assert answer.status_code == 409
    words = text_of(answer)
    assert "Done for 2 cases:" in words
    assert "Not done for 1 case:" in words
    assert "The case has changed since you saw it. Kari: “Took the case”" in words
    assert "zebrafink" in words
    assert chosen_in(answer) == {str(ideas[1].uuid)}
    assert f"{ideas[1].uuid}.2" in answer.text
    assert len(outbox()) == 2

    ideas[1].refresh_from_db()
    assert decide(desk, "skjul", [ideas[1]], reason="zebrafink").status_code == 302
    assert not Idea.objects.filter(is_hidden=False)


def test_what_can_no_longer_be_done_is_told_with_the_words_kept(desk, kari, incubator):
    (idea,) = new(incubator, "One", public=True)
    moderation.hide_idea(idea=idea, by=kari, seen_revision=1, reason="A name.")
    answer = decide(desk, "skjul", [idea], reason="zebrafink")
    assert answer.status_code == 409
    assert chosen_in(answer) == set()
    assert "It is hidden already." in answer.text
    assert "zebrafink" in answer.text


def test_case_that_left_meanwhile_is_told_of_without_its_name(desk, incubator):
    ideas = [*new(incubator, "One"), IdeaFactory(submitted=True, title="Zebrafink")]
    answer = decide(desk, "ta", ideas)
    assert answer.status_code == 409
    assert "1 case is no longer with you" in text_of(answer)
    assert "Zebrafink" not in answer.text
    assert Idea.objects.get(taken_by__isnull=False) == ideas[0]


def test_cases_of_two_places_are_passed_on_by_place(desk, mona, kari, incubator):
    elsewhere = MembershipFactory(user=mona).incubator
    here, there = new(incubator, "Here"), new(elsewhere, "There")
    page = see(desk, "gi-videre", here + there)
    assert chosen_in(page) == {str(here[0].uuid)}
    assert "It lies at another incubator." in page.text
    answer = decide(desk, "gi-videre", here + there, colleague=kari.uuid, internal_note="Yours.")
    assert answer.status_code == 409
    assert [idea.taken_by for idea in Idea.objects.order_by("pk")] == [kari, None]


def test_colleague_who_has_one_already_gets_the_others(desk, kari, incubator):
    ideas = new(incubator, "Hers", "Free")
    moderation.take_idea(idea=ideas[0], by=kari, seen_revision=1)
    ideas[0].refresh_from_db()
    assert f'value="{kari.uuid}"' in see(desk, "gi-videre", ideas).text
    answer = decide(desk, "gi-videre", ideas, colleague=kari.uuid, internal_note="Yours.")
    assert answer.status_code == 409
    assert chosen_in(answer) == {str(ideas[0].uuid)}
    assert {idea.taken_by for idea in Idea.objects.all()} == {kari}


def test_supporter_and_stranger_do_nothing(client_for, incubator):
    ideas = new(incubator, "One", accepted=True)
    supporter = MembershipFactory(incubator=incubator, supporter=True).user
    assert decide(client_for(supporter), "ta", ideas).status_code == 422
    assert decide(client_for(UserFactory()), "ta", ideas).status_code == 403
    assert Idea.objects.get().taken_by is None


# --- At the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_people_with_overlapping_choices_leave_nothing_undone_or_doubled(client_for, mona, kari, incubator):
    ideas = new(incubator, *"ABCDEF", public=True)
    choices = {mona: ideas[:4], kari: ideas[2:]}

    def presses(who):
        return lambda: decide(client_for(who), "skjul", choices[who], reason=who.name)

    answers = at_once(presses(mona), presses(kari), refused=IdeaError)
    assert {answer.status_code for answer in answers} <= {302, 409}
    assert [idea.transitions.count() for idea in ideas] == [1] * 6
    assert OutgoingMail.objects.count() == 6
    not_done = sum(answer.text.count("The case has changed since you saw it") for answer in answers)
    assert not_done == 2


@pytest.mark.django_db(transaction=True)
def test_one_person_who_presses_twice_at_once_sends_no_double(client_for, mona, incubator):
    ideas = new(incubator, *"ABC", public=True)
    for do, words in (("skjul", {"reason": "A name."}), ("melding", {"body": "Hello.", "token": TOKEN})):
        ideas = list(Idea.objects.all())
        answers = at_once(*[lambda: decide(client_for(mona), do, ideas, **words)] * 2, refused=IdeaError)  # noqa: B023
        assert [answer.status_code for answer in answers] == [302, 302]
    assert OutgoingMail.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_case_that_somebody_holds_is_left_and_the_others_are_done(client_for, mona, incubator):
    ideas = new(incubator, *"ABC")
    with held_elsewhere(ideas[1]):
        answer = decide(client_for(mona), "ta", ideas)
    assert "Someone else is saving this case just now." in answer.text
    assert chosen_in(answer) == {str(ideas[1].uuid)}
    assert [idea.taken_by for idea in Idea.objects.order_by("pk")] == [mona, None, mona]


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_long_for_many_that_are_held(mona, incubator):
    first, second = new(incubator, "One", "Two")
    with held_elsewhere(first):
        outcomes = act_on_each(
            cases=[first, second],
            by=mona,
            kind="taken",
            act=lambda idea: moderation.take_idea(idea=idea, by=mona, seen_revision=1),
            patience=0,
        )
    assert [type(outcome.problem) for outcome in outcomes] == [IdeaBusyError, IdeaBusyError]
    assert not Idea.objects.filter(taken_by=mona)
