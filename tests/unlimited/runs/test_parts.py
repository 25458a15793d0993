"""The parts of a run fail alone: the good rows are served, the bad ones are reported."""

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from ideas.models import Idea, Theme
from tests.factories import IdeaFactory, ThemeFactory
from tests.races import held_elsewhere
from unlimited.runs import parts as module
from unlimited.runs.parts import Parts, PartsFailedError

# A part that failed looks whether the database's connection still works.
pytestmark = pytest.mark.django_db


def fail_on(bad):
    def work(item) -> int:
        if item in bad:
            raise ZeroDivisionError
        return 1

    return work


def test_each_item_fails_alone_and_the_end_says_so(caplog):
    with pytest.raises(PartsFailedError) as failed, Parts("some.task") as parts:
        assert parts.each("numbers", range(5), fail_on({1, 3})) == 3
    assert [name for name, _error in failed.value.errors] == ["numbers", "numbers"]
    assert failed.value.classes == ["ZeroDivisionError"]
    assert "The part numbers of some.task failed: ZeroDivisionError" in caplog.text


def test_run_without_failure_says_nothing():
    with Parts("some.task") as parts:
        assert parts.each("numbers", range(5), fail_on(set())) == 5
    assert parts.errors == []


def test_error_outside_the_parts_is_not_hidden_by_theirs():
    def run() -> None:
        with Parts("some.task") as parts:
            parts.each("numbers", [1], fail_on({1}))
            raise LookupError

    with pytest.raises(LookupError):
        run()


def test_time_limit_ends_the_whole_run():
    with pytest.raises(SoftTimeLimitExceeded), Parts("some.task") as parts:
        parts.each("numbers", range(5), _out_of_time)


def _out_of_time(item) -> int:
    raise SoftTimeLimitExceeded


def test_fault_of_the_code_does_not_use_up_the_time_of_the_parts_that_follow():
    tried = []

    def broken(item) -> int:
        tried.append(item)
        raise ZeroDivisionError

    parts = Parts("some.task")
    parts.each("numbers", range(1000), broken)
    assert parts.each("others", range(5), fail_on(set())) == 5
    assert len(tried) == module.MOST_FAILURES


@pytest.mark.parametrize("bad", [set(), {0}, {3, 4}, {6}, {0, 1, 2, 3, 4, 5, 6}])
@pytest.mark.parametrize("size", [2, 3, 100])
def test_batch_with_bad_rows_is_halved_until_they_fail_alone(bad, size):
    rows = [ThemeFactory(position=place) for place in range(7)]
    for place in bad:
        # A database error half-way: what the batch has written is rolled back with it.
        ThemeFactory(slug=f"taken-{place}")

    def rename(batch: list[Theme]) -> int:
        for theme in batch:
            theme.slug = f"taken-{theme.position}"
            theme.save()
        return len(batch)

    parts = Parts("some.task")
    done = parts.in_batches("themes", Theme.objects.filter(pk__in=[row.pk for row in rows]), rename, size=size)
    assert done == 7 - len(bad)
    assert [type(error).__name__ for _name, error in parts.errors] == ["IntegrityError"] * len(bad)
    for row in rows:
        row.refresh_from_db()
        assert (row.slug == f"taken-{row.position}") == (row.position not in bad)


@pytest.mark.django_db(transaction=True)
def test_batch_passes_over_the_row_that_somebody_holds():
    held, free = IdeaFactory(title="Held"), IdeaFactory(title="Free")
    seen = []
    with held_elsewhere(held), Parts("some.task") as parts:
        parts.in_batches("ideas", Idea.objects.all(), lambda batch: seen.extend(batch) or len(batch))
    assert seen == [free]


def test_list_is_halved_until_the_bad_one_fails_alone():
    parts = Parts("some.task")
    seen = []

    def work(items) -> int:
        if 3 in items:
            raise ZeroDivisionError
        seen.extend(items)
        return len(items)

    assert parts.split("numbers", list(range(7)), work) == 6
    assert (seen, len(parts.errors)) == ([0, 1, 2, 4, 5, 6], 1)
