"""The queue and the case as pages: who sees what, in which order, at what price, and that nothing typed is lost.

It is longer than usual because each form of the desk is tried in it, by each role.
"""

import datetime as dt
from urllib.parse import urlencode

import pytest
import time_machine
from django.utils import timezone

from ideas.actions import moderation, notes
from ideas.actions import submission as authors
from ideas.forms.case import CASE_FORMS
from ideas.models import Idea, Note, Transition
from tests.factories import (
    ClosedPeriodFactory,
    DeskEntryFactory,
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    RedactionFactory,
    SupportRelationFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

QUEUE = "/en/arbeidsflate/ideer/"
NO = {"went_well": "You know your street.", "reason": "We lack a cellar.", "way_on": "Ask the library."}
# What each form asks for, as a person would fill it in.
FILLED_IN = {
    "ta": {},
    "legg-tilbake": {},
    "melding": {"body": "Can we talk on Monday?", "token": "6f0f3c3e-3c1f-4c55-8f5a-0f6a0a1f2b3c"},
    "notat": {
        "body": "I know the caretaker.",
        "audience": "staff",
        "token": "6f0f3c3e-3c1f-4c55-8f5a-0f6a0a1f2b3d",
    },
    "svar": {
        "body": "So do I.",
        "token": "6f0f3c3e-3c1f-4c55-8f5a-0f6a0a1f2b40",
        "reply_to": "6f0f3c3e-3c1f-4c55-8f5a-0f6a0a1f2b41",
    },
    "ta-inn": {"step": "try", "message": "Welcome."},
    "endringer": {"reason": "For whom is it?"},
    "takk-nei": NO | {"way_on_to": "other"},
    "steg": {"step": "do"},
    "pa-vent": {"reason": "The summer."},
    "fortsett": {"message": "Here we go."},
    "avslutt": {"went_well": "40 bicycles.", "reason": "It lives on."},
    "skjul": {"reason": "It names a neighbour."},
    "vis": {},
    "ta-ut": {"passages": "the cellar", "reason": "It names a neighbour."},
    "gi-videre": {"colleague": "6f0f3c3e-3c1f-4c55-8f5a-0f6a0a1f2b3f", "internal_note": "Ask the caretaker."},
    "be-med": {"colleague": "6f0f3c3e-3c1f-4c55-8f5a-0f6a0a1f2b3f", "internal_note": "You know the house."},
    "ga-ut": {},
    "flytt": {"to": "nabolaget", "reason": "You live there."},
    "del": {"title": "A choir", "need": "Nobody sings.", "proposal": "Sing.", "reason": "These are two."},
    "senere-frist": {"day": "2026-12-09", "reason": "We are three."},
    "fortalt": {"internal_note": "She was glad."},
    "sett-inn-igjen": {"redaction": "6f0f3c3e-3c1f-4c55-8f5a-0f6a0a1f2b3e"},
}


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def moderator(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona").user


@pytest.fixture
def desk(moderator, client_for):
    return client_for(moderator)


def case_url(idea, name: str = "") -> str:
    return f"{QUEUE}{idea.uuid}/{name + '/' if name else ''}"


def send(client, idea, name: str, **changes):
    return client.post(case_url(idea, name), {"revision": idea.revision, **FILLED_IN[name], **changes})


def text_of(response) -> str:
    return " ".join(response.text.split())


# --- The queue --------------------------------------------------------------------------------------------------------


def titles_in(response) -> list[str]:
    return [idea.title for idea in response.context["page"].rows]


def test_queue_shows_what_waits_with_the_most_overdue_first(desk, incubator):
    today = timezone.localdate()
    for days in (3, -9, 0, -1):
        IdeaFactory(
            submitted=True, incubator=incubator, title=f"due in {days}", answer_due_on=today + dt.timedelta(days=days)
        )
    IdeaFactory(accepted=True, incubator=incubator)
    IdeaFactory(author=UserFactory())

    response = desk.get(QUEUE)

    assert titles_in(response) == ["due in -9", "due in -1", "due in 0", "due in 3"]
    assert "Should have been answered yesterday" in text_of(response)
    assert "To be answered today" in text_of(response)


@time_machine.travel("2026-11-23 12:00+01:00")
def test_queue_counts_working_days(desk, incubator):
    IdeaFactory(submitted=True, incubator=incubator, answer_due_on=dt.date(2026, 11, 24))
    IdeaFactory(submitted=True, incubator=incubator, answer_due_on=dt.date(2026, 11, 30))

    words = text_of(desk.get(QUEUE))

    assert "1 working day left" in words
    assert "5 working days left" in words


@time_machine.travel("2026-12-21 12:00+01:00")
def test_queue_counts_neither_holidays_nor_days_on_which_the_incubator_is_closed(desk, incubator):
    ClosedPeriodFactory(incubator=incubator, starts_on=dt.date(2026, 12, 28), ends_on=dt.date(2027, 1, 1))
    ClosedPeriodFactory(starts_on=dt.date(2026, 12, 22), ends_on=dt.date(2027, 1, 10))
    idea = IdeaFactory(submitted=True, incubator=incubator, submitted_at=timezone.now())
    assert idea.answer_due_on == incubator.answer_due_on(idea.submitted_at)

    words = f"{incubator.answer_days} working days left"
    assert words in text_of(desk.get(QUEUE))
    assert words in text_of(desk.get(case_url(idea)))
    IdeaFactory(submitted=True, incubator=incubator, answer_due_on=dt.date(2026, 12, 30))
    assert "2 working days left" in text_of(desk.get(QUEUE))


@time_machine.travel("2026-12-21 12:00+01:00")
def test_queue_says_so_where_no_day_is_left_to_answer_in(desk, incubator):
    ClosedPeriodFactory(incubator=incubator, starts_on=dt.date(2026, 12, 22), ends_on=dt.date(2027, 1, 1))
    IdeaFactory(submitted=True, incubator=incubator, answer_due_on=dt.date(2026, 12, 30))
    assert "and it is closed until then" in text_of(desk.get(QUEUE))


def test_queue_holds_only_my_incubators(desk, incubator):
    IdeaFactory(submitted=True, incubator=incubator, title="Mine")
    IdeaFactory(submitted=True, title="Theirs")

    assert titles_in(desk.get(QUEUE)) == ["Mine"]
    assert set(titles_in(desk.get(f"{QUEUE}?status=alle"))) == {"Mine"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"free", "taken"}),
        ("?hos=mine", {"taken"}),
        ("?hos=ingen", {"free"}),
        ("?status=accepted", {"accepted"}),
        ("?status=alle", {"free", "taken", "accepted"}),
        ("?tema=mat", {"free"}),
        ("?q=TAKE", {"taken"}),
        ("?q=free&status=accepted", set()),
        ("?status=nonsense&tema=nonsense&inkubator=nonsense&hos=nonsense", {"free", "taken"}),
        ("?etter=nonsense", {"free", "taken"}),
        ("?q=%00%27%5C%25_%26%7C!:*()", set()),
    ],
)
def test_queue_is_narrowed_by_its_address(desk, incubator, moderator, query, expected):
    IdeaFactory(submitted=True, incubator=incubator, title="free", themes=[ThemeFactory(slug="mat")])
    IdeaFactory(submitted=True, incubator=incubator, title="taken", taken_by=moderator, taken_at=timezone.now())
    IdeaFactory(accepted=True, incubator=incubator, title="accepted")

    assert set(titles_in(desk.get(QUEUE + query))) == expected


