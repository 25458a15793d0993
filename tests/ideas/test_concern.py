"""A concern is read by its writer and the leader, and by nobody else; it touches no case and outlives it for a while.

That no address at all shows it to others is swept in tests/sweep/test_access.py.
"""

import datetime as dt
import io
import uuid

import pypdf
import pytest
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from ideas.actions import concern as actions
from ideas.models import Concern, ConcernEntry, Idea
from ideas.privacy import purge_ideas
from tests.factories import (
    ConcernFactory,
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.races import at_once, held_elsewhere
from unlimited import locks
from unlimited.mail.rendering import compose, say
from unlimited.users.actions import erase_person, export_person

pytestmark = pytest.mark.django_db
CANARY = "zebrafink"
CONCERNS = "/en/arbeidsflate/bekymringer/"


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited", contact_email="toyen@example.no")


@pytest.fixture
def writer(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona").user


@pytest.fixture
def leader(incubator):
    return MembershipFactory(incubator=incubator, leader=True, user__name="Lea").user


@pytest.fixture
def idea(incubator):
    return IdeaFactory(accepted=True, incubator=incubator, title="Workshop", author__name="Ola Nordmann")


def raise_url(idea: Idea) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/bekymring/"


def url_of(concern: Concern, name: str = "") -> str:
    return f"{CONCERNS}{concern.uuid}/{name + '/' if name else ''}"


def text_of(response) -> str:
    return " ".join(response.text.split())


def written(idea: Idea, writer, **facts) -> Concern:
    return actions.raise_concern(idea=idea, by=writer, what=CANARY, token=uuid.uuid4(), **facts)


# --- Raising ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["leader", "moderator", "supporter"])
def test_whoever_opens_the_case_can_raise_one(role, incubator, idea, client_for):
    user = MembershipFactory(incubator=incubator, role=role).user
    if role == "supporter":
        SupportRelationFactory(idea=idea, supporter=user)
    client, token = client_for(user), uuid.uuid4()

    page = client.get(raise_url(idea))
    sent = {"token": token, "what": "She dares not go home.", "whom": "Barnevernsvakten", "at": ""}
    response = client.post(raise_url(idea), sent, follow=True)

    concern = Concern.objects.get()
    assert (concern.incubator, concern.idea, concern.written_by) == (incubator, idea, user)
    entry = concern.entries.get()
    assert (entry.kind, entry.whom, entry.by) == ("told", "Barnevernsvakten", user)
    assert "She dares not go home." in text_of(response)
    for words in ("bekymringsmelding", "avvergeplikt", "113", "112", "116 111", "116 123"):
        assert words in text_of(page)


def test_page_says_whom_to_call_here_and_that_nobody_leads(incubator, idea, client_for):
    incubator.emergency_words = "Uteteamet: 22 33 44 55"
    incubator.save()
    client = client_for(MembershipFactory(incubator=incubator).user)
    words = text_of(client.get(raise_url(idea)))
    assert "Uteteamet: 22 33 44 55" in words
    assert "Your incubator has no leader just now." in words
    MembershipFactory(incubator=incubator, leader=True)
    assert "Your incubator has no leader just now." not in text_of(client.get(raise_url(idea)))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"what": ""}, "Write what worries you."),
        ({"whom": "", "at": "2026-11-20T10:00"}, "Write whom you told"),
        ({"at": "2099-01-01T10:00"}, "Give a time that has been"),
        ({"at": "2001-01-01T10:00"}, "Give a time that has been"),
        ({"what": "x" * 4001}, "there is room for 4000"),
    ],
)
def test_form_says_what_is_missing_and_keeps_what_was_typed(facts, words, idea, writer, client_for):
    sent = {"token": uuid.uuid4(), "what": "Typed words", "whom": "Mother", "at": ""} | facts
    response = client_for(writer).post(raise_url(idea), sent)
    assert response.status_code == 422
    assert words in text_of(response)
    assert sent["what"] in response.text
    assert not Concern.objects.exists()


