"""Every audience × every role × every place where a note could show: its words are where they should be, only there."""

import io

import pypdf
import pytest
from django.contrib import admin
from django.utils import timezone

from ideas.actions.notes import add_note, reply_to_note
from ideas.models import CoAuthor, Idea, Note, TeamMember
from ideas.models.notes import NoteQuerySet
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory, UserFactory
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import compose
from unlimited.users.models import User

pytestmark = pytest.mark.django_db
AUTHOR, TEAM, STAFF, LEADER = Note.Audience.values

WRITE_IT = {"the author", "who writes along", "who reads along"}
MODERATE = {"who wrote the notes", "who has it", "who works along", "a moderator", "a leader"}
WORK_THERE = MODERATE | {"a supporter"}
# Who has nothing to do with it, or no longer has.
OTHERS = {
    "nobody logged in", "a stranger", "who wrote along once", "a former moderator of the team", "a leader elsewhere",
    "national staff", "a superuser",
}  # fmt: skip
ROLES = sorted(WRITE_IT | WORK_THERE | OTHERS)
READERS = {
    AUTHOR: WRITE_IT | WORK_THERE,
    TEAM: {"who wrote the notes", "who has it", "who works along", "a leader"},
    STAFF: WORK_THERE,
    LEADER: {"who wrote the notes", "a leader"},
}


def make_people(incubator) -> dict[str, User | None]:
    def member(**role) -> User:
        return MembershipFactory(incubator=incubator, **role).user

    people = {role: member() for role in MODERATE} | {"nobody logged in": None}
    people |= {role: UserFactory() for role in (*WRITE_IT, "a stranger", "who wrote along once")}
    people["a leader"] = member(leader=True)
    people["a supporter"] = member(supporter=True)
    people["a former moderator of the team"] = member(former=True)
    people["a leader elsewhere"] = MembershipFactory(leader=True).user
    people["national staff"] = UserFactory(is_staff=True)
    people["a superuser"] = UserFactory(is_staff=True, is_superuser=True)
    return people


def write_along(idea: Idea, people: dict) -> None:
    facts = {"idea": idea, "expires_at": timezone.now(), "joined_at": timezone.now(), "status": "joined"}
    for role, more in (
        ("who writes along", {"role": "edit"}),
        ("who reads along", {"role": "read"}),
        ("who wrote along once", {"status": "left", "ended_at": timezone.now()}),
    ):
        CoAuthor.objects.create(**{**facts, **more}, user=people[role], email=people[role].email)


@pytest.fixture
def people():
    return make_people(IncubatorFactory(public=True))


@pytest.fixture
def idea(people):
    """Taken in and public; for each audience a note of one who is not on the case, and a leader's reply to it."""
    incubator = people["a leader"].memberships.get().incubator
    idea = IdeaFactory(public=True, incubator=incubator, author=people["the author"], taken_by=people["who has it"])
    write_along(idea, people)
    SupportRelationFactory(idea=idea, supporter=people["a supporter"])
    for role in ("who works along", "a former moderator of the team"):
        TeamMember.objects.create(idea=idea, user=people[role])
    for audience in Note.Audience.values:
        facts = {"idea": idea, "mentioned": [people["a leader"]], "audience": audience}
        note = add_note(**facts, by=people["who wrote the notes"], body=f"wren {audience}")
        reply_to_note(idea=idea, by=people["a leader"], reply_to=note.uuid, body=f"answer {audience}")
    return idea


def found_in(text: str, words: str = "wren") -> set[str]:
    """For whom the notes are that `text` holds."""
    return {audience for audience in Note.Audience.values if f"{words} {audience}" in " ".join(text.split())}


def readable_by(role: str) -> set[str]:
    return {audience for audience, roles in READERS.items() if role in roles}


def texts_of(client, *paths: str) -> str:
    return "".join(client.get(f"/en{path}", follow=True).text for path in paths)


def sweep_cases(client, role: str, idea: Idea) -> None:
    """The desk: a case as it is read, and with a form to answer each note."""
    case = f"/arbeidsflate/ideer/{idea.uuid}/"
    expected = readable_by(role) if role in WORK_THERE else set()
    for note in (None, *idea.notes.all()):
        text = texts_of(client, f"{case}?svar={note.uuid}" if note else case)
        assert (found_in(text), found_in(text, "answer")) == (expected, expected), role


def sweep_mine(client, role: str, idea: Idea) -> None:
    """The author's page."""
    expected = {AUTHOR} if role in WRITE_IT else set()
    assert found_in(texts_of(client, f"/min-side/ideer/{idea.uuid}/")) == expected, role


