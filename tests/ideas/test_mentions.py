"""A note names colleagues: by a choice or by an @ in the text; only those who may read it, and they get one mail."""

import uuid

import pytest
from django.db import transaction
from django.utils import translation

from ideas.actions.notes import NotForThemError, add_note, reply_to_note
from ideas.models import Note, TeamMember
from ideas.models.notes import mentioned_in
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory, UserFactory
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person, export_person

pytestmark = pytest.mark.django_db
WORDS = "zebrafink knows the caretaker"


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def mona(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona Berg").user


@pytest.fixture
def kari(incubator):
    return MembershipFactory(incubator=incubator, user__name="Kari Lund").user


@pytest.fixture
def lea(incubator):
    return MembershipFactory(incubator=incubator, user__name="Lea Moe", leader=True).user


@pytest.fixture
def idea(incubator):
    return IdeaFactory(submitted=True, incubator=incubator, title="Verksted")


def case_url(idea, name: str = "") -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/{name + '/' if name else ''}"


def write(client, idea, **changes):
    facts = {"body": WORDS, "token": uuid.uuid4(), "audience": "staff", "mentioned": []}
    return client.post(case_url(idea, "notat"), facts | changes)


@pytest.mark.parametrize("way", ["chosen", "typed", "both"])
def test_colleague_who_is_named_gets_one_mail_and_stands_on_the_note(client_for, idea, mona, kari, outbox, way):
    body = WORDS if way == "chosen" else f"{WORDS}, @kari lund!"
    chosen = [] if way == "typed" else [kari.uuid]
    token = uuid.uuid4()
    for _ in range(2):
        assert write(client_for(mona), idea, body=body, mentioned=chosen, token=token).status_code == 302
    assert list(idea.notes.get().mentioned.all()) == [kari]
    assert [mail.recipient for mail in outbox()] == [kari.email]
    assert "told: Kari Lund" in client_for(kari).get(case_url(idea)).text


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("@Kari Lund, look", {"lund"}),
        ("(@kari lund)", {"lund"}),
        ("@Kari, look", set()),  # two have that first name
        ("@Kari Lundby", {"lundby"}),
        ("@Mona and @Ola Vik", {"mona"}),  # two are called Ola Vik
        ("@ÅSE", {"åse"}),
        ("mail@mona.no and @Monalisa", set()),
        ("@", set()),
        ("", set()),
    ],
)
def test_name_after_an_at_calls_the_one_who_has_it(body, called):
    names = {"lund": "Kari Lund", "lundby": "Kari Lundby", "mona": "Mona", "ola": "Ola Vik", "ola2": "Ola Vik"}
    assert mentioned_in(body, names | {"åse": "Åse", "dot": "a.b"}) == called


def test_whole_name_goes_before_anothers_first_name():
    assert mentioned_in("@Kari", {"kari": "Kari", "lund": "Kari Lund"}) == {"kari"}


def nobody_without_access(idea, incubator, kari, lea) -> list:
    """Who may not be named, and in a note to whom."""
    supporter = MembershipFactory(incubator=incubator, supporter=True, user__name="Ali Noor").user
    return [("leader", kari), ("team", kari), ("staff", supporter)]


def test_who_may_not_read_it_is_refused_in_words_and_nothing_is_saved(
    client_for, idea, incubator, mona, kari, lea, outbox
):
    for audience, person in nobody_without_access(idea, incubator, kari, lea):
        for named in ({"mentioned": [person.uuid, lea.uuid]}, {"body": f"{WORDS} @{person.name}"}):
            answer = write(client_for(mona), idea, audience=audience, **named)
            assert answer.status_code == 422
            assert f"{person.name} may not read this note. Name others, or let more people read it." in answer.text
            assert WORDS in answer.text
    assert not Note.objects.exists()
    assert outbox() == []


def test_who_may_read_it_is_told_whatever_the_audience(idea, mona, kari, lea, incubator, outbox):
    TeamMember.objects.create(idea=idea, user=kari)
    supporter = MembershipFactory(incubator=incubator, supporter=True).user
    taken_in = IdeaFactory(accepted=True, incubator=incubator)
    SupportRelationFactory(idea=taken_in, supporter=supporter)
    add_note(idea=idea, by=mona, audience="team", body=WORDS, mentioned=[kari, lea])
    add_note(idea=idea, by=mona, audience="leader", body=WORDS, mentioned=[lea])
    add_note(idea=taken_in, by=mona, audience="staff", body=WORDS, mentioned=[supporter])
    told = sorted(mail.recipient for mail in outbox("note-mention"))
    assert told == sorted([kari.email, lea.email, lea.email, supporter.email])