def test_queue_goes_on_where_the_page_before_ended(desk, incubator, monkeypatch):
    monkeypatch.setattr("ideas.views.moderation.ROWS", 2)
    day = timezone.localdate()
    for n in range(5):
        IdeaFactory(submitted=True, incubator=incubator, title=f"{n}", answer_due_on=day + dt.timedelta(days=n // 2))

    seen, url = [], QUEUE
    while url:
        page = desk.get(url).context["page"]
        seen.append([idea.title for idea in page.rows])
        last, url = page, page.next_url and QUEUE + page.next_url
    back = desk.get(QUEUE + last.previous_url).context["page"]

    assert seen == [["0", "1"], ["2", "3"], ["4"]]
    assert [idea.title for idea in back.rows] == ["2", "3"]
    assert back.previous_url
    assert back.next_url


def test_empty_queue_has_words_and_a_way_on(desk):
    assert "Nothing waits for an answer" in text_of(desk.get(QUEUE))
    assert "No idea fits" in text_of(desk.get(f"{QUEUE}?q=unicorn"))


@pytest.mark.parametrize("query", ["", "?status=alle"])
def test_queue_asks_the_database_equally_often(desk, incubator, same_queries_at, query):
    same_queries_at(
        lambda: IdeaFactory(submitted=True, incubator=incubator, taken_by=UserFactory(), themes=[ThemeFactory()]),
        lambda: desk.get(QUEUE + query),
        limit=12,
        rows=(1, 3, 60),
    )


# --- The case ---------------------------------------------------------------------------------------------------------


def test_case_asks_the_database_equally_often(desk, incubator, same_queries_at):
    idea = IdeaFactory(submitted=True, incubator=incubator, themes=[ThemeFactory()])

    def say_more():
        notes.add_note(idea=idea, by=UserFactory(), body="A word.")
        IdeaFactory(submitted=True, incubator=incubator)

    same_queries_at(say_more, lambda: desk.get(case_url(idea)), limit=12, rows=(1, 3, 60))


def test_case_marks_who_may_read_each_note(desk, incubator):
    idea = IdeaFactory(submitted=True, incubator=incubator)
    send(desk, idea, "notat")
    send(desk, idea, "melding")

    words = text_of(desk.get(case_url(idea)))

    assert 'Only the incubator&#x27;s staff</span></p> <div class="prose"><p>I know the caretaker.' in words
    assert 'The author and the incubator</span></p> <div class="prose"><p>Can we talk on Monday?' in words


def test_case_shows_what_was_sent_in_while_the_author_changes_it(desk, incubator):
    idea = IdeaFactory(changes_requested=True, incubator=incubator, need="As it was sent in.")
    Idea.objects.filter(pk=idea.pk).update(need="Half a thought that nobody else", title="Secret")

    words = text_of(desk.get(case_url(idea)))

    assert "As it was sent in." in words
    assert "Half a thought" not in words
    assert "Secret" not in words


def test_each_version_can_be_read(desk, incubator):
    idea = IdeaFactory(submitted=True, incubator=incubator, need="The first words.")
    texts = idea.versions.get().texts | {"need": "The second words."}
    idea.versions.create(number=2, texts=texts, created_at=timezone.now())

    assert "The second words." in text_of(desk.get(case_url(idea)))
    assert "The first words." in text_of(desk.get(case_url(idea, "versjon/1")))
    assert desk.get(case_url(idea, "versjon/3")).status_code == 404


@pytest.mark.parametrize("name", CASE_FORMS)
def test_get_of_an_action_shows_the_case_and_changes_nothing(desk, incubator, name):
    idea = IdeaFactory(submitted=True, incubator=incubator)

    response = desk.get(case_url(idea, name))

    assert (response.status_code, response["Location"]) == (302, case_url(idea))
    assert not Transition.objects.exists()


# For each form a status in which it can be used.
USED_IN = {
    "legg-tilbake": "submitted", "steg": "accepted", "pa-vent": "accepted", "fortsett": "paused", "avslutt": "accepted",
    "vis": "public",
}  # fmt: skip


def make_possible(name: str, idea: Idea, user) -> None:
    """Put there what the action is about."""
    RedactionFactory(idea=idea, uuid=FILLED_IN["sett-inn-igjen"]["redaction"])
    MembershipFactory(incubator=idea.incubator, user__uuid=FILLED_IN["gi-videre"]["colleague"])
    idea.notes.create(uuid=FILLED_IN["svar"]["reply_to"], audience="staff", body="Who knows the caretaker?")
    idea.team_members.create(user=user)
    IncubatorFactory(slug=FILLED_IN["flytt"]["to"])
    if name == "senere-frist":
        idea.may_ask_for_later, idea.answer_due_on = True, dt.date(2026, 12, 8)
        idea.save()
    if name == "fortalt":
        DeskEntryFactory(idea=idea, to_tell_since=timezone.now())
    if name == "ta":
        Idea.objects.update(taken_by=None)


@pytest.mark.parametrize("name", CASE_FORMS)
@pytest.mark.parametrize(
    ("role", "expected"),
    [("moderator", 302), ("leader", 302), ("supporter", 403), ("elsewhere", 404), ("author", 404), ("national", 404)],
)
def test_every_role_and_every_action(client_for, incubator, role, name, expected):
    user = UserFactory(staff=role == "national", is_superuser=role == "national")
    if role in ("moderator", "leader", "supporter"):
        MembershipFactory(incubator=incubator, user=user, role=role)
    elif role == "elsewhere":
        MembershipFactory(user=user, leader=True)
    facts = {"incubator": incubator, USED_IN.get(name, "submitted"): True}
    if role == "supporter":
        facts = {"incubator": incubator, "accepted": True}
    if name == "vis":
        facts["hidden"] = True
    idea = IdeaFactory(**facts, author=user if role == "author" else UserFactory(), taken_by=user)
    if role == "supporter":
        SupportRelationFactory(idea=idea, supporter=user)
    make_possible(name, idea, user)
    before = Idea.objects.values().get()

    response = send(client_for(user), idea, name)

    assert response.status_code == expected
    did_something = Transition.objects.exists() or Note.objects.count() > 1
    assert did_something == (expected == 302)
    if expected != 302:
        assert Idea.objects.values().get() == before


def test_unknown_action_is_not_found(desk, incubator):
    idea = IdeaFactory(submitted=True, incubator=incubator)

    assert desk.post(case_url(idea, "slett")).status_code == 404


def test_supporter_reads_the_cases_they_support_and_no_other(client_for, incubator):
    taken_in = IdeaFactory(accepted=True, incubator=incubator)
    client = client_for(SupportRelationFactory(idea=taken_in).supporter)

    for other in (IdeaFactory(submitted=True, incubator=incubator), IdeaFactory(accepted=True, incubator=incubator)):
        assert client.get(case_url(other)).status_code == 404
    page = client.get(case_url(taken_in))
    assert page.status_code == 200
    assert "<details" not in page.text.split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("staff", [False, True])
def test_queue_is_closed_to_those_who_work_at_no_incubator(client_for, staff):
    assert client_for(UserFactory(staff=staff, is_superuser=staff)).get(QUEUE).status_code == 403


def test_former_moderator_sees_no_case(client_for, incubator):
    client = client_for(MembershipFactory(incubator=incubator, former=True).user)

    assert client.get(case_url(IdeaFactory(submitted=True, incubator=incubator))).status_code == 404


# --- What is typed is kept --------------------------------------------------------------------------------------------


def test_answer_with_something_missing_keeps_the_rest(desk, incubator):
    idea = IdeaFactory(submitted=True, incubator=incubator)

    response = send(desk, idea, "takk-nei", way_on="  ")

    assert response.status_code == 422
    words = text_of(response)
    assert "Show a way on" in words
    assert "We lack a cellar." in words
    assert not Transition.objects.exists()


def test_second_of_two_is_told_what_happened_and_loses_nothing(desk, client_for, incubator):
    idea = IdeaFactory(submitted=True, incubator=incubator)
    colleague = MembershipFactory(incubator=incubator, user__name="Kari").user
    moderation.take_idea(idea=idea, by=colleague, seen_revision=idea.revision)

    response = send(desk, idea, "takk-nei")

    assert response.status_code == 409
    words = text_of(response)
    assert "Kari: “Took the case”" in words
    assert "We lack a cellar." in words
    assert 'name="revision" value="2"' in words
    idea.refresh_from_db()
    assert send(desk, idea, "takk-nei").status_code == 302


def test_no_to_an_idea_that_its_author_is_changing_is_thought_over(desk, incubator):
    idea = IdeaFactory(changes_requested=True, incubator=incubator)
    authors.save_draft(idea=idea, by=idea.author, values={"joiners": "My class"})

    response = send(desk, idea, "takk-nei")

    assert response.status_code == 409
    assert "The author has changed something since you opened the page" in text_of(response)
    assert "We lack a cellar." in text_of(response)


def test_text_for_what_is_no_longer_possible_is_shown_to_copy(desk, incubator):
    idea = IdeaFactory(submitted=True, incubator=incubator)
    moderation.accept_idea(idea=idea, by=UserFactory(name="Kari"), seen_revision=idea.revision)

    response = send(desk, idea, "takk-nei")

    assert response.status_code == 409
    words = text_of(response)
    assert "Kari: “Took the idea in”" in words
    assert '<h2 id="typed">What you wrote</h2>' in words
    assert "We lack a cellar." in words


def test_button_pressed_twice_is_one_answer(desk, incubator, outbox):
    idea = IdeaFactory(submitted=True, incubator=incubator)

    assert [send(desk, idea, "ta-inn").status_code for _ in range(2)] == [302, 302]
    assert idea.transitions.count() == 1
    assert len(outbox("idea-accepted")) == 1


@pytest.mark.parametrize("name", CASE_FORMS)
@pytest.mark.parametrize("text", ["\x00", "\x00 a\ud800b\u202e", "x" * 500_000, "<script>alert(1)</script>"])
def test_bad_text_never_breaks_a_form(desk, incubator, name, text):
    idea = IdeaFactory(submitted=True, incubator=incubator)
    fields = {"revision": idea.revision, **dict.fromkeys(FILLED_IN[name], text)}
    body = urlencode(fields, errors="surrogatepass")

    response = desk.post(case_url(idea, name), body, content_type="application/x-www-form-urlencoded")

    assert response.status_code in (302, 409, 422)
    assert b"<script>alert" not in response.content
    assert b"<script>alert" not in desk.get(case_url(idea)).content


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_pages_of_the_desk_open_in_all_languages(desk, incubator, prefix):
    idea = IdeaFactory(submitted=True, incubator=incubator)

    for path in ("", f"{idea.uuid}/", f"{idea.uuid}/versjon/1/", f"{idea.uuid}/sammenlign/1/1/"):
        assert desk.get(f"{prefix}/arbeidsflate/ideer/{path}").status_code == 200
