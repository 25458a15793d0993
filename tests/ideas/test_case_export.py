"""A public incubator's case is handed out whole but for what is not for others, and every time is noted."""

import io
import json

import pypdf
import pytest
from django.db import IntegrityError, transaction

from ideas.actions.coauthors import invite_coauthor, join_idea
from ideas.actions.moderation import decline_idea
from ideas.actions.notes import add_note, write_to_author
from ideas.actions.redaction import redact_idea
from ideas.actions.submission import write_to_incubator
from ideas.case_file import case_file
from ideas.models import CaseExport, Idea, Partner
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from tests.races import held_elsewhere
from unlimited import locks
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
NAME, INTERNAL = "Kari Nilsen", "between colleagues"
NO = {"went_well": "You know your street.", "reason": f"We lack a cellar, {NAME} knows.", "way_on": "Ask the library."}


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Søndre Unlimited", public=True)


@pytest.fixture
def moderator(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona").user


@pytest.fixture
def idea(incubator, moderator):
    author = UserFactory(name="Ola Writer")
    idea = IdeaFactory(submitted=True, incubator=incubator, author=author, title="Workshop", need=f"{NAME} is alone.")
    redact_idea(idea=idea, by=moderator, seen_revision=idea.revision, passages=[NAME], reason="Not asked.")
    add_note(idea=idea, by=moderator, body=INTERNAL)
    write_to_author(idea=idea, by=moderator, body=f"Hello, we know {NAME}.")
    idea.refresh_from_db()
    decline_idea(
        idea=idea,
        by=moderator,
        seen_revision=idea.revision,
        internal_note=INTERNAL,
        way_on_kind="partner",
        way_on_partner=Partner.objects.create(name="The library on the corner"),
        **NO,
    )
    idea.refresh_from_db()
    return idea


def url(idea: Idea) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/innsyn/"


def ask(client, idea, **changes):
    return client.post(url(idea), {"asked_by": "The local paper", "form": "json", **changes})


def text_of(answer) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)


def test_file_for_machines_has_the_case_and_counts_what_it_leaves_out(client_for, idea, moderator):
    answer = ask(client_for(moderator), idea)
    assert answer["Content-Disposition"] == f'attachment; filename="{idea.uuid}.json"'
    facts = json.loads(answer.content)
    assert facts["documents"][0]["answers"]["need"] == "[…] is alone."
    assert [one["what"] for one in facts["decisions"]] == ["redacted", "declined"]
    assert facts["decisions"][1]["reason"] == "We lack a cellar, […] knows."
    assert facts["decisions"][1]["way_on_to"] == "The library on the corner"
    assert facts["messages"][0]["text"] == "Hello, we know […]."
    assert facts["left_out"] == {"passages": 1, "internal_notes": 2}
    for secret in (NAME, INTERNAL, "Ola Writer", idea.author.email):
        assert secret not in answer.content.decode()


def test_document_to_read_says_the_same_in_words(client_for, idea, moderator):
    answer = ask(client_for(moderator), idea, form="pdf", has_author="on")
    text = text_of(answer)
    for words in (
        "Workshop",
        "Ola Writer",
        "Søndre Unlimited",
        "[…] is alone.",
        "Ask the library.",
        "What is left out",
    ):
        assert words in text
    assert NAME not in text
    assert INTERNAL not in text


@pytest.mark.parametrize("prefix", ["", "/nn", "/en"])
def test_document_is_in_the_language_of_the_page(client_for, idea, moderator, prefix):
    path = url(idea).removeprefix("/en")
    answer = client_for(moderator).post(f"{prefix}{path}", {"asked_by": "Avisa", "form": "pdf"})
    language = pypdf.PdfReader(io.BytesIO(answer.content)).trailer["/Root"]["/Lang"]
    assert language == (prefix.strip("/") or "nb")


