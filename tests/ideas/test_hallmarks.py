"""The five hallmarks: each side answers apart, neither reads the other's before both have, nobody else ever does."""

import io
import json
from pathlib import Path

import pypdf
import pytest
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.utils import timezone

from ideas.actions.hallmarks import SheetChangedError, answer_sheet
from ideas.actions.meetings import NotOfTheTwoError
from ideas.actions.support import agree_to_support, ask_supporter
from ideas.models import CoAuthor, HallmarkAnswer, Idea, TalkSheet
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory, UserFactory
from tests.ideas.test_note_sweep import ROLES as NOTE_ROLES
from tests.ideas.test_note_sweep import make_people, texts_of, write_along
from tests.races import at_once, held_elsewhere
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
NAMES = HallmarkAnswer.Hallmark.values
MINE, THEIRS = "wren of the author", "finch of the supporter"


@pytest.fixture
def idea():
    idea = IdeaFactory(accepted=True, incubator=IncubatorFactory(name="Tøyen Unlimited"), title="Verksted")
    SupportRelationFactory(idea=idea)
    return idea


@pytest.fixture
def ali(idea):
    return idea.support_relations.get().supporter


def answer(idea, by, answer="yes", words="", round_no=0, seen_at=None, **other) -> TalkSheet:
    answers = dict.fromkeys(NAMES, (answer, words)) | other
    return answer_sheet(idea=idea, by=by, round_no=round_no, seen_at=seen_at, answers=answers)


def sent(answer="yes", words="", round_no=0, seen_at="", **other) -> dict:
    typed = dict.fromkeys(NAMES, answer) | {f"{name}_words": words for name in NAMES}
    return typed | {"round_no": str(round_no), "seen_at": seen_at} | other


def desk_url(idea) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/kjennetegn/"


def my_url(idea) -> str:
    return f"/en/min-side/ideer/{idea.uuid}/kjennetegn/"


# --- Apart, then together ---------------------------------------------------------------------------------------------


def test_each_answers_apart_and_then_both_read_both_differences_first(client_for, idea, ali):
    author, desk = client_for(idea.author), client_for(ali)
    assert "Your answers are sent." in author.post(my_url(idea), sent("yes", MINE), follow=True).text
    page = desk.get(desk_url(idea)).text
    assert "The other one has answered." in page
    assert MINE not in page
    page = desk.post(desk_url(idea), sent("yes", THEIRS, lasts="help"), follow=True).text
    for words in (MINE, THEIRS, "You see this differently", "A new round"):
        assert words in page
    assert page.index("a way to pay for it that lasts") < page.index("covers a need that nobody else does")
    assert THEIRS in author.get(my_url(idea)).text


def test_answers_can_be_changed_until_the_other_has_answered(idea, ali):
    first = answer(idea, idea.author, words=MINE)
    second = answer(idea, idea.author, answer="help", seen_at=first.author_at)
    assert (first.pk, second.answers.count()) == (second.pk, 5)
    sheet = answer(idea, ali)
    assert sheet.closed_at
    with pytest.raises(SheetChangedError):
        answer(idea, idea.author, seen_at=second.author_at)


def test_second_on_the_same_side_is_told(client_for, idea):
    friend = UserFactory()
    CoAuthor.objects.create(
        idea=idea, user=friend, email=friend.email, role="edit", status="joined", joined_at=timezone.now(),
        expires_at=timezone.now(),
    )  # fmt: skip
    client_for(friend).post(my_url(idea), sent("yes", "by the friend"))
    author = client_for(idea.author)
    page = author.post(my_url(idea), sent("help", MINE))
    assert page.status_code == 409
    assert f'value="{MINE}"' in page.text
    seen = TalkSheet.objects.get().author_at.isoformat()
    assert seen.replace("+", "&#x2B;") in page.text or seen in page.text
    assert "Your answers are sent." in author.post(my_url(idea), sent(words=MINE, seen_at=seen), follow=True).text


def test_what_is_not_answered_is_said_and_the_words_stay(client_for, idea):
    page = client_for(idea.author).post(my_url(idea), sent(words=MINE, new=""))
    assert page.status_code == 422
    assert "Choose one of the three" in page.text
    assert MINE in page.text
    assert not TalkSheet.objects.exists()