def test_strangers_and_those_who_left_cannot_be_named(client_for, idea, incubator, mona, outbox):
    others = [
        UserFactory(),
        UserFactory(staff=True, is_superuser=True),
        idea.author,
        MembershipFactory(leader=True).user,
        MembershipFactory(incubator=incubator, former=True).user,
        MembershipFactory(incubator=incubator, user__is_active=False).user,
    ]
    for other in others:
        answer = write(client_for(mona), idea, mentioned=[other.uuid])
        assert (answer.status_code, WORDS in answer.text) == (422, True)
        assert "Someone you named does not work here, or no longer does." in answer.text
        assert str(other.uuid) not in answer.text
        with pytest.raises(NotForThemError):
            add_note(idea=idea, by=mona, body=WORDS, mentioned=[other])
    assert write(client_for(mona), idea, mentioned=["nonsense"]).status_code == 422
    assert not Note.objects.exists()
    assert outbox() == []


def test_reply_names_only_who_reads_the_thread(idea, mona, kari, lea, outbox):
    note = add_note(idea=idea, by=mona, audience="leader", body="Only for leaders.")
    with pytest.raises(NotForThemError):
        reply_to_note(idea=idea, by=lea, reply_to=note.uuid, body=WORDS, mentioned=[kari])
    assert not note.replies.exists()
    # Who wrote what is answered reads the answers.
    reply_to_note(idea=idea, by=lea, reply_to=note.uuid, body=WORDS, mentioned=[mona])
    assert [mail.recipient for mail in outbox()] == [mona.email]


def test_forms_name_each_colleague_but_oneself(client_for, idea, mona, kari, lea):
    note = add_note(idea=idea, by=lea, body=WORDS)
    page = client_for(mona).get(f"{case_url(idea)}?svar={note.uuid}").text
    for name in ("notat", "svar"):
        form = page.split(f'id="{name}"')[1].split("</form>")[0]
        assert [str(person.uuid) in form for person in (kari, lea, mona)] == [True, True, False], name


def test_reply_can_name_a_colleague_on_the_page(client_for, idea, mona, kari, lea, outbox):
    note = add_note(idea=idea, by=lea, body=WORDS)
    facts = {"reply_to": note.uuid, "token": uuid.uuid4(), "body": "@Lea Moe knows.", "mentioned": [kari.uuid]}
    assert client_for(mona).post(case_url(idea, "svar"), facts).status_code == 302
    assert sorted(mail.recipient for mail in outbox("note-mention")) == sorted([kari.email, lea.email])


def test_nobody_tells_themselves(idea, mona, outbox):
    add_note(idea=idea, by=mona, body=WORDS, mentioned=[mona])
    assert outbox() == []


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("en", "/en")])
def test_mail_leads_to_the_note_and_says_nothing_of_it(idea, mona, kari, outbox, settings, language, prefix):
    kari.language = language
    kari.save()
    note = add_note(idea=idea, by=mona, body=WORDS, mentioned=[kari])
    (mail,) = outbox("note-mention")
    with translation.override(language):
        words = say(mail)
    assert "Verksted" in words.subject
    assert words.url == f"{settings.SITE_URL}{prefix}/arbeidsflate/ideer/{idea.uuid}/#notat-{note.uuid}"
    for secret in ("zebrafink", "Mona", mona.email, idea.author.email):
        assert secret not in words.text + str(mail.snapshot)


def test_nothing_is_sent_when_it_is_rolled_back(idea, mona, kari, outbox):
    with transaction.atomic():
        add_note(idea=idea, by=mona, body=WORDS, mentioned=[kari])
        transaction.set_rollback(True)
    assert not outbox()


def test_case_asks_no_more_of_the_database_for_many_who_are_named(client_for, idea, mona, kari, same_queries_at):
    desk = client_for(mona)
    same_queries_at(
        lambda: add_note(idea=idea, by=mona, body=WORDS, mentioned=[kari]), lambda: desk.get(case_url(idea)), limit=12
    )


def test_who_was_named_can_leave_and_take_word_of_it_along(idea, mona, kari):
    note = add_note(idea=idea, by=mona, body=WORDS, mentioned=[kari])
    export = export_person(by=kari)
    assert [row["idea__incubator__name"] for row in export["mentions"]] == ["Tøyen Unlimited"]
    assert WORDS not in str(export)
    erase_person(by=kari)
    assert not note.mentioned.exists()
    assert Note.objects.get().body == WORDS