def test_double_click_is_one_concern_and_one_mail(idea, writer, leader, client_for, outbox):
    sent = {"token": uuid.uuid4(), "what": "She dares not go home.", "whom": "", "at": ""}
    for _ in range(2):
        assert client_for(writer).post(raise_url(idea), sent).status_code == 302
    assert Concern.objects.count() == 1
    assert len(outbox()) == 1


def test_nothing_of_it_touches_the_case(idea, writer, leader, client_for):
    before = Idea.objects.values().get(pk=idea.pk)
    concern = written(idea, writer, whom=CANARY)
    actions.note_who_was_told(concern=concern, by=writer, whom=CANARY, token=uuid.uuid4())
    actions.close_concern(concern=concern, by=leader, note=CANARY)
    assert Idea.objects.values().get(pk=idea.pk) == before
    assert not idea.transitions.exists()
    assert not idea.notes.exists()
    for user in (writer, leader):
        assert CANARY not in client_for(user).get(f"/en/arbeidsflate/ideer/{idea.uuid}/").text


# --- Reading ----------------------------------------------------------------------------------------------------------


def reader(role: str, incubator, writer):
    if role == "former writer":
        writer.memberships.update(ends_on=timezone.localdate())
        return type(writer).objects.get(pk=writer.pk)
    if role == "national":
        return UserFactory(is_staff=True, is_superuser=True)
    if role == "leader elsewhere":
        return MembershipFactory(leader=True).user
    return writer if role == "writer" else MembershipFactory(incubator=incubator, role=role).user


@pytest.mark.parametrize(
    ("role", "sees", "leads"),
    [
        ("writer", True, False),
        ("leader", True, True),
        ("moderator", False, False),
        ("supporter", False, False),
        ("former writer", False, False),
        ("leader elsewhere", False, False),
        ("national", False, False),
    ],
)
def test_it_is_seen_by_its_writer_and_the_leader_only(role, sees, leads, idea, incubator, writer, client_for):
    concern = written(idea, writer)
    user = reader(role, incubator, writer)

    assert Concern.objects.visible_to(user).exists() == sees
    assert user.has_perm("ideas.view_concern", concern) == sees
    assert user.has_perm("ideas.lead_concern", concern) == leads
    assert client_for(user).get(url_of(concern)).status_code == (200 if sees else 404)
    assert client_for(user).post(url_of(concern, "lukk"), {}).status_code == (422 if leads else 403 if sees else 404)
    assert client_for(user).post(url_of(concern, "nonsense"), {}).status_code == 404


def test_no_page_of_the_admin_knows_of_it():
    assert not {Concern, ConcernEntry} & set(admin.site._registry)
    assert CANARY not in str(ConcernFactory(what=CANARY))


def test_leader_has_open_ones_first_on_the_list_and_closed_ones_behind(idea, writer, leader, client_for):
    concern, client = written(idea, writer), client_for(leader)
    assert url_of(concern) in client.get("/en/arbeidsflate/leder/").text
    assert client.post(url_of(concern, "lukk"), {"note": "The family has help now."}).status_code == 302
    assert url_of(concern) not in client.get("/en/arbeidsflate/leder/").text
    assert url_of(concern) in client.get(CONCERNS).text
    assert "The family has help now." in text_of(client_for(writer).get(url_of(concern)))


def test_lists_ask_the_database_equally_often(idea, writer, leader, client_for, same_queries_at):
    client = client_for(leader)
    for url in (CONCERNS, "/en/arbeidsflate/leder/"):
        same_queries_at(
            lambda: written(IdeaFactory(accepted=True, incubator=idea.incubator), UserFactory()),
            lambda url=url: client.get(url),
            limit=12,
        )


