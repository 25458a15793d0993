"""What is agreed on at each step, the money it holds, and where the talk that ends it leads."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from ideas.actions.agreements import (
    AgreementChangedError,
    NoFormError,
    NoSupporterError,
    NotTheAuthorsError,
    OpenAlreadyError,
    OverdrawnError,
    agree,
    decline_agreement,
    end_agreement,
    propose_agreement,
    remind_of_talks,
    set_budget,
)
from ideas.actions.moderation import change_step, end_idea
from ideas.actions.moving import move_idea
from ideas.actions.submission import withdraw_idea
from ideas.actions.transitions import EditedElsewhereError, TransitionNotAllowedError
from ideas.models import Agreement, Budget, Idea, Side, Transition
from ideas.templatetags.idea_way import way_words
from ideas.waiting import waits_on
from tests.factories import (
    AgreementFactory,
    BudgetFactory,
    DeskEntryFactory,
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    OrganisationFactory,
    SupportRelationFactory,
)
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
Status, Outcome = Agreement.Status, Agreement.Outcome
KINDS = {"agreement-proposed", "agreement-answered", "agreement-talk-overdue", "idea-stays", "idea-established"}


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def idea(incubator):
    idea = IdeaFactory(accepted=True, incubator=incubator, title="Verksted")
    SupportRelationFactory(idea=idea)
    return idea


@pytest.fixture
def ali(idea):
    return idea.support_relations.get().supporter


@pytest.fixture
def budget(incubator):
    return BudgetFactory(incubator=incubator)


def proposed(idea, by, **facts) -> Agreement:
    idea.refresh_from_db()
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + dt.timedelta(days=56), "talk_on": today + dt.timedelta(days=57)}
    return propose_agreement(
        idea=idea, by=by, seen_revision=idea.revision, find_out="Do they come back?", **(days | facts)
    )  # fmt: skip


def agreed(idea, by, **facts) -> Agreement:
    return agree(agreement=proposed(idea, by, **facts), by=idea.author)


def ended(idea, by, outcome: str, **facts) -> Agreement:
    return end_agreement(
        agreement=agreed(idea, by), by=by, outcome=outcome, learnt="Forty came.", onwards="We go on.", **facts
    )  # fmt: skip


# --- Proposed and answered --------------------------------------------------------------------------------------------


def test_supporter_proposes_and_the_author_says_yes(idea, ali, outbox):
    agreement = proposed(idea, ali, guidance="An hour a week")
    assert (agreement.step, agreement.supporter) == ("try", ali)
    assert [mail.recipient for mail in outbox("agreement-proposed")] == [idea.author.email]
    for _press in range(2):
        agreement = agree(agreement=agreement, by=idea.author)
    assert agreement.is_agreed
    assert [mail.recipient for mail in outbox("agreement-answered")] == [ali.email]
    assert [log.kind for log in idea.transitions.all()] == ["agreed"]


def test_nobody_but_the_author_says_yes(idea, ali):
    agreement = proposed(idea, ali)
    for other in (ali, MembershipFactory(incubator=idea.incubator).user):
        with pytest.raises(NotTheAuthorsError):
            agree(agreement=agreement, by=other)
        with pytest.raises(NotTheAuthorsError):
            agree(agreement=agreement, by=other, spoken_words="On Monday.")


def test_author_without_account_says_yes_aloud(ali, incubator):
    idea = DeskEntryFactory(idea__incubator=incubator).idea
    Idea.objects.filter(pk=idea.pk).update(status="accepted", step="try")
    SupportRelationFactory(idea=idea, supporter=ali)
    agreement = agree(agreement=proposed(idea, ali), by=ali, spoken_words="On Monday, at the desk.")
    assert (agreement.is_agreed, agreement.answer_words) == (True, "On Monday, at the desk.")


def test_no_frees_the_money_and_another_can_be_proposed(idea, ali, budget, outbox):
    agreement = proposed(idea, ali, kroner=4000)
    for _press in range(2):
        decline_agreement(agreement=agreement, by=idea.author, words="Not now.")
    budget.refresh_from_db()
    assert (budget.given, [mail.recipient for mail in outbox("agreement-answered")]) == (0, [ali.email])
    assert proposed(idea, ali, kroner=10_000).is_proposed


def test_what_staff_take_back_is_told_to_the_author(idea, ali, outbox):
    decline_agreement(agreement=proposed(idea, ali), by=ali)
    assert [mail.recipient for mail in outbox("agreement-answered")] == [idea.author.email]


def test_one_open_agreement_at_a_time(idea, ali):
    agreed(idea, ali)
    with pytest.raises(OpenAlreadyError):
        proposed(idea, ali)


def test_agreement_needs_a_supporter_and_an_idea_at_work_as_it_was_read(idea, ali):
    with pytest.raises(EditedElsewhereError):
        propose_agreement(idea=idea, by=ali, seen_revision=99, find_out="x", starts_on=timezone.localdate())
    Idea.objects.update(status="paused")
    with pytest.raises(TransitionNotAllowedError):
        proposed(idea, ali)
    Idea.objects.update(status="accepted")
    idea.support_relations.all().delete()
    with pytest.raises(NoSupporterError):
        proposed(idea, ali)


# --- Money ------------------------------------------------------------------------------------------------------------


def test_money_is_held_from_the_day_it_is_proposed_and_cannot_be_overdrawn(idea, ali, budget, incubator):
    proposed(idea, ali, kroner=6000)
    other = IdeaFactory(accepted=True, incubator=incubator)
    SupportRelationFactory(idea=other)
    with pytest.raises(OverdrawnError) as told:
        proposed(other, ali, kroner=4001)
    assert told.value.left == 4000
    assert proposed(other, ali, kroner=4000).budget == budget
    assert not Budget.objects.get().left


def test_year_without_budget_gives_no_money_but_all_else(idea, ali):
    with pytest.raises(OverdrawnError) as told:
        proposed(idea, ali, kroner=1)
    assert told.value.left is None
    assert proposed(idea, ali, room="The cellar").kroner == 0


def test_what_was_not_spent_is_free_again(idea, ali, budget):
    agreement = agreed(idea, ali, kroner=4000)
    end_agreement(agreement=agreement, by=ali, outcome="stay", learnt="x", onwards="x", spent=1500)
    budget.refresh_from_db()
    assert budget.given == 1500


def test_budget_is_set_raised_and_not_lowered_below_what_is_given(idea, ali, incubator):
    leader = MembershipFactory(incubator=incubator, leader=True).user
    year = timezone.localdate().year
    set_budget(incubator=incubator, by=leader, year=year, kroner=5000)
    proposed(idea, ali, kroner=5000)
    assert set_budget(incubator=incubator, by=leader, year=year, kroner=9000).left == 4000
    with pytest.raises(OverdrawnError) as told:
        set_budget(incubator=incubator, by=leader, year=year, kroner=4999)
    assert (told.value.left, Budget.objects.get().kroner) == (5000, 9000)


@pytest.mark.parametrize("how", ["withdrawn", "ended", "moved", "erased"])
def test_idea_that_goes_frees_what_was_only_proposed_and_keeps_what_was_given(idea, ali, budget, how, incubator):
    given, staff = agreed(idea, ali, kroner=3000), MembershipFactory(incubator=incubator).user
    other = IdeaFactory(accepted=True, incubator=incubator, author=idea.author)
    SupportRelationFactory(idea=other)
    held = proposed(other, ali, kroner=2000)
    for one in (idea, other):
        one.refresh_from_db()
        seen = {"idea": one, "by": staff, "seen_revision": one.revision}
        if how == "withdrawn":
            withdraw_idea(idea=one, by=one.author)
        if how == "ended":
            end_idea(**seen, went_well="Forty came.", reason="It lives on.")
        if how == "moved":
            move_idea(**seen, to=IncubatorFactory(), reason="You live there.")
    if how == "erased":
        erase_person(by=idea.author)
    else:
        given.refresh_from_db()
        held.refresh_from_db()
        assert (given.status, given.outcome, given.spent, held.status) == ("ended", "overtaken", None, "declined")
    budget.refresh_from_db()
    assert budget.given == 3000


# --- Where the talk leads ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "step", "status", "kind", "mail"),
    [
        ("up", "build", "accepted", "step_changed", "idea-step-changed"),
        ("back", "try", "accepted", "step_changed", "idea-step-changed"),
        ("stay", "do", "accepted", "stays", "idea-stays"),
        ("pause", "do", "paused", "paused", "idea-paused"),
        ("learnt", "do", "ended", "ended", "idea-ended"),
        ("established", "do", "ended", "established", "idea-established"),
    ],
)
def test_talk_leads_the_idea_there_with_its_words(idea, ali, outbox, outcome, step, status, kind, mail):
    Idea.objects.update(step="do")
    OrganisationFactory(idea=idea)
    agreement = ended(idea, ali, outcome)
    idea.refresh_from_db()
    assert (idea.step, idea.status, bool(idea.established_at)) == (step, status, outcome == "established")
    log = Transition.objects.filter(kind=kind).get()
    assert (log.went_well, log.reason) == ("Forty came.", "We go on.")
    assert [letter.recipient for letter in outbox(mail)] == [idea.author.email]
    with pytest.raises(AgreementChangedError):
        end_agreement(agreement=agreement, by=ali, outcome=outcome, learnt="x", onwards="x")


@pytest.mark.parametrize(("step", "outcome"), [("try", "back"), ("try", "established"), ("build", "up")])
def test_talk_leads_nowhere_that_is_not(idea, ali, step, outcome):
    Idea.objects.update(step=step)
    with pytest.raises(TransitionNotAllowedError):
        ended(idea, ali, outcome)
    with pytest.raises(TransitionNotAllowedError):
        end_agreement(agreement=Agreement.objects.get(), by=ali, outcome="overtaken", learnt="x", onwards="x")


def test_talk_leads_from_where_the_idea_is_by_then(idea, ali):
    agreement = agreed(idea, ali)
    idea.refresh_from_db()
    staff = MembershipFactory(incubator=idea.incubator).user
    change_step(idea=idea, by=staff, seen_revision=idea.revision, step="do")
    OrganisationFactory(idea=idea)
    end_agreement(agreement=agreement, by=ali, outcome="up", learnt="x", onwards="x")
    idea.refresh_from_db()
    assert idea.step == "build"


def test_idea_is_not_built_before_somebody_has_thought_of_its_form(idea, ali):
    Idea.objects.update(step="do")
    with pytest.raises(NoFormError):
        ended(idea, ali, "up")
    assert Agreement.objects.get().is_agreed


def test_established_idea_says_so_and_one_that_is_opened_again_does_not(idea, ali):
    Idea.objects.update(step="build")
    ended(idea, ali, "established")
    idea.refresh_from_db()
    with translation.override("en"):
        assert way_words(idea) == "The idea stands on its own feet now."
    with pytest.raises(IntegrityError, match="idea_established_is_over"), transaction.atomic():
        Idea.objects.update(status="accepted")


# --- Reminders and mails ----------------------------------------------------------------------------------------------


def test_supporter_is_asked_once_how_a_talk_went(idea, ali, outbox):
    agreement = agreed(idea, ali)
    day = timezone.now() + dt.timedelta(days=58)
    assert remind_of_talks(now=day - dt.timedelta(days=1)) == 0
    assert (remind_of_talks(now=day), remind_of_talks(now=day)) == (1, 0)
    assert [mail.recipient for mail in outbox("agreement-talk-overdue")] == [ali.email]
    agreement.refresh_from_db()
    assert agreement.reminded_at == day


def test_what_is_to_be_answered_or_ended_waits_on_the_right_desk(idea, ali):
    agreement = proposed(idea, ali)
    assert list(waits_on(idea.author, Side.AUTHOR)["agreements"]) == [agreement]
    agree(agreement=agreement, by=idea.author)
    assert not waits_on(ali, Side.SUPPORTER)["agreements"]
    Agreement.objects.update(talk_on=timezone.localdate())
    assert list(waits_on(ali, Side.SUPPORTER)["agreements"]) == [agreement]
    assert not waits_on(idea.author, Side.AUTHOR)["agreements"]


def all_mails(idea, ali) -> None:
    agreement = agreed(idea, ali)
    remind_of_talks(now=timezone.now() + dt.timedelta(days=58))
    end_agreement(agreement=agreement, by=ali, outcome="stay", learnt="zebrafink", onwards="zebrafink")
    decline_agreement(agreement=proposed(idea, ali), by=ali, words="zebrafink")
    Idea.objects.update(step="build")
    ended(idea, ali, "established")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mails_are_in_the_readers_language_and_tell_no_story(idea, ali, outbox, language):
    for person in (idea.author, ali):
        person.language = language
        person.save()
    all_mails(idea, ali)
    mails = [mail for mail in outbox() if mail.kind in KINDS]
    assert {mail.kind for mail in mails} == KINDS
    for mail in mails:
        letter = say(mail)
        assert (mail.language, "Verksted" in letter.subject) == (language, True)
        assert "zebrafink" not in letter.text + str(mail.snapshot)


def test_mails_are_taken_back_with_what_they_tell_of(idea, ali, outbox):
    with transaction.atomic():
        all_mails(idea, ali)
        assert {mail.kind for mail in outbox()} >= KINDS
        transaction.set_rollback(True)
    assert not outbox()


# --- The database -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("agreement_days_in_order", {"ends_on": dt.date(2020, 1, 1)}),
        ("agreement_says_what_to_find_out", {"find_out": ""}),
        ("agreement_money_has_budget", {"kroner": 1}),
        ("agreement_ended_with_outcome", {"outcome": "up"}),
        ("agreement_ended_with_outcome", {"ended": True, "outcome": ""}),
        ("agreement_answered_at_with_status", {"agreed": True, "answered_at": None}),
        ("agreement_spent_is_held", {"ended": True, "spent": 1}),
    ],
)
def test_database_refuses_an_agreement_that_cannot_be(idea, constraint, facts):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AgreementFactory(idea=idea, **facts)


def test_database_keeps_one_open_agreement_and_one_budget_a_year(idea, budget):
    AgreementFactory(idea=idea)
    with pytest.raises(IntegrityError, match="agreement_one_open_per_idea"), transaction.atomic():
        AgreementFactory(idea=idea, agreed=True)
    with pytest.raises(IntegrityError, match="budget_one_per_year"), transaction.atomic():
        BudgetFactory(incubator=budget.incubator)


@pytest.mark.parametrize(
    ("constraint", "facts"), [("budget_not_overdrawn", {"given": 10_001}), ("budget_year", {"year": 1})]
)
def test_database_refuses_a_budget_that_cannot_be(constraint, facts):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BudgetFactory(**facts)
