"""The author is asked for a number at the right time, once, by a mail with a link and no story."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from ideas.actions import effect
from ideas.actions.effect import ask_for_measurements
from ideas.models import CoAuthor, Idea, Indicator, MeasurementRequest, Side, Transition
from ideas.tasks import ask_for_measurements as task
from ideas.waiting import waits_on
from tests.factories import IdeaFactory, IncubatorFactory, IndicatorFactory, UserFactory
from unlimited.mail.rendering import say

pytestmark = pytest.mark.django_db
START = dt.datetime(2025, 8, 31, 12, tzinfo=dt.UTC)


@pytest.fixture
def idea():
    return IdeaFactory(accepted=True, incubator=IncubatorFactory(name="Tøyen Unlimited"), title="Verksted")


def took_step(idea, at=START, kind="accepted") -> Transition:
    """Write into the log that the idea took a step."""
    idea.revision += 1
    Idea.objects.filter(pk=idea.pk).update(revision=idea.revision)
    facts = {"from_status": "accepted", "to_status": "accepted", "step": "try", "revision": idea.revision}
    return idea.transitions.create(kind=kind, at=at, **facts)


def counted(idea, before=START, **facts) -> Indicator:
    return IndicatorFactory(idea=idea, created_at=before - dt.timedelta(days=1), **facts)


def months_asked(idea) -> list[int]:
    return list(idea.measurement_requests.order_by("asked_at").values_list("months", flat=True))


def days_after(days: int) -> dt.datetime:
    return START + dt.timedelta(days=days)


# --- When it is asked -------------------------------------------------------------------------------------------------


def test_each_occasion_is_asked_once_however_often_it_runs(idea, outbox):
    took_step(idea)
    counted(idea)
    for days, months in ((0, 0), (200, 6), (370, 12), (740, 24), (2000, 24)):
        for _run in range(2):
            ask_for_measurements(now=days_after(days))
        assert months_asked(idea)[-1] == months
    assert months_asked(idea) == [0, 6, 12, 24]
    assert [mail.recipient for mail in outbox("effect-asked")] == [idea.author.email] * 4


@pytest.mark.parametrize(
    ("after", "months"),
    [
        (dt.datetime(2026, 2, 28, 11, 59, tzinfo=dt.UTC), 0),
        # Six months after the last of August is the last of February.
        (dt.datetime(2026, 2, 28, 12, tzinfo=dt.UTC), 6),
        (dt.datetime(2026, 8, 31, 11, 59, tzinfo=dt.UTC), 6),
        (dt.datetime(2026, 8, 31, 12, tzinfo=dt.UTC), 12),
        (dt.datetime(2027, 8, 31, 12, tzinfo=dt.UTC), 24),
    ],
)
def test_only_the_newest_of_several_that_were_missed_is_asked(idea, after, months):
    took_step(idea)
    counted(idea)
    assert ask_for_measurements(now=after) == 1
    assert months_asked(idea) == [months]


def test_clock_that_jumps_back_makes_no_double(idea):
    took_step(idea)
    counted(idea)
    for days in (200, 190, 10, -1, 201):
        ask_for_measurements(now=days_after(days))
    assert sorted(months_asked(idea)) == [0, 6]
    assert ask_for_measurements(now=days_after(202)) == 0


def test_what_was_written_after_the_moment_is_not_asked(idea):
    took_step(idea)
    row = counted(idea, before=days_after(10))
    assert ask_for_measurements(now=days_after(100)) == 0
    assert ask_for_measurements(now=days_after(190)) == 1
    asked = idea.measurement_requests.get()
    later = counted(idea, before=days_after(189))
    assert list(Indicator.objects.asked_by(asked)) == [row]
    retired = counted(idea, retired=True, place=3)
    assert not {later, retired} & set(Indicator.objects.asked_by(asked))


def test_next_step_begins_to_count_anew(idea):
    took_step(idea)
    counted(idea)
    ask_for_measurements(now=days_after(1))
    took_step(idea, at=days_after(100), kind="step_changed")
    took_step(idea, at=days_after(150), kind="resumed")
    ask_for_measurements(now=days_after(200))
    assert list(idea.measurement_requests.order_by("since").values_list("since", "months")) == [
        (START, 0),
        (days_after(100), 0),
    ]
    took_step(idea, at=days_after(300), kind="established")
    Idea.objects.update(status="ended")
    ask_for_measurements(now=days_after(300))
    ask_for_measurements(now=days_after(500))
    assert months_asked(idea) == [0, 0, 0, 6]


@pytest.mark.parametrize("why", ["withdrawn", "author left", "author closed", "nothing counted", "all retired"])
def test_nobody_is_asked_where_there_is_nobody_or_nothing_to_ask(idea, why, outbox):
    took_step(idea)
    if why != "nothing counted":
        counted(idea, retired=why == "all retired")
    if why == "withdrawn":
        Idea.objects.update(status="withdrawn", step="")
    if why == "author left":
        Idea.objects.update(author=None)
    if why == "author closed":
        type(idea.author).objects.filter(pk=idea.author_id).update(is_active=False)
    assert ask_for_measurements(now=days_after(1)) == 0
    assert not outbox()


def test_many_are_asked_in_few_questions(monkeypatch, django_assert_max_num_queries, outbox):
    incubator = IncubatorFactory()
    ideas = [IdeaFactory(accepted=True, incubator=incubator) for _each in range(7)]
    for idea in ideas:
        took_step(idea)
        counted(idea)
    monkeypatch.setattr(effect, "BATCH", 3)
    # A batch reads its rows with their locks, and works; only the halves of one that fails are read by their ids.
    with django_assert_max_num_queries(3 * 9):
        assert ask_for_measurements(now=days_after(1)) == 7
    assert len(outbox("effect-asked")) == 7
    monkeypatch.setattr(effect, "BATCH", 500)
    for idea in ideas:
        took_step(idea, at=days_after(2))
    with django_assert_max_num_queries(9):
        assert ask_for_measurements(now=days_after(3)) == 7


def test_task_asks_by_the_rows(idea):
    took_step(idea, at=timezone.now() - dt.timedelta(hours=1))
    counted(idea, before=timezone.now() - dt.timedelta(days=2))
    for _beat in range(2):
        task()
    assert months_asked(idea) == [0]


# --- The mail ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("days", [1, 190])
def test_mail_carries_a_link_and_no_story(idea, outbox, language, days):
    type(idea.author).objects.filter(pk=idea.author_id).update(language=language)
    took_step(idea)
    counted(idea, question="How many zebrafinks?", target_group="wrens")
    ask_for_measurements(now=days_after(days))
    [mail] = outbox("effect-asked")
    assert mail.language == language
    assert mail.expires_at == idea.measurement_requests.get().expires_at
    told = say(mail)
    assert "Verksted" in told.subject
    assert mail.snapshot["url"] in told.text
    assert "/maling/" in mail.snapshot["url"]
    for words in ("zebrafinks", "wrens", idea.need):
        assert words not in told.text + str(mail.snapshot)


def test_mail_is_taken_back_with_the_question(idea, outbox):
    took_step(idea)
    counted(idea)
    with transaction.atomic():
        ask_for_measurements(now=days_after(1))
        assert outbox("effect-asked")
        transaction.set_rollback(True)
    assert not outbox()
    assert not MeasurementRequest.objects.exists()


def test_who_writes_along_hears_of_it_and_answers_by_their_own_page(idea, outbox, client_for):
    row = CoAuthor.objects.create(idea=idea, email="x@example.no", user=UserFactory(), status="joined",
                                  joined_at=timezone.now(), expires_at=timezone.now())  # fmt: skip
    took_step(idea, at=timezone.now() - dt.timedelta(hours=1))
    counted(idea, before=timezone.now() - dt.timedelta(days=2))
    ask_for_measurements()
    assert [mail.recipient for mail in outbox()] == [idea.author.email, row.user.email]
    [(waiting, token)] = waits_on(row.user, Side.AUTHOR)["measurements"]
    assert waiting == idea
    assert client_for(None).get(f"/en/maling/{token}/").status_code == 200
    row.status, row.ended_at = "removed", timezone.now()
    row.save()
    assert client_for(None).get(f"/en/maling/{token}/").status_code == 410