def test_concern_asks_the_database_equally_often(idea, writer, leader, client_for, same_queries_at):
    concern, client = written(idea, writer), client_for(leader)
    same_queries_at(
        lambda: actions.note_who_was_told(concern=concern, by=UserFactory(), whom="Mother", token=uuid.uuid4()),
        lambda: client.get(url_of(concern)),
        limit=12,
    )


def test_empty_list_has_words(writer, client_for):
    assert "Nothing written down" in text_of(client_for(writer).get(CONCERNS))


# --- Telling ----------------------------------------------------------------------------------------------------------


def test_writer_and_leader_log_who_was_told_and_when(idea, writer, leader, client_for):
    concern, token = written(idea, writer), uuid.uuid4()
    at = timezone.localtime() - dt.timedelta(hours=3)
    sent = {"token": token, "whom": "The police", "at": f"{at:%Y-%m-%dT%H:%M}", "note": "They go there."}
    for _ in range(2):
        assert client_for(leader).post(url_of(concern, "varslet"), sent).status_code == 302
    entry = concern.entries.get()
    assert (entry.whom, entry.note, entry.by) == ("The police", "They go there.", leader)
    assert entry.at == at.replace(second=0, microsecond=0)
    response = client_for(writer).post(url_of(concern, "varslet"), {"token": uuid.uuid4(), "note": "Typed", "whom": ""})
    assert response.status_code == 422
    assert "Typed" in response.text


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("en", "/en")])
def test_leader_is_told_by_a_mail_that_does_not_say_what_it_is_about(language, prefix, idea, writer, outbox, settings):
    MembershipFactory(
        incubator=idea.incubator, leader=True, user=UserFactory(language=language, email="lea@example.no")
    )
    MembershipFactory(incubator=idea.incubator, leader=True, former=True)

    concern = written(idea, writer, whom=CANARY)

    [mail] = outbox()
    with translation.override(language):
        words = say(mail)
    assert (mail.kind, mail.recipient) == ("leader-notice", "lea@example.no")
    assert words.url == f"{settings.SITE_URL}{prefix}/arbeidsflate/leder/"
    told = words.subject + words.text + compose(mail)[2].decode() + str(mail.snapshot)
    for secret in (CANARY, "Workshop", "oncern", "ekymring", str(concern.uuid)):
        assert secret not in told


def test_leader_who_writes_one_gets_no_mail_and_nothing_is_mailed_that_was_rolled_back(idea, writer, leader, outbox):
    written(idea, leader)
    with transaction.atomic():
        written(idea, writer)
        transaction.set_rollback(True)
    assert outbox() == []


# --- Handing over -----------------------------------------------------------------------------------------------------


def test_hand_over_as_a_page_is_logged_and_whole(idea, writer, leader, client_for):
    concern = written(idea, writer, whom="Her teacher")
    client = client_for(leader)

    response = client.post(url_of(concern, "eksport"), {"whom": "Barnevernet i Oslo", "form": "side"})

    words = text_of(response)
    for expected in (CANARY, "Barnevernet i Oslo", "Her teacher", "Mona", "Lea", "toyen@example.no", "Ola Nordmann"):
        assert expected in words
    assert idea.author.email in words
    assert idea.proposal in words
    assert "no-store" in response["Cache-Control"]
    entry = concern.entries.get(kind="exported")
    assert (entry.whom, entry.by) == ("Barnevernet i Oslo", leader)


def test_hand_over_as_a_pdf_can_be_read_by_a_screen_reader(idea, writer, leader, client_for):
    concern = written(idea, writer)
    response = client_for(leader).post(url_of(concern, "eksport"), {"whom": "Barnevernet i Oslo", "form": "pdf"})
    reader = pypdf.PdfReader(io.BytesIO(response.content))
    words = "\n".join(page.extract_text() for page in reader.pages)
    assert CANARY in words
    assert "Barnevernet i Oslo" in words
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert CANARY not in response["Content-Disposition"]
    assert concern.entries.get().kind == "exported"


