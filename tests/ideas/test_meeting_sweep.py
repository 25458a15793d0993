"""Both kinds of notes from meetings × every role × every place where they could show."""

import datetime as dt
import io
import uuid

import openpyxl
import pypdf
import pytest
import time_machine
from django.contrib import admin
from django.utils import timezone

from ideas.actions.meetings import call_off_meeting, choose_time, propose_meeting, remind_of_steps, write_meeting_note
from ideas.actions.report import freeze_report
from ideas.models import Meeting, MeetingNote, NextStep, Report
from ideas.models.meetings import MeetingNoteQuerySet
from ideas.report_files import FILES
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    MeasurementFactory,
    MeetingFactory,
    MembershipFactory,
    MunicipalPartnerFactory,
    NextStepFactory,
    SupportRelationFactory,
    TrialFactory,
    UserFactory,
)
from tests.ideas.test_note_sweep import ROLES as NOTE_ROLES
from tests.ideas.test_note_sweep import make_people, texts_of, write_along
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import compose

pytestmark = pytest.mark.django_db
SHARED, OWN = MeetingNote.Audience.values

SUPPORTER, ONCE = "who supports it", "who supported it once"
WRITE_IT = {"the author", "who writes along", "who reads along"}
MODERATE = {"who wrote the notes", "who has it", "who works along", "a moderator", "a leader"}
READER = "who reads the reports"
# The pages of both sides that hold no notes.
WORK = ("avtaler", "forsok", "effekt", "historier", "organisasjon", "kjennetegn")
ROLES = [*NOTE_ROLES, SUPPORTER, ONCE, READER]
READ_REPORTS = {READER, "a leader", "national staff", "a superuser"}
READERS = {SHARED: WRITE_IT | MODERATE | {SUPPORTER}, OWN: {SUPPORTER}}


@pytest.fixture
def people():
    incubator = IncubatorFactory(public=True)
    people = make_people(incubator)
    people |= {role: MembershipFactory(incubator=incubator, supporter=True).user for role in (SUPPORTER, ONCE)}
    reader = UserFactory()
    MunicipalPartnerFactory(incubator=incubator, email=reader.email)
    return people | {READER: reader}


@pytest.fixture
def idea(people):
    """Taken in and public; each supporter has written in the shared notes, and for themself."""
    incubator = people["a leader"].memberships.get().incubator
    idea = IdeaFactory(public=True, incubator=incubator, author=people["the author"], taken_by=people["who has it"])
    write_along(idea, people)
    for role, ended in ((ONCE, {"ended": True}), (SUPPORTER, {})):
        relation = SupportRelationFactory(idea=idea, supporter=people[role])
        meeting = MeetingFactory(idea=idea, past=True)
        for audience in (SHARED, OWN):
            words = f"wren {audience}" if role == SUPPORTER else f"answer {audience}"
            write_meeting_note(meeting=meeting, by=people[role], body=words, audience=audience, seen_revision=0)
        if ended:
            type(relation).objects.filter(pk=relation.pk).update(
                status="ended", end_reason="no_time", ended_at=timezone.now()
            )
    return idea


@pytest.fixture
def report(idea, people):
    """Sent about the days in which all of it was said, with what was tried and counted meanwhile."""
    TrialFactory(idea=idea)
    MeasurementFactory(indicator__idea=idea)
    days = {"starts_on": timezone.localdate() - dt.timedelta(days=60), "ends_on": timezone.localdate()}
    report = Report(incubator=idea.incubator, municipality=idea.incubator.municipality, **days)
    said = {"words": "A good year.", "language": "nb", "stories": []}
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        return freeze_report(report=report, by=people["a leader"], token=uuid.uuid4(), **said)


def found_in(text: str, words: str = "wren") -> set[str]:
    """Which kinds of notes `text` holds."""
    return {audience for audience in (SHARED, OWN) if f"{words} {audience}" in " ".join(text.split())}


def readable_by(role: str) -> set[str]:
    return {audience for audience, roles in READERS.items() if role in roles}


def sweep_pages(client, role: str, idea) -> None:
    """The page of the two, from both sides. What a former supporter wrote for themself is read by nobody."""
    for path, roles in (("arbeidsflate", MODERATE | {SUPPORTER}), ("min-side", WRITE_IT)):
        text = texts_of(client, f"/{path}/ideer/{idea.uuid}/moter/")
        expected = readable_by(role) if role in roles else set()
        assert (found_in(text), found_in(text, "answer")) == (expected, expected - {OWN}), (role, path)


def sweep_handed_out(client, role: str, idea) -> None:
    """The case as a file for machines, and as a document: the author's own words are in neither, nor these."""
    answers = [client.post(f"/en/arbeidsflate/ideer/{idea.uuid}/innsyn/", {"asked_by": "A", "form": form})
               for form in ("json", "pdf")]  # fmt: skip
    assert not found_in(answers[0].content.decode()) & {OWN}, role
    if role in MODERATE:
        pages = pypdf.PdfReader(io.BytesIO(answers[1].content)).pages
        assert not found_in("\n".join(page.extract_text() for page in pages)) & {OWN}, role


