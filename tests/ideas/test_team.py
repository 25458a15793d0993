"""Several work on one case: they are asked along, read what is for those on it, hear of the author, and can leave."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from ideas.actions.moderation import request_changes
from ideas.actions.notes import add_note
from ideas.actions.sharing import NotAColleagueError, ask_along, leave_team, pass_on_idea
from ideas.actions.submission import submit_idea, write_to_incubator
from ideas.actions.transitions import EditedElsewhereError, IdeaError, TransitionNotAllowedError
from ideas.models import Idea, Note, TeamMember
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory, UserFactory
from tests.races import at_once
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person, export_person
from unlimited.users.models import User
from unlimited.users.staff_access import as_with_factor

pytestmark = pytest.mark.django_db
WORD = "zebrafink: you know the house"


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
def idea(incubator, mona):
    return IdeaFactory(submitted=True, incubator=incubator, taken_by=mona, title="Verksted")


def ask(idea, by, whom) -> Idea:
    idea.refresh_from_db()
    return ask_along(idea=idea, by=by, seen_revision=idea.revision, colleague=whom, internal_note=WORD)


def case_url(idea, name: str = "") -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/{name + '/' if name else ''}"


def reads(user, note) -> bool:
    return Note.objects.visible_to(as_with_factor(User.objects.get(pk=user.pk)), note.idea).filter(pk=note.pk).exists()


def test_colleague_works_along_and_stands_beside_the_one_who_has_it(client_for, idea, mona, kari):
    ask(idea, mona, kari)
    log = idea.transitions.get()
    assert (log.kind, log.by, log.passed_to, log.internal_note) == ("asked_along", mona, kari, WORD)
    assert [member.user for member in idea.team_members.current()] == [kari]
    idea.refresh_from_db()
    assert idea.taken_by == mona
    page = client_for(kari).get(case_url(idea)).text
    assert 'Mona<br><span class="small">Works along: Kari</span>' in page
    assert "Asked a colleague along</strong> → Kari · Mona" in page
    Idea.objects.update(status="accepted", step="try")
    supporter = client_for(SupportRelationFactory(idea=Idea.objects.get()).supporter)
    assert "Works along: Kari" in supporter.get(case_url(idea)).text


def test_team_reads_what_is_for_those_on_the_case_until_they_leave(idea, mona, kari):
    note = add_note(idea=idea, by=mona, audience="team", body="A word.")
    assert not reads(kari, note)
    ask(idea, mona, kari)
    assert reads(kari, note)
    idea.refresh_from_db()
    leave_team(idea=idea, by=kari, seen_revision=idea.revision)
    assert not reads(kari, note)
    assert [change.kind for change in idea.transitions.all()] == ["asked_along", "left_team"]


@pytest.mark.parametrize("loses", ["ends", "becomes supporter", "case moves"])
def test_who_no_longer_moderates_there_reads_nothing_and_hears_nothing(idea, mona, kari, outbox, loses):
    note = add_note(idea=idea, by=mona, audience="team", body="A word.")
    ask(idea, mona, kari)
    if loses == "case moves":
        idea.incubator = note.idea.incubator = IncubatorFactory()
        idea.save()
    elif loses == "ends":
        kari.memberships.update(ends_on=kari.memberships.get().starts_on)
    else:
        kari.memberships.update(role="supporter")
    assert not reads(kari, note)
    assert Idea.objects.get().team == []
    write_to_incubator(idea=idea, by=idea.author, body="Hello?")
    assert kari.email not in {mail.recipient for mail in outbox("case-author-wrote")}


def test_author_hears_and_sees_nothing_of_it(client_for, idea, mona, kari, outbox):
    ask(idea, mona, kari)
    idea.refresh_from_db()
    leave_team(idea=idea, by=kari, seen_revision=idea.revision)
    assert {mail.recipient for mail in outbox()} == {kari.email}
    page = client_for(idea.author).get(f"/en/min-side/ideer/{idea.uuid}/").text
    for words in ("zebrafink", "Kari", "along", "Left the case"):
        assert words not in page


def test_nobody_is_asked_for_whom_it_would_be_closed(idea, incubator, mona):
    for other in [
        UserFactory(),
        MembershipFactory(incubator=incubator, supporter=True).user,
        MembershipFactory(leader=True).user,
        MembershipFactory(incubator=incubator, former=True).user,
        MembershipFactory(incubator=incubator, user__is_active=False).user,
    ]:
        with pytest.raises(NotAColleagueError):
            ask(idea, mona, other)
    assert not TeamMember.objects.exists()


def test_who_is_on_it_already_and_closed_cases_are_refused(idea, incubator, mona, kari):
    ask(idea, mona, kari)
    closed = IdeaFactory(declined=True, incubator=incubator)
    for case, whom in ((idea, mona), (idea, kari), (closed, kari)):
        with pytest.raises(TransitionNotAllowedError):
            ask(case, mona, whom)
    with pytest.raises(TransitionNotAllowedError):
        leave_team(idea=idea, by=mona, seen_revision=idea.revision)
    with pytest.raises(EditedElsewhereError):
        leave_team(idea=idea, by=kari, seen_revision=idea.revision + 1)


def test_forms_name_who_can_be_asked_and_are_there_for_whom_they_are(client_for, idea, incubator, mona, kari):
    MembershipFactory(incubator=incubator, user__name="Ola")
    ask(idea, mona, kari)
    idea.refresh_from_db()
    desk = client_for(kari)
    page = desk.get(case_url(idea)).text
    form = page.split('id="be-med"')[1].split("</form>")[0]
    assert [name in form for name in (">Ola<", ">Kari<", ">Mona<")] == [True, False, False]
    assert "Leave the case to the others" in page
    assert "Leave the case to the others" not in client_for(mona).get(case_url(idea)).text
    facts = {"revision": idea.revision, "colleague": str(uuid.uuid4()), "internal_note": WORD}
    answer = desk.post(case_url(idea, "be-med"), facts)
    assert (answer.status_code, WORD in answer.text) == (422, True)
    assert desk.post(case_url(idea, "ga-ut"), {"revision": idea.revision}).status_code == 302
    assert not TeamMember.objects.exists()


def test_case_asks_the_database_equally_often(client_for, idea, mona, incubator, same_queries_at):
    desk = client_for(mona)
    same_queries_at(
        lambda: ask(idea, mona, MembershipFactory(incubator=incubator).user), lambda: desk.get(case_url(idea)), limit=12
    )


# --- Who hears of the author ------------------------------------------------------------------------------------------


def told(outbox, kind) -> set[str]:
    return {mail.recipient for mail in outbox(kind)}


def test_message_of_the_author_reaches_who_has_it_and_the_team(idea, incubator, mona, kari, outbox):
    MembershipFactory(incubator=incubator, leader=True)
    ask(idea, mona, kari)
    token = uuid.uuid4()
    for _ in range(2):
        write_to_incubator(idea=idea, by=idea.author, body=WORD, token=token)
    assert told(outbox, "case-author-wrote") == {mona.email, kari.email}
    assert len(outbox("case-author-wrote")) == 2


def test_message_about_a_case_that_nobody_has_reaches_the_leaders_or_who_moderates(idea, incubator, kari, outbox):
    Idea.objects.update(taken_by=None)
    write_to_incubator(idea=idea, by=idea.author, body="Anyone?")
    assert told(outbox, "case-author-wrote") == {
        kari.email,
        *User.objects.filter(name="Mona").values_list("email", flat=True),
    }
    leader = MembershipFactory(incubator=incubator, leader=True).user
    note = write_to_incubator(idea=idea, by=idea.author, body="Anyone at all?")
    assert {mail.recipient for mail in outbox("case-author-wrote") if str(note.uuid) in mail.key} == {leader.email}


def test_word_of_a_new_version_reaches_who_has_it(idea, mona, outbox):
    request_changes(idea=idea, by=mona, seen_revision=idea.revision, reason="For whom?")
    assert not outbox("case-sent-in-again")
    submit_idea(idea=idea, by=idea.author, may_publish=False)
    assert told(outbox, "case-sent-in-again") == {mona.email}


def act(kind: str, idea, mona, kari) -> None:
    if kind == "case-asked-along":
        ask(idea, mona, kari)
        return
    idea.give_to(kari)
    idea.save()
    if kind == "case-author-wrote":
        write_to_incubator(idea=idea, by=idea.author, body=WORD)
        return
    request_changes(idea=idea, by=kari, seen_revision=idea.revision, reason="For whom?")
    submit_idea(idea=idea, by=idea.author, may_publish=False)


MAILS = ["case-asked-along", "case-author-wrote", "case-sent-in-again"]


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("en", "/en")])
@pytest.mark.parametrize("kind", MAILS)
def test_mail_leads_to_the_case_and_tells_no_story(idea, mona, kari, outbox, settings, kind, language, prefix):
    kari.language = language
    kari.save()
    act(kind, idea, mona, kari)
    (mail,) = outbox(kind)
    with translation.override(language):
        words = say(mail)
    assert (mail.recipient, mail.language) == (kari.email, language)
    assert "Verksted" in words.subject
    assert words.url == f"{settings.SITE_URL}{prefix}/arbeidsflate/ideer/{idea.uuid}/"
    for secret in ("zebrafink", idea.author.email, idea.need):
        assert secret not in words.text + str(mail.snapshot)


@pytest.mark.parametrize("kind", MAILS)
def test_nothing_is_sent_when_it_is_rolled_back(idea, mona, kari, outbox, kind):
    with transaction.atomic():
        act(kind, idea, mona, kari)
        transaction.set_rollback(True)
    assert not outbox()


# --- Two at once, and what stays --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["ask", "leave", "pass on"])
def test_two_change_the_team_at_once_and_one_is_told(idea, mona, kari, incubator, other):
    ola = MembershipFactory(incubator=incubator).user
    TeamMember.objects.create(idea=idea, user=ola)
    seen = {"idea": idea, "seen_revision": idea.revision}
    acts = {
        "ask": lambda: ask_along(by=kari, colleague=kari, **seen),
        "leave": lambda: leave_team(by=ola, **seen),
        "pass on": lambda: pass_on_idea(by=mona, colleague=kari, internal_note=WORD, **seen),
    }
    answers = at_once(lambda: ask_along(by=mona, colleague=kari, **seen), acts[other], refused=IdeaError)
    assert sum(isinstance(answer, IdeaError) for answer in answers) == 1
    assert idea.transitions.count() == 1


def test_erased_colleague_leaves_the_team_and_changes_no_log(idea, mona, kari):
    ask(idea, mona, kari)
    erase_person(by=kari)
    assert not TeamMember.objects.exists()
    log = idea.transitions.get()
    assert (log.kind, log.passed_to, log.by) == ("asked_along", None, mona)


def test_own_export_says_where_one_works_along(idea, mona, kari):
    ask(idea, mona, kari)
    assert [row["idea__incubator__name"] for row in export_person(by=kari)["teams"]] == ["Tøyen Unlimited"]


def test_who_asked_is_forgotten_and_the_team_stays(idea, mona, kari):
    ask(idea, mona, kari)
    erase_person(by=mona)
    assert TeamMember.objects.get().added_by is None


def test_database_refuses_the_same_person_twice(idea, kari):
    TeamMember.objects.create(idea=idea, user=kari)
    with pytest.raises(IntegrityError, match="team_member_once_per_idea"), transaction.atomic():
        TeamMember.objects.create(idea=idea, user=kari)
