"""Staff make a second case of one whose text holds two ideas: the author says what becomes of its publishing."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from ideas.actions.closing import close_incubator
from ideas.actions.splitting import split_idea
from ideas.actions.transitions import EditedElsewhereError, IdeaError, TransitionNotAllowedError
from ideas.case_file import case_file
from ideas.models import CoAuthor, Idea
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, RedactionFactory, UserFactory
from tests.races import at_once
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person
from unlimited.users.models import Consent

pytestmark = pytest.mark.django_db
TEXTS = {"title": "Kor", "need": "Nobody sings.", "proposal": "Ola Nilsen sings.", "reason": "zebrafink: two ideas"}


@pytest.fixture
def mona():
    return MembershipFactory(user__name="Mona").user


@pytest.fixture
def idea(mona):
    return IdeaFactory(submitted=True, consenting=True, incubator=mona.memberships.get().incubator, title="Verksted")


def split(idea, by) -> Idea:
    return split_idea(idea=idea, by=by, seen_revision=idea.revision, **TEXTS)


def test_second_case_has_the_same_people_and_date_and_is_not_published(client_for, idea, mona, outbox):
    along, now = UserFactory(), timezone.now()
    facts = {"user": along, "status": "joined", "joined_at": now, "expires_at": now}
    CoAuthor.objects.create(idea=idea, email=along.email, **facts)
    before = Idea.objects.values("title", "need", "proposal", "status", "answer_due_on", "may_publish").get()
    new = split(idea, mona)
    idea.refresh_from_db()
    assert Idea.objects.filter(pk=idea.pk).values(*before).get() == before
    assert (new.author, new.incubator, new.split_from, new.status) == (idea.author, idea.incubator, idea, "submitted")
    assert (new.submitted_at, new.answer_due_on) == (idea.submitted_at, idea.answer_due_on)
    assert (new.may_publish, new.age_band, new.taken_by) == (False, "", None)
    assert not Consent.objects.filter(subject=new.consent_subject).exists()
    assert [row.user for row in new.coauthors.joined()] == [along]
    assert new.versions.get().texts["title"] == "Kor"
    logs = idea.transitions.get(), new.transitions.get()
    assert [(log.kind, log.other_idea, log.reason) for log in logs] == [
        ("split", new, TEXTS["reason"]),
        ("split_off", idea, TEXTS["reason"]),
    ]
    assert {mail.recipient for mail in outbox("idea-split")} == {idea.author.email}
    for one, other in ((idea, new), (new, idea)):
        assert str(other.uuid) in client_for(mona).get(f"/en/arbeidsflate/ideer/{one.uuid}/").content.decode()
        page = client_for(idea.author).get(f"/en/min-side/ideer/{one.uuid}/").content.decode()
        assert f"/min-side/ideer/{other.uuid}/" in page
        assert TEXTS["reason"] in page
        assert case_file(one, with_author=False)["decisions"][0]["other_case"] == str(other.uuid)


def test_words_taken_out_of_the_first_are_taken_out_of_the_second(idea, mona):
    RedactionFactory(idea=idea, passage="Ola Nilsen")
    new = split(idea, mona)
    assert (new.proposal, [one.passage for one in new.active_redactions]) == ("[…] sings.", ["Ola Nilsen"])
    assert new.versions.get().texts["proposal"] == "Ola Nilsen sings."


def test_what_is_split_off_an_answered_idea_is_promised_an_answer_of_its_own(mona):
    idea = IdeaFactory(accepted=True, incubator=mona.memberships.get().incubator)
    new = split(idea, mona)
    assert (new.is_waiting_for_answer, new.answer_due_on) == (True, idea.incubator.answer_due_on(timezone.now()))
    assert new.submitted_at == idea.submitted_at


@pytest.mark.parametrize("status", ["changes_requested", "declined", "ended", "withdrawn", "merged"])
def test_only_what_staff_have_is_split(mona, status):
    with pytest.raises(TransitionNotAllowedError):
        split(IdeaFactory(**{status: True}, incubator=mona.memberships.get().incubator), mona)


def test_form_begins_with_the_words_keeps_what_was_typed_and_pressed_twice_makes_one(client_for, idea, mona):
    desk, url = client_for(mona), f"/en/arbeidsflate/ideer/{idea.uuid}/"
    form = desk.get(url).content.decode().split('id="del"')[1].split("</form>")[0]
    assert idea.need in form
    sent = {"revision": idea.revision, **TEXTS}
    answer = desk.post(f"{url}del/", sent | {"title": ""})
    assert answer.status_code == 422
    assert "Give it a name." in answer.content.decode()
    assert "zebrafink" in answer.content.decode()
    assert [desk.post(f"{url}del/", sent).status_code for _ in range(2)] == [302, 302]
    assert idea.split_off.count() == 1


def test_case_that_changed_meanwhile_is_not_split(idea, mona):
    Idea.objects.filter(pk=idea.pk).update(revision=9)
    with pytest.raises(EditedElsewhereError):
        split(idea, mona)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mail_leads_to_both_and_tells_no_story(idea, mona, outbox, language):
    idea.author.language = language
    idea.author.save()
    with transaction.atomic():
        split(idea, mona)
        transaction.set_rollback(True)
    assert not outbox()
    new = split(Idea.objects.get(pk=idea.pk), mona)
    (mail,) = outbox("idea-split")
    with translation.override(language):
        words = say(mail)
    assert "Verksted" in words.subject
    assert words.url.endswith(f"/min-side/ideer/{new.uuid}/")
    assert f"/min-side/ideer/{idea.uuid}/" in words.text
    assert "zebrafink" not in words.text + str(mail.snapshot)


@pytest.mark.django_db(transaction=True)
def test_second_case_of_what_closes_is_with_somebody_who_is_there():
    for _ in range(5):
        place, to = IncubatorFactory(), IncubatorFactory()
        leader = MembershipFactory(incubator=place, leader=True).user
        idea = IdeaFactory(submitted=True, incubator=place)
        at_once(
            lambda place=place, to=to, by=leader: close_incubator(incubator=place, to=to, words="x", by=by),
            lambda pk=idea.pk, by=leader: split(Idea.objects.get(pk=pk), by),
            refused=IdeaError,
        )
        assert set(
            Idea.objects.filter(title__in=["Kor", idea.title]).values_list("incubator__is_active", flat=True)
        ) == {True}


def test_staff_who_leave_change_nothing(idea, mona):
    new = split(idea, mona)
    erase_person(by=mona)
    assert (new.transitions.get().by, new.transitions.get().other_idea) == (None, idea)


def test_database_refuses_a_split_off_itself_and_one_without_a_reason(idea):
    with pytest.raises(IntegrityError, match="idea_is_split_from_another"), transaction.atomic():
        Idea.objects.filter(pk=idea.pk).update(split_from=idea)
    with pytest.raises(IntegrityError, match="transition_split_has_reason"), transaction.atomic():
        idea.transitions.create(kind="split", revision=9, from_status="submitted", to_status="submitted")