def test_each_time_is_noted_with_who_asked_and_who_made_it(client_for, idea, moderator):
    desk = client_for(moderator)
    ask(desk, idea)
    ask(desk, idea, form="pdf")
    assert [(log.form, log.asked_by, log.made_by, log.passages_left_out) for log in CaseExport.objects.all()] == [
        ("pdf", "The local paper", moderator, 1),
        ("json", "The local paper", moderator, 1),
    ]
    assert desk.get(url(idea)).content.decode().count("The local paper") == 2


def test_nothing_leaves_before_it_is_said_who_asked(client_for, idea, moderator):
    answer = ask(client_for(moderator), idea, asked_by=" ")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert not CaseExport.objects.exists()


def test_odd_text_makes_a_file_too(client_for, moderator, incubator):
    odd = "#panic() *a* $ \\ <b> æøå عربى 你好 \U0001f600\n\n\n- x"
    idea = IdeaFactory(declined=True, incubator=incubator, need=odd, title="#let", author=None)
    assert "#panic() *a* $" in text_of(ask(client_for(moderator), idea, form="pdf", has_author="on"))


@pytest.mark.parametrize("role", ["supporter", "elsewhere", "author", "national"])
def test_nobody_else_gets_it(client_for, idea, incubator, role):
    user = idea.author if role == "author" else UserFactory(staff=role == "national", is_superuser=role == "national")
    if role == "supporter":
        MembershipFactory(incubator=incubator, user=user, supporter=True)
    elif role == "elsewhere":
        MembershipFactory(user=user, leader=True, incubator=IncubatorFactory(public=True))
    client = client_for(user)
    assert (client.get(url(idea)).status_code, ask(client, idea).status_code) == (404, 404)
    assert not CaseExport.objects.exists()


def test_case_of_an_association_is_not_handed_out(client_for):
    membership = MembershipFactory()
    idea = IdeaFactory(declined=True, incubator=membership.incubator)
    client = client_for(membership.user)
    assert client.get(url(idea)).status_code == 404
    assert "innsyn" not in client.get(f"/en/arbeidsflate/ideer/{idea.uuid}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_case_that_somebody_saves_just_now_is_told_and_nothing_typed_is_lost(client_for, idea, moderator, monkeypatch):
    monkeypatch.setattr(locks, "TIMEOUT", "100ms")
    with held_elsewhere(idea):
        answer = ask(client_for(moderator), idea)
    assert "Someone else is saving this case just now." in answer.content.decode()
    assert 'value="The local paper"' in answer.content.decode()


def test_staff_who_leave_change_no_log(idea, moderator):
    CaseExport.objects.create(idea=idea, form="pdf", asked_by="A", passages_left_out=0, made_by=moderator)
    erase_person(by=moderator)
    assert CaseExport.objects.get().made_by is None


def test_database_refuses_a_log_without_who_asked(idea):
    with pytest.raises(IntegrityError, match="case_export_says_who_asked"), transaction.atomic():
        CaseExport.objects.create(idea=idea, form="pdf", asked_by="", passages_left_out=0)


def test_page_asks_the_database_equally_often(client_for, idea, moderator, same_queries_at):
    def add_row():
        CaseExport.objects.create(idea=idea, form="pdf", asked_by="A", passages_left_out=0, made_by=UserFactory())

    desk = client_for(moderator)
    same_queries_at(add_row, lambda: desk.get(url(idea)), limit=12)


def test_those_who_write_along_are_counted_and_not_named():
    idea = IdeaFactory(submitted=True)
    along = UserFactory(name="Zebrafink", email="zebrafink@example.no")
    row = invite_coauthor(idea=idea, by=idea.author, email=along.email, role="edit")
    join_idea(coauthor=row, by=along)
    write_to_incubator(idea=idea, by=along, body="When do we begin?")
    facts = case_file(idea, with_author=True)
    assert facts["coauthors"] == 1
    assert [message["from_author"] for message in facts["messages"]] == [True]
    assert "zebrafink" not in str(facts).lower()
