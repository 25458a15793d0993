"""Colleagues share the work: a case goes to another with a word on where it stands, and nobody else is told."""

import pytest
from django.db import transaction
from django.utils import translation

from ideas.actions.moderation import take_idea
from ideas.actions.sharing import NotAColleagueError, pass_on_idea
from ideas.actions.transitions import EditedElsewhereError, IdeaError, TransitionNotAllowedError
from ideas.models import Idea
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from tests.races import at_once
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
NOTE = "zebrafink: she waits for the caretaker"


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def idea(incubator):
    return IdeaFactory(submitted=True, incubator=incubator, title="Verksted")


@pytest.fixture
def mona(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona").user


@pytest.fixture
def kari(incubator):
    return MembershipFactory(incubator=incubator, user__name="Kari", user__language="en").user


def pass_on(idea, by, to) -> Idea:
    return pass_on_idea(idea=idea, by=by, seen_revision=idea.revision, colleague=to, internal_note=NOTE)


def test_colleague_has_it_from_then_on_with_the_word_in_the_history(client_for, idea, mona, kari):
    pass_on(idea, mona, kari)
    idea.refresh_from_db()
    log = idea.transitions.get()
    assert (idea.taken_by, log.kind, log.by, log.passed_to, log.internal_note) == (
        kari,
        "passed_on",
        mona,
        kari,
        NOTE,
    )
    page = client_for(kari).get(f"/en/arbeidsflate/ideer/{idea.uuid}/").content.decode()
    assert "Passed the case on</strong> → Kari · Mona" in page
    assert NOTE in page


def test_author_is_told_nothing_of_it(client_for, idea, mona, kari, outbox):
    pass_on(idea, mona, kari)
    assert {mail.recipient for mail in outbox()} == {kari.email}
    page = client_for(idea.author).get(f"/en/min-side/ideer/{idea.uuid}/").content.decode()
    assert NOTE not in page
    assert "Passed the case" not in page


@pytest.mark.parametrize(("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("en", "/en")])
def test_mail_leads_to_the_case_and_tells_no_story(idea, mona, kari, outbox, settings, language, prefix):
    kari.language = language
    kari.save()
    pass_on(idea, mona, kari)
    (mail,) = outbox("case-passed-on")
    with translation.override(language):
        words = say(mail)
    assert "Verksted" in words.subject
    assert words.url == f"{settings.SITE_URL}{prefix}/arbeidsflate/ideer/{idea.uuid}/"
    assert "zebrafink" not in words.text + str(mail.snapshot)


def test_nothing_is_sent_when_it_is_rolled_back(idea, mona, kari, outbox):
    with transaction.atomic():
        pass_on(idea, mona, kari)
        transaction.set_rollback(True)
    assert not outbox()


def test_it_is_not_passed_to_whom_it_would_be_closed_for(idea, incubator, mona):
    others = [
        UserFactory(),
        MembershipFactory(incubator=incubator, supporter=True).user,
        MembershipFactory(leader=True).user,
        MembershipFactory(incubator=incubator, former=True).user,
        MembershipFactory(incubator=incubator, user__is_active=False).user,
    ]
    for other in others:
        with pytest.raises(NotAColleagueError):
            pass_on(idea, mona, other)
    idea.refresh_from_db()
    assert idea.taken_by is None


def test_closed_case_and_one_they_have_already_stay_where_they_are(incubator, mona, kari):
    for idea in (IdeaFactory(declined=True, incubator=incubator), IdeaFactory(submitted=True, taken_by=kari)):
        with pytest.raises(TransitionNotAllowedError):
            pass_on(idea, mona, kari)


def test_case_that_changed_meanwhile_is_not_handed_over(idea, mona, kari):
    take_idea(idea=idea, by=kari, seen_revision=idea.revision)
    with pytest.raises(EditedElsewhereError):
        pass_on(idea, mona, kari)


@pytest.mark.django_db(transaction=True)
def test_two_hand_it_over_at_once_and_one_is_told(idea, mona, kari, incubator):
    ola = MembershipFactory(incubator=incubator, user__name="Ola").user
    answers = at_once(lambda: pass_on(idea, mona, kari), lambda: pass_on(idea, kari, ola), refused=IdeaError)
    assert sum(isinstance(answer, IdeaError) for answer in answers) == 1
    idea.refresh_from_db()
    assert idea.taken_by == idea.transitions.get().passed_to


def test_form_names_colleagues_but_for_who_has_it_and_keeps_what_was_typed(client_for, incubator, mona, kari):
    idea = IdeaFactory(submitted=True, incubator=incubator, taken_by=mona)
    MembershipFactory(incubator=incubator, user=kari, leader=True)
    MembershipFactory(incubator=incubator, supporter=True, user__name="Ali")
    desk, url = client_for(mona), f"/en/arbeidsflate/ideer/{idea.uuid}/"
    form = desk.get(url).content.decode().split('id="gi-videre"')[1].split("</form>")[0]
    assert form.count(">Kari</option>") == 1
    assert ">Mona<" not in form
    assert ">Ali<" not in form
    answer = desk.post(f"{url}gi-videre/", {"revision": idea.revision, "colleague": "", "internal_note": NOTE})
    assert answer.status_code == 422
    assert "Choose a colleague." in answer.content.decode()
    assert NOTE in answer.content.decode()


def test_colleague_who_leaves_changes_no_log(idea, mona, kari):
    pass_on(idea, mona, kari)
    erase_person(by=kari)
    log = idea.transitions.get()
    assert (log.passed_to, log.by, log.internal_note) == (None, mona, NOTE)