@pytest.mark.parametrize("seen_at", ["rubbish", "2020-01-01", "\x00"])
def test_mark_that_is_none_of_ours_is_told_like_a_stale_one(client_for, idea, seen_at):
    answer(idea, idea.author)
    assert client_for(idea.author).post(my_url(idea), sent(seen_at=seen_at)).status_code in (409, 422)


def test_nobody_but_the_two_answers(idea):
    for person in (UserFactory(), MembershipFactory(incubator=idea.incubator).user):
        with pytest.raises(NotOfTheTwoError):
            answer(idea, person)


def test_new_supporter_begins_anew_and_the_authors_answers_wait(idea, ali):
    answer(idea, ali, words=THEIRS)
    berit = MembershipFactory(incubator=idea.incubator, supporter=True).user
    agree_to_support(
        relation=ask_supporter(idea=idea, by=berit, seen_revision=idea.revision, supporter=berit), by=idea.author
    )  # fmt: skip
    assert not HallmarkAnswer.objects.exists()
    answer(idea, idea.author, words=MINE)
    sheet = answer(idea, berit)
    assert (sheet.closed_at is not None, sheet.answers.count()) == (True, 10)


def test_rounds_stand_side_by_side(client_for, idea, ali):
    for number, word in enumerate(("help", "yes")):
        answer(idea, idea.author, answer=word, round_no=number)
        answer(idea, ali, round_no=number)
    page = client_for(ali).get(desk_url(idea)).text
    assert "Over time" in page
    assert page.count("marks__mark--help") == 5
    assert "The author: We need help" in page


# --- Who reads what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("both", [False, True])
def test_no_role_reads_more_than_its_own(client_for, client, both):
    people = make_people(IncubatorFactory(public=True))
    incubator = people["a leader"].memberships.get().incubator
    idea = IdeaFactory(public=True, incubator=incubator, author=people["the author"], taken_by=people["who has it"])
    write_along(idea, people)
    people["who supports it"] = MembershipFactory(incubator=incubator, supporter=True).user
    people["who supported it once"] = MembershipFactory(incubator=incubator, supporter=True).user
    SupportRelationFactory(idea=idea, supporter=people["who supports it"])
    SupportRelationFactory(idea=idea, supporter=people["who supported it once"], ended=True)
    answer(idea, people["the author"], words=MINE)
    if both:
        answer(idea, people["who supports it"], words=THEIRS)
    own = {MINE, THEIRS} if both else {MINE}
    readers = {"the author": own, "who writes along": own, "who supports it": {MINE, THEIRS} if both else set()}
    for role in (*NOTE_ROLES, "who supports it", "who supported it once"):
        visitor = client_for(people[role]) if people[role] else client
        text = texts_of(visitor, *pages(idea))
        text += handed_out(visitor, idea)
        if people[role]:
            text += json.dumps(visitor.post("/en/konto/mine-opplysninger/").json(), ensure_ascii=False)
        assert {words for words in (MINE, THEIRS) if words in text} == readers.get(role, set()), role
    for mail in OutgoingMail.objects.filter(kind__startswith="sheet"):
        assert MINE not in say(mail).text + str(mail.snapshot)


def pages(idea) -> list[str]:
    case, mine = f"/arbeidsflate/ideer/{idea.uuid}/", f"/min-side/ideer/{idea.uuid}/"
    return [
        "/", "/min-side/", mine, f"{mine}kjennetegn/", f"{mine}moter/", f"{mine}stottespiller/", f"/ideer/{idea.slug}/",
        "/arbeidsflate/", case, f"{case}kjennetegn/", f"{case}moter/", f"{case}stotte/", f"{case}innsyn/",
        "/arbeidsflate/stotte/", "/arbeidsflate/leder/", "/arbeidsflate/e-post/", "/admin/",
    ]  # fmt: skip


def handed_out(client, idea) -> str:
    """The case as a file for machines, and as a document."""
    url = f"/en/arbeidsflate/ideer/{idea.uuid}/innsyn/"
    answers = [client.post(url, {"asked_by": "A", "form": form}) for form in ("json", "pdf")]
    text = answers[0].content.decode()
    if answers[1].content.startswith(b"%PDF"):
        text += "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answers[1].content)).pages)
    return text