def sweep_own_export(client, role: str, user) -> None:
    """What one takes home: one's own words, and of an idea of one's own what is shared."""
    text = client.post("/en/konto/mine-opplysninger/").content.decode() if user else ""
    expected = {SUPPORTER: {SHARED, OWN}, "the author": {SHARED}}.get(role, set())
    assert found_in(text) == expected, role
    assert found_in(text, "answer") == {ONCE: {SHARED, OWN}, "the author": {SHARED}}.get(role, set()), role


def sweep_all_else(client, role: str, idea) -> None:
    """Pages that hold none of them, whoever looks."""
    desk, case = "/arbeidsflate/ideer/", f"/arbeidsflate/ideer/{idea.uuid}/"
    paths = [
        "/", "/min-side/", f"/min-side/ideer/{idea.uuid}/", f"/min-side/ideer/{idea.uuid}/stottespiller/",
        f"/ideer/{idea.slug}/", "/ideer/?q=wren", "/arbeidsflate/", f"{desk}?status=alle&q=wren", case,
        f"{case}stotte/", f"{case}innsyn/", "/arbeidsflate/stotte/", "/arbeidsflate/e-post/", "/arbeidsflate/leder/",
        "/admin/", "/admin/ideas/", "/rapporter/", "/arbeidsflate/rapport/",
        f"/arbeidsflate/rapport/?om={idea.incubator.slug}&periode=egen&fra=2026-01-01&til=2026-01-31",
    ]  # fmt: skip
    for side in (case, f"/min-side/ideer/{idea.uuid}/"):
        paths += [
            f"{side}{area}/" for area in ("avtaler", "forsok", "effekt", "historier", "organisasjon", "kjennetegn")
        ]
    text = texts_of(client, *paths)
    assert (found_in(text), found_in(text, "answer")) == (set(), set()), role


def sweep_reports(client, role: str, idea, report) -> None:
    """What is told of many, and of what was tried: pages and files, as they are and as a document reads."""
    answers = [client.get(f"/rapporter/{report.uuid}/{path}") for path in ("", *(f"rapport.{form}" for form in FILES))]
    refusal = 302 if role == "nobody logged in" else 404
    assert {answer.status_code for answer in answers} == {200 if role in READ_REPORTS else refusal}, role
    answers += [client.get(f"/{side}/ideer/{idea.uuid}/forsok/rapport.pdf") for side in ("arbeidsflate", "min-side")]
    for answer in answers:
        text = answer.content.decode(errors="replace")
        if answer.get("Content-Type") == "application/pdf":
            text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
        if answer.get("Content-Type") == FILES["xlsx"].content_type:
            book = openpyxl.load_workbook(io.BytesIO(answer.content))
            text = "\n".join(str(cell.value) for sheet in book for row in sheet.rows for cell in row)
        assert not found_in(text) | found_in(text, "answer"), (role, answer.get("Content-Type"))


def sweep(client_for, client, people, idea) -> None:
    for role in ROLES:
        visitor = client_for(people[role]) if people[role] else client
        sweep_pages(visitor, role, idea)
        sweep_handed_out(visitor, role, idea)
        sweep_own_export(visitor, role, people[role])
        sweep_all_else(visitor, role, idea)


def test_notes_are_read_by_those_they_are_for_and_nobody_else(client_for, client, people, idea):
    sweep(client_for, client, people, idea)


def test_no_report_or_file_holds_a_word_of_them(client_for, client, people, idea, report):
    for role in ROLES:
        visitor = client_for(people[role]) if people[role] else client
        sweep_reports(visitor, role, idea, report)


@pytest.mark.parametrize("hole", ["all see all", "own is the incubator's", "one's own for ever"])
def test_sweep_finds_a_hole(client_for, client, people, idea, monkeypatch, hole):
    """What the sweep is worth: each way to say it wrong fails it."""
    right = MeetingNoteQuerySet.visible_to
    wrong = {
        "all see all": lambda notes, user, idea: notes.filter(meeting__idea=idea),
        "own is the incubator's": lambda notes, user, idea: (
            notes.filter(meeting__idea=idea) if user.memberships.exists() else right(notes, user, idea)
        ),
        "one's own for ever": lambda notes, user, idea: (
            right(notes, user, idea) | notes.filter(meeting__idea=idea, audience=OWN, author__isnull=False)
        ),
    }
    monkeypatch.setattr(MeetingNoteQuerySet, "visible_to", wrong[hole])
    with pytest.raises(AssertionError):
        sweep(client_for, client, people, idea)


def test_no_mail_holds_a_word_of_a_note_or_a_step(people, idea):
    ali, author = people[SUPPORTER], people["the author"]
    times = [timezone.now() + dt.timedelta(days=days) for days in (3, 4)]
    meeting = propose_meeting(idea=idea, by=ali, times=times, venue="x", about="wren own")
    meeting = choose_time(meeting=meeting, by=author, starts_at=meeting.times[0])
    call_off_meeting(meeting=meeting, by=author, words="wren shared")
    NextStepFactory(idea=idea, what="wren own", overdue=True)
    remind_of_steps()
    mails = list(OutgoingMail.objects.all())
    assert {mail.kind for mail in mails} >= {"meeting-proposed", "meeting-called-off", "steps-overdue"}
    for mail in mails:
        text = str(mail.snapshot) + b"".join(part for part in compose(mail) if isinstance(part, bytes)).decode()
        assert not found_in(text) | found_in(text, "answer")


def test_no_page_of_the_admin_knows_of_them():
    assert not {Meeting, MeetingNote, NextStep} & set(admin.site._registry)
