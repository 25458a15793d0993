"""Everyone who waits for an answer: each kind is found by the nightly run when it is late, told once, and on a list."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from ideas.actions.appeal import answer_appeal
from ideas.actions.desk_entry import claim_case
from ideas.actions.moderation import hide_idea, show_idea
from ideas.models import Appeal, Delay, DeskEntry, Idea
from incubators.actions import promises as module
from incubators.actions.founding import follow_initiative
from incubators.actions.promises import promises, tell_of_delays
from incubators.models import Initiative
from tests.factories import (
    DeskEntryFactory,
    IdeaFactory,
    InitiativeFactory,
    MembershipFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.test_models import OURS
from unlimited.content.templatetags.site_text import day
from unlimited.mail.models import OutgoingMail
from unlimited.mail.rendering import say
from unlimited.runs.parts import PartsFailedError
from unlimited.site.actions import handle_feedback
from unlimited.site.models import AccessibilityFeedback
from unlimited.users.models import User

pytestmark = pytest.mark.django_db
WHO = "waits@example.no"


def past(days: int = 3) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def late_answer(email: str = WHO) -> Idea:
    return IdeaFactory(overdue=True, author__email=email)


def quiet_idea(email: str = WHO) -> Idea:
    return IdeaFactory(quiet=True, author__email=email)


def silent_supporter(email: str = WHO) -> Idea:
    idea = quiet_idea(email)
    SupportRelationFactory(idea=idea, contact_at=idea.staff_acted_at)
    return idea


def late_appeal(email: str = WHO) -> Appeal:
    idea = IdeaFactory(declined=True, author__email=email, revision=2)
    words = {"went_well": "Good.", "reason": "No room.", "way_on": "The library.", "way_on_kind": "other"}
    facts = {"from_status": "submitted", "to_status": "declined", "revision": 2, **words}
    decision = idea.transitions.create(kind="declined", by=UserFactory(), **facts)
    MembershipFactory(incubator=idea.incubator, leader=True)
    return Appeal.objects.create(decision=decision, author=idea.author, reason="Why?", due_on=past(20))


def late_start(email: str = WHO) -> Initiative:
    return InitiativeFactory(overdue=True, email=email)


def late_feedback(email: str = WHO) -> AccessibilityFeedback:
    return AccessibilityFeedback.objects.create(text="Too small", email=email, answer_due_on=past())


# Each kind of promise, and somebody who waits longer than it said.
LATE = {
    "idea contact": silent_supporter,
    "idea answer": late_answer,
    "idea silence": quiet_idea,
    "appeal": late_appeal,
    "initiative": late_start,
    "accessibility feedback": late_feedback,
}
KINDS = pytest.mark.parametrize("name", LATE)
# Days of models that are nobody's wait for an answer, and why.
NO_PROMISE = {
    "Transition": "the log of what was promised",
    "Delay": "the log of what was told",
    "NextStep": "what author and supporter set for themselves",
}
# Each mail that names a day by which its reader hears from us, and the promise that looks after the day.
PROMISED_BY = {
    "appeal-answered": "idea answer",
    "appeal-late": "appeal",
    "appeal-received": "appeal",
    "appeal-waits": "appeal",
    "feedback-late": "accessibility feedback",
    "feedback-received": "accessibility feedback",
    "idea-answer-late": "idea answer",
    "idea-changes-requested": "idea answer",
    "idea-message": "idea answer",
    "idea-moved": "idea answer",
    "idea-quiet": "idea silence",
    "idea-received": "idea answer",
    "idea-split": "idea answer",
    "initiative-came": "initiative",
    "initiative-late": "initiative",
    "initiative-received": "initiative",
    "later-date-asked": "idea answer",
    "support-quiet": "idea contact",
}


# --- Nobody is left out -----------------------------------------------------------------------------------------------


def test_every_kind_of_promise_is_tried_here():
    assert set(LATE) == set(promises)


def test_every_model_with_a_promised_day_has_joined():
    with_day = {
        model.__name__
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.DateField) and re.search(r"due_on$|^next_contact_on$|^promised", field.name)
    }
    assert with_day == {promise.model.__name__ for promise in promises.values()} | set(NO_PROMISE)


def test_every_mail_that_names_a_day_of_answer_is_of_a_promise():
    folder = settings.BASE_DIR / "templates" / "emails"
    names_a_day = re.compile(r"\b(\w*due_on|contact_on)\b")
    found = {path.stem for path in folder.glob("[!_]*.txt") if names_a_day.search(path.read_text())}
    assert found == set(PROMISED_BY)
    assert set(PROMISED_BY.values()) <= set(promises)


# --- Late, and told ---------------------------------------------------------------------------------------------------


@KINDS
def test_who_is_late_is_found_told_once_with_a_new_day_and_again_when_that_is_broken(name, outbox):
    row = LATE[name]()
    assert list(promises[name].broken(timezone.now())) == [row]

    assert [tell_of_delays(), tell_of_delays()] == [1, 0]

    row.refresh_from_db()
    assert row.new_due_on > timezone.localdate()
    [mail] = [mail for mail in outbox() if mail.recipient == WHO]
    assert mail.snapshot["new_due_on"] == row.new_due_on.isoformat()
    assert mail.snapshot["promised_on"] < timezone.localdate().isoformat()

    assert tell_of_delays(now=timezone.now() + dt.timedelta(days=40)) == 1
    assert len([mail for mail in outbox() if mail.recipient == WHO]) == 2


@KINDS
def test_run_asks_as_often_for_many_as_for_one(name):
    asked = []
    for count in (1, 5):
        for number in range(count):
            LATE[name](f"waits{count}-{number}@example.no")
        with CaptureQueriesContext(connection) as queries:
            assert tell_of_delays() == count
        asked.append(len(queries))
    assert asked[0] == asked[1]


@KINDS
def test_failure_of_one_kind_leaves_the_others_told(name, monkeypatch):
    for make in LATE.values():
        make(f"{make.__name__}@example.no")

    def fail(rows, now):
        raise ZeroDivisionError

    broken = module.Promise(name=name, model=promises[name].model, broken=promises[name].broken, tell=fail)
    monkeypatch.setitem(module.promises, name, broken)
    with pytest.raises(PartsFailedError):
        tell_of_delays()
    left = {one.name for one in promises.values() if one.broken(timezone.now()).exists()}
    # Where the supporter's silence cannot be told, everybody's silence is.
    assert left == ({name} - {"idea contact"})


# --- Kept -------------------------------------------------------------------------------------------------------------


def test_answer_takes_back_word_of_a_delay_that_has_not_left(outbox):
    appeal, start, feedback = late_appeal(), late_start(), late_feedback()
    national = UserFactory(staff=True)
    tell_of_delays()
    appeal = Appeal.objects.with_case().get(pk=appeal.pk)
    leader = appeal.answerers[0]

    answer_appeal(appeal=appeal, by=leader, seen_revision=appeal.idea.revision, is_granted=False, answer="It stands.")
    facts = {"status": "contacted", "owner": national, "next_contact_on": timezone.localdate()}
    follow_initiative(initiative=start, by=national, seen_revision=start.revision, **facts)
    handle_feedback(by=national, feedback=feedback)

    late = {mail.kind: mail.status for mail in outbox() if mail.kind.endswith("-late")}
    assert late == dict.fromkeys(["appeal-late", "initiative-late", "feedback-late"], OutgoingMail.Status.CANCELLED)
    start.refresh_from_db()
    assert start.new_due_on is None
    assert tell_of_delays(now=timezone.now() + dt.timedelta(days=99)) == 0


def test_decision_that_no_longer_stands_takes_back_word_of_its_late_appeal(outbox):
    idea, staff = IdeaFactory(accepted=True, author__email=WHO), UserFactory()
    hide_idea(idea=idea, by=staff, seen_revision=idea.revision, reason="It names a neighbour.")
    decision = idea.transitions.get()
    appeal = Appeal.objects.create(decision=decision, author=idea.author, reason="Why?", due_on=past())
    tell_of_delays()
    show_idea(idea=idea, by=staff, seen_revision=decision.revision)
    appeal.refresh_from_db()
    assert (appeal.status, outbox("appeal-late")[0].status) == ("lapsed", OutgoingMail.Status.CANCELLED)


@pytest.mark.parametrize(
    "make",
    [
        lambda: InitiativeFactory(days=0),
        lambda: InitiativeFactory(overdue=True, status="contacted"),
        lambda: InitiativeFactory(ended=True, answer_due_on=past()),
        lambda: AccessibilityFeedback.objects.create(text="Small", email=WHO, answer_due_on=timezone.localdate()),
        lambda: AccessibilityFeedback.objects.create(text="Small"),
        lambda: AccessibilityFeedback.objects.create(text="Small", answer_due_on=past()),
        lambda: AccessibilityFeedback.objects.create(
            text="Small", email=WHO, answer_due_on=past(), handled_at=timezone.now()
        ),
    ],
)
def test_nobody_is_told_who_waits_for_nothing_or_not_too_long(make, outbox):
    make()
    assert (tell_of_delays(), outbox()) == (0, [])


def test_next_contact_does_not_move_what_was_promised():
    start, national = InitiativeFactory(days=2), UserFactory(staff=True)
    later = timezone.localdate() + dt.timedelta(days=30)
    facts = {"status": "new", "owner": national, "next_contact_on": later}
    follow_initiative(initiative=start, by=national, seen_revision=1, **facts)
    start.refresh_from_db()
    assert start.next_contact_on == start.answer_due_on == timezone.localdate() + dt.timedelta(days=2)
    assert tell_of_delays(now=timezone.now() + dt.timedelta(days=3)) == 1


# --- The lists of those responsible, and the pages of those who wait --------------------------------------------------


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@KINDS
def test_mail_says_both_days_in_each_language(name, language, outbox):
    row = LATE[name]()
    User.objects.filter(email=WHO).update(language=language)
    if hasattr(row, "email"):
        type(row).objects.update(language=language)
    tell_of_delays()
    [mail] = [mail for mail in outbox() if mail.recipient == WHO]
    row.refresh_from_db()
    with translation.override(language):
        assert plain(day(row.new_due_on)) in plain(say(mail).text)


def test_leader_has_the_late_appeal_by_mail_and_on_the_list_with_what_was_told(client_for, outbox):
    appeal = late_appeal()
    tell_of_delays()
    appeal.refresh_from_db()
    leader = Appeal.objects.with_case().get().answerers[0]
    [mail] = outbox("appeal-waits")
    assert (mail.recipient, mail.snapshot["answer_due_on"]) == (leader.email, appeal.new_due_on.isoformat())
    for address in ("leder/", "klager/", f"klager/{appeal.uuid}/"):
        assert_told(client_for(leader).get(f"/en/arbeidsflate/{address}"), appeal.new_due_on)
    author = User.objects.get(email=WHO)
    page = client_for(author).get(f"/en/min-side/ideer/{appeal.decision.idea.uuid}/")
    assert_told(page, appeal.new_due_on)
    assert Delay.objects.get().appeal == appeal


@pytest.mark.parametrize(
    ("name", "address"), [("initiative", "nye-inkubatorer/"), ("accessibility feedback", "tilgjengelighet/")]
)
def test_national_staff_have_who_waits_by_mail_and_on_the_list(name, address, client_for, outbox):
    row, national = LATE[name](), UserFactory(staff=True)
    tell_of_delays()
    row.refresh_from_db()
    assert [mail.recipient for mail in outbox("network-notice")] == [national.email]
    page = client_for(national).get(f"/en/arbeidsflate/{address}")
    assert "late" in page.content.decode()
    if name == "initiative":
        page = client_for(national).get(f"/en/arbeidsflate/{address}{row.uuid}/")
    assert_told(page, row.new_due_on)


def plain(text: str) -> str:
    """A day has a hard space on a page, and none in a mail."""
    return text.replace("\xa0", " ")


def assert_told(response, new_due_on: dt.date) -> None:
    assert response.status_code == 200
    with translation.override("en"):
        assert plain(day(new_due_on)) in plain(response.content.decode())


# --- Without e-mail ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{"overdue": True}, {"quiet": True}])
def test_slip_case_that_is_late_is_on_the_list_of_people_to_tell_and_its_slip_is_true(facts, client, outbox):
    entry = DeskEntryFactory(idea=IdeaFactory(**facts, author=None))
    leader = MembershipFactory(incubator=entry.idea.incubator, leader=True).user

    assert [tell_of_delays(), tell_of_delays()] == [1, 0]

    assert list(DeskEntry.objects.to_tell()) == [entry]
    idea = Idea.objects.get()
    assert idea.delays.get().new_due_on == idea.new_due_on
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [("leader-notice", leader.email)]
    client.post("/en/lapp/", {"code": "ABCDEFGHJKM"})
    page = client.get("/en/lapp/sak/")
    assert_told(page, idea.new_due_on)
    assert "and answers by" not in page.content.decode()
    # Who has read it need not be told.
    assert not DeskEntry.objects.to_tell()


def test_claimed_case_that_is_quiet_waits_on(outbox):
    entry = DeskEntryFactory(idea=IdeaFactory(quiet=True, author=None))
    tell_of_delays()
    claim_case(entry=entry, by=UserFactory(email=WHO))
    idea = Idea.objects.get()
    assert idea.new_due_on is not None
    assert tell_of_delays(now=timezone.now() + dt.timedelta(days=20)) == 1
    assert outbox("idea-quiet")[0].recipient == WHO