def test_nothing_counts_them_or_asks_for_them():
    """Never a score, never a gate: outside its own area, the sheet is only let go of, handed out and linked to."""
    own = {f"ideas/{layer}/hallmarks.py" for layer in ("models", "actions", "emails", "forms", "views")}
    rest = {
        "ideas/models/__init__.py",
        "ideas/actions/followers.py",
        "ideas/privacy.py",
        "ideas/acts.py",
        "ideas/demo_hallmarks.py",
    }
    for path in Path("ideas").rglob("*.py"):
        if "migrations" not in path.parts and path.as_posix() not in own | rest:
            assert "HallmarkAnswer" not in path.read_text(), path
    for name in own:
        assert not {"Count(", "Sum(", "Avg(", "score"} & set(Path(name).read_text().split()), name


def test_no_page_of_the_admin_knows_of_them():
    assert not {TalkSheet, HallmarkAnswer} & set(admin.site._registry)


def test_answers_go_with_the_idea(idea, ali):
    answer(idea, ali, words=THEIRS)
    erase_person(by=idea.author)
    assert not HallmarkAnswer.objects.exists()


# --- Mails, races, the database ---------------------------------------------------------------------------------------


def test_other_side_is_told_once_and_then_that_both_are_there(idea, ali, outbox):
    first = answer(idea, idea.author)
    answer(idea, idea.author, answer="help", seen_at=first.author_at)
    assert [mail.recipient for mail in outbox("sheet-answered")] == [ali.email]
    answer(idea, ali)
    assert [mail.recipient for mail in outbox("sheet-ready")] == [idea.author.email]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mails_are_in_the_readers_language(idea, ali, outbox, language):
    for person in (idea.author, ali):
        person.language = language
        person.save()
    answer(idea, ali)
    answer(idea, idea.author)
    mails = outbox("sheet-answered") + outbox("sheet-ready")
    assert [mail.language for mail in mails] == [language] * 2
    assert all("Verksted" in say(mail).subject for mail in mails)


def test_mails_are_taken_back_with_what_they_tell_of(idea, ali, outbox):
    with transaction.atomic():
        answer(idea, ali)
        assert outbox("sheet-answered")
        transaction.set_rollback(True)
    assert not outbox()


@pytest.mark.django_db(transaction=True)
def test_both_who_answer_at_once_close_one_round():
    for _each in range(5):
        relation = SupportRelationFactory()
        idea = Idea.objects.select_related("author").get(pk=relation.idea_id)
        at_once(lambda: answer(idea, idea.author), lambda: answer(idea, relation.supporter), refused=())  # noqa: B023
        sheet = idea.talk_sheets.get()
        assert (sheet.closed_at is not None, sheet.answers.count()) == (True, 10)


@pytest.mark.django_db(transaction=True)
def test_case_that_is_held_is_said_and_the_words_stay(client_for):
    relation = SupportRelationFactory()
    with held_elsewhere(relation.idea):
        page = client_for(relation.supporter).post(desk_url(relation.idea), sent(words=THEIRS))
    assert page.status_code == 503
    assert THEIRS in page.text


def test_page_does_not_grow(client_for, idea, ali, same_queries_at):
    desk = client_for(ali)

    def add() -> None:
        number = TalkSheet.objects.count()
        answer(idea, idea.author, round_no=number)
        answer(idea, ali, round_no=number)

    same_queries_at(add, lambda: desk.get(desk_url(idea)), limit=13)


def test_database_keeps_one_open_round_and_one_answer_each(idea):
    sheet = TalkSheet.objects.create(idea=idea)
    with pytest.raises(IntegrityError, match="talk_sheet_one_open_per_idea"), transaction.atomic():
        TalkSheet.objects.create(idea=idea)
    with pytest.raises(IntegrityError, match="talk_sheet_closed_by_both"), transaction.atomic():
        TalkSheet.objects.update(closed_at=timezone.now())
    facts = {"side": "author", "hallmark": "new", "answer": "yes"}
    sheet.answers.create(**facts)
    with pytest.raises(IntegrityError, match="hallmark_answered_once_a_side"), transaction.atomic():
        sheet.answers.create(**facts)
    with pytest.raises(IntegrityError, match="hallmark_answer_has_side"), transaction.atomic():
        sheet.answers.create(**facts | {"side": "staff"})