def sweep_handed_out(client, role: str, idea: Idea) -> None:
    """The case as a file for machines, and as a document."""
    expected = {AUTHOR} if role in MODERATE else set()
    answers = [client.post(f"/en/arbeidsflate/ideer/{idea.uuid}/innsyn/", {"asked_by": "A", "form": form})
               for form in ("json", "pdf")]  # fmt: skip
    if role in MODERATE:
        pages = pypdf.PdfReader(io.BytesIO(answers[1].content)).pages
        assert found_in("\n".join(page.extract_text() for page in pages)) == expected, role
    assert found_in(answers[0].content.decode()) == expected, role


def sweep_own_export(client, role: str, user: User | None) -> None:
    """What one takes home: one's own words, and what was said to one as the author."""
    text = client.post("/en/konto/mine-opplysninger/").content.decode() if user else ""
    wrote = {
        "who wrote the notes": ("wren", set(Note.Audience.values)),
        "a leader": ("answer", set(Note.Audience.values)),
    }
    words, expected = wrote.get(role, ("wren", {AUTHOR} if role == "the author" else set()))
    assert found_in(text, words) == expected, role
    others = "answer" if words == "wren" else "wren"
    assert found_in(text, others) == ({AUTHOR} if role == "the author" else set()), role


def sweep_all_else(client, role: str, idea: Idea) -> None:
    """Pages that hold no notes, whoever looks."""
    desk, case = "/arbeidsflate/ideer/", f"/arbeidsflate/ideer/{idea.uuid}/"
    paths = [
        "/", "/min-side/", f"/ideer/{idea.slug}/", "/ideer/?q=wren", "/arbeidsflate/", f"{desk}?status=alle",
        f"{desk}?status=alle&q=wren", f"{case}versjon/1/", f"{case}innsyn/", "/arbeidsflate/e-post/",
        "/arbeidsflate/leder/", "/admin/", "/admin/ideas/",
    ]  # fmt: skip
    text = texts_of(client, *paths)
    assert (found_in(text), found_in(text, "answer")) == (set(), set()), role


def sweep(client_for, client, people, idea) -> None:
    for role in ROLES:
        visitor = client_for(people[role]) if people[role] else client
        sweep_cases(visitor, role, idea)
        sweep_mine(visitor, role, idea)
        sweep_handed_out(visitor, role, idea)
        sweep_own_export(visitor, role, people[role])
        sweep_all_else(visitor, role, idea)


def test_each_note_is_read_by_those_it_is_for_and_nobody_else(client_for, client, people, idea):
    sweep(client_for, client, people, idea)


def test_no_mail_holds_a_word_of_a_note_but_that_to_the_author(people, idea):
    mails = list(OutgoingMail.objects.all())
    assert {mail.kind for mail in mails} >= {"note-mention", "idea-message"}
    for mail in mails:
        text = str(mail.snapshot) + b"".join(part for part in compose(mail) if isinstance(part, bytes)).decode()
        is_to_author = mail.kind == "idea-message" and mail.recipient == idea.author.email
        assert not found_in(text), mail.kind
        assert found_in(text, "answer") == ({AUTHOR} if is_to_author else set()), mail.kind


@pytest.mark.parametrize("hole", ["all see all", "team is all staff", "nobody reads their own"])
def test_sweep_finds_a_hole(client_for, client, people, idea, monkeypatch, hole):
    """What the sweep is worth: each way to say it wrong fails it."""
    right = NoteQuerySet.visible_to
    wrong = {
        "all see all": lambda notes, user, idea: notes.filter(idea=idea),
        "team is all staff": lambda notes, user, idea: (
            right(notes, user, idea) | notes.filter(idea=idea, audience=TEAM)
        ),
        "nobody reads their own": lambda notes, user, idea: right(notes, user, idea).exclude(author=user),
    }
    monkeypatch.setattr(NoteQuerySet, "visible_to", wrong[hole])
    with pytest.raises(AssertionError):
        sweep(client_for, client, people, idea)


def test_supporter_reads_nothing_of_a_case_that_is_not_taken_in(client_for, people, idea):
    Idea.objects.update(status="submitted", step="", taken_by=people["a supporter"])
    TeamMember.objects.create(idea=idea, user=people["a supporter"])
    idea.refresh_from_db()
    assert not Note.objects.visible_to(people["a supporter"], idea).exists()
    assert client_for(people["a supporter"]).get(f"/en/arbeidsflate/ideer/{idea.uuid}/").status_code == 404


def test_no_page_of_the_admin_knows_of_them():
    assert not {Note, TeamMember, Note.mentioned.through} & set(admin.site._registry)
