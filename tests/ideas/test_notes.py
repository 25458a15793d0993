"""What is said about a case: each note is read by those it is for, and an answer by those who read what it answers."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from ideas.actions.notes import NoteGoneError, add_note, reply_to_note, write_to_author
from ideas.actions.submission import write_to_incubator
from ideas.models import Note
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from unlimited.users.actions import erase_person, export_person

pytestmark = pytest.mark.django_db
Audience = Note.Audience


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
def lea(incubator):
    return MembershipFactory(incubator=incubator, user__name="Lea", leader=True).user


@pytest.fixture
def idea(incubator):
    return IdeaFactory(submitted=True, incubator=incubator)


def case_url(idea, name: str = "") -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/{name + '/' if name else ''}"


def sees(user, note) -> bool:
    return Note.objects.visible_to(type(user).objects.get(pk=user.pk), note.idea).filter(pk=note.pk).exists()


def test_note_is_for_whom_its_writer_chose(client_for, idea, mona, kari, lea):
    facts = {"body": "zebrafink", "token": uuid.uuid4(), "audience": Audience.LEADER}
    assert client_for(mona).post(case_url(idea, "notat"), facts).status_code == 302
    note = idea.notes.get()
    assert (note.audience, note.author) == (Audience.LEADER, mona)
    for reader, reads in ((mona, True), (lea, True), (kari, False)):
        assert ("zebrafink" in client_for(reader).get(case_url(idea)).text) == reads, reader


def test_note_for_those_on_the_case_is_read_by_who_has_it_and_leaders(idea, mona, kari, lea):
    note = add_note(idea=idea, by=mona, audience=Audience.TEAM, body="A word.")
    assert [sees(user, note) for user in (mona, kari, lea)] == [True, False, True]
    idea.give_to(kari)
    idea.save()
    assert sees(kari, note)


def test_who_stops_working_there_reads_nothing_more_not_even_their_own(idea, mona, lea):
    notes = [add_note(idea=idea, by=mona, audience=audience, body="A word.") for audience in Audience.values]
    assert all(sees(mona, note) for note in notes)
    idea.give_to(mona)
    idea.save()
    mona.memberships.update(ends_on=mona.memberships.get().starts_on)
    assert not any(sees(mona, note) for note in notes)
    assert all(sees(lea, note) for note in notes)


def test_form_without_audience_says_so_and_keeps_the_words(client_for, idea, mona):
    answer = client_for(mona).post(case_url(idea, "notat"), {"body": "zebrafink", "token": uuid.uuid4()})
    assert answer.status_code == 422
    assert "zebrafink" in answer.text
    assert not Note.objects.exists()


# --- Replies ----------------------------------------------------------------------------------------------------------


def reply(idea, by, to, body="So do I.", **facts) -> Note:
    return reply_to_note(idea=idea, by=by, reply_to=to.uuid, body=body, **facts)


@pytest.mark.parametrize("audience", Audience.values)
def test_reply_is_for_those_who_read_what_it_answers(idea, mona, lea, audience):
    note = add_note(idea=idea, by=mona, audience=audience, body="Who knows her?")
    answer = reply(idea, lea, note)
    assert (answer.reply_to, answer.audience) == (note, audience)
    assert sees(mona, answer)


def test_reply_to_a_reply_stands_beside_it(idea, mona, lea):
    note = add_note(idea=idea, by=mona, audience=Audience.LEADER, body="Who knows her?")
    second = reply(idea, mona, reply(idea, lea, note))
    assert (second.reply_to, second.audience) == (note, Audience.LEADER)


def test_nobody_answers_what_they_may_not_read(idea, mona, kari, incubator):
    note = add_note(idea=idea, by=mona, audience=Audience.LEADER, body="Only for leaders.")
    elsewhere = add_note(idea=IdeaFactory(submitted=True, incubator=incubator), by=kari, body="Another case.")
    for to in (note, elsewhere, Note(uuid=uuid.uuid4())):
        with pytest.raises(NoteGoneError):
            reply(idea, kari, to)
    assert Note.objects.count() == 2


def test_reply_to_what_the_author_wrote_is_a_message_and_mailed(idea, mona, outbox):
    asked = write_to_incubator(idea=idea, by=idea.author, body="When?")
    token = uuid.uuid4()
    for _ in range(2):
        reply(idea, mona, asked, "On Monday.", token=token)
    assert asked.replies.get().audience == Audience.AUTHOR
    assert [mail.recipient for mail in outbox("idea-message")] == [idea.author.email]


def test_reply_between_colleagues_tells_the_author_nothing(idea, mona, kari, outbox, client_for):
    reply(idea, kari, add_note(idea=idea, by=mona, body="Who knows her?"), "zebrafink")
    assert not outbox("idea-message")
    assert "zebrafink" not in client_for(idea.author).get(f"/en/min-side/ideer/{idea.uuid}/").text


def test_reply_is_written_on_the_page_under_what_it_answers(client_for, idea, mona, kari):
    note = add_note(idea=idea, by=mona, body="Who knows her?")
    desk = client_for(kari)
    assert "id_svar_body" not in desk.get(case_url(idea)).text
    assert "id_svar_body" not in desk.get(f"{case_url(idea)}?svar={uuid.uuid4()}").text
    page = desk.get(f"{case_url(idea)}?svar={note.uuid}").text
    assert "To what Mona wrote. Who reads it: Only the incubator&#x27;s staff." in page
    facts = {"reply_to": note.uuid, "token": uuid.uuid4()}
    answer = desk.post(case_url(idea, "svar"), facts | {"body": " "})
    assert (answer.status_code, "To what Mona wrote." in answer.text) == (422, True)
    assert desk.post(case_url(idea, "svar"), facts | {"body": "I do."}).status_code == 302
    assert "Reply to what Mona wrote" in desk.get(case_url(idea)).text


def test_reply_to_what_is_not_for_them_keeps_the_words_and_saves_nothing(client_for, idea, mona, kari):
    note = add_note(idea=idea, by=mona, audience=Audience.LEADER, body="Only for leaders.")
    facts = {"reply_to": note.uuid, "token": uuid.uuid4(), "body": "zebrafink"}
    answer = client_for(kari).post(case_url(idea, "svar"), facts)
    assert answer.status_code == 409
    assert "zebrafink" in answer.text
    assert "Only for leaders." not in answer.text
    assert Note.objects.count() == 1


def test_reply_page_asks_the_database_no_more(client_for, idea, mona, kari, same_queries_at):
    note = add_note(idea=idea, by=mona, body="Who knows her?")
    desk = client_for(kari)
    same_queries_at(lambda: reply(idea, mona, note), lambda: desk.get(f"{case_url(idea)}?svar={note.uuid}"), limit=12)


def test_token_of_somebody_elses_note_is_none(idea, mona, kari):
    token = uuid.uuid4()
    first, second = (add_note(idea=idea, by=by, body="A word.", token=token) for by in (mona, kari))
    assert first.uuid == token != second.uuid


# --- Keeping and handing out ------------------------------------------------------------------------------------------


def test_own_export_holds_what_one_wrote_while_one_works_there(idea, mona, kari):
    add_note(idea=idea, by=mona, audience=Audience.LEADER, body="zebrafink")
    add_note(idea=idea, by=kari, body="by a colleague")
    write_to_author(idea=idea, by=mona, body="Welcome.")
    said = export_person(by=mona)["notes"]
    assert [(one["audience"], one["body"]) for one in said] == [("leader", "zebrafink"), ("author", "Welcome.")]
    mona.memberships.update(ends_on=mona.memberships.get().starts_on)
    assert export_person(by=type(mona).objects.get(pk=mona.pk))["notes"] == []


def test_note_stays_when_its_writer_is_erased(idea, mona, kari):
    note = add_note(idea=idea, by=mona, body="Who knows her?")
    answer = reply(idea, kari, note)
    erase_person(by=mona)
    answer.refresh_from_db()
    assert (answer.reply_to, answer.reply_to.author, answer.reply_to.body) == (note, None, "Who knows her?")


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("note_not_empty", {"body": ""}),
        ("note_audience_is_known", {"audience": ""}),
        ("note_audience_is_known", {"audience": "everyone"}),
    ],
)
def test_database_refuses(idea, name, facts):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        idea.notes.create(**{"audience": "staff", "body": "A word.", "author": UserFactory(), **facts})


def test_database_refuses_a_note_that_answers_itself(idea):
    note = idea.notes.create(audience="staff", body="A word.")
    note.reply_to = note
    with pytest.raises(IntegrityError, match="note_answers_another"), transaction.atomic():
        note.save()