def test_looking_hands_nothing_over(idea, writer, leader, client_for):
    concern = written(idea, writer)
    assert client_for(leader).get(url_of(concern, "eksport")).status_code == 302
    response = client_for(leader).post(url_of(concern, "eksport"), {"whom": "", "form": "side"})
    assert response.status_code == 422
    assert not concern.entries.exists()


# --- Closing, and two at once -----------------------------------------------------------------------------------------


def test_closing_twice_keeps_the_words_of_the_second(idea, writer, leader, client_for):
    concern = written(idea, writer)
    actions.close_concern(concern=concern, by=leader, note="Done.")
    response = client_for(leader).post(url_of(concern, "lukk"), {"note": "Typed words"})
    assert response.status_code == 409
    assert "Typed words" in response.text
    assert concern.entries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_two_who_close_it_at_once_does():
    concern, leader = ConcernFactory(), UserFactory()
    results = at_once(
        *[lambda note=note: actions.close_concern(concern=concern, by=leader, note=note) for note in ("One", "Two")],
        refused=actions.ConcernError,
    )
    assert sum(isinstance(result, actions.ConcernClosedError) for result in results) == 1
    assert concern.entries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_row_held_too_long_gets_a_friendly_answer(client_for, monkeypatch):
    monkeypatch.setattr(locks, "TIMEOUT", "100ms")
    concern = ConcernFactory()
    leader = MembershipFactory(incubator=concern.incubator, leader=True).user
    with held_elsewhere(concern):
        response = client_for(leader).post(url_of(concern, "lukk"), {"note": "Typed words"})
    assert response.status_code == 503
    assert "Typed words" in response.text


# --- How long ---------------------------------------------------------------------------------------------------------


def test_it_is_in_nobodys_own_export(idea, writer):
    written(idea, writer, whom=CANARY)
    assert CANARY not in str(export_person(by=idea.author))
    assert CANARY not in str(export_person(by=writer))


def test_it_outlives_the_author_the_idea_and_the_writer(idea, writer, leader, client_for):
    concern = written(idea, writer)
    erase_person(by=idea.author)
    erase_person(by=writer)
    concern.refresh_from_db()
    assert (concern.idea, concern.written_by, concern.what) == (None, None, CANARY)
    page = text_of(client_for(leader).get(url_of(concern)))
    assert "The idea is deleted." in page
    assert "Someone who has left" in page
    document = client_for(leader).post(url_of(concern, "eksport"), {"whom": "The police", "form": "side"})
    assert CANARY in document.text


@pytest.mark.parametrize(
    ("raised_days", "closed_days", "stays"),
    [(1000, None, True), (1900, None, False), (1000, 700, True), (1000, 740, False)],
)
def test_it_goes_two_years_after_it_was_closed_and_after_five_in_any_case(raised_days, closed_days, stays):
    now = timezone.now()
    closed_at = closed_days and now - dt.timedelta(days=closed_days)
    concern = ConcernFactory(created_at=now - dt.timedelta(days=raised_days), closed_at=closed_at)
    concern.entries.create(kind="told", whom="The police")
    assert purge_ideas(now) == (not stays)
    assert Concern.objects.exists() == ConcernEntry.objects.exists() == stays


@pytest.mark.parametrize(
    ("name", "rows", "facts"),
    [
        ("concern_has_words", Concern.objects, {"what": ""}),
        ("concern_closed_at_a_time", Concern.objects, {"closed_by": 1}),
        ("concern_entry_says_whom", ConcernEntry.objects, {"whom": ""}),
        ("concern_entry_closing_says_why", ConcernEntry.objects, {"kind": "closed", "note": ""}),
    ],
)
def test_database_refuses(name, rows, facts):
    ConcernFactory().entries.create(kind="told", whom="Mother")
    if "closed_by" in facts:
        facts = {"closed_by": UserFactory()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        rows.update(**facts)
