"""Rendered pieces are kept by version, and a Redis that is away costs one time-out."""

import pytest
import time_machine
from django.core.cache import caches
from redis.exceptions import ConnectionError as RedisConnectionError

from unlimited.circuit import redis_circuit
from unlimited.content import fragments


@pytest.fixture(autouse=True)
def _closed_circuit():
    redis_circuit.worked()
    yield
    redis_circuit.worked()


class Row:
    def __init__(self, version: int):
        self.version = version


def render_all(rows: list[Row], rendered: list) -> list[str]:
    def render(row: Row) -> str:
        rendered.append(row.version)
        return f"<p>{row.version}</p>"

    return fragments.render_each(rows, key=lambda row: f"row:{row.version}", render=lambda rows: map(render, rows))


def test_piece_is_rendered_once_for_each_version():
    rendered = []

    assert render_all([Row(1), Row(2)], rendered) == ["<p>1</p>", "<p>2</p>"]
    assert render_all([Row(2), Row(1)], rendered) == ["<p>2</p>", "<p>1</p>"]
    assert render_all([Row(3)], rendered) == ["<p>3</p>"]
    assert rendered == [1, 2, 3]


def test_redis_away_is_asked_once_and_then_left_alone(monkeypatch):
    asked = []

    def refuse(*args, **kwargs):
        asked.append(args)
        raise RedisConnectionError("refused")

    monkeypatch.setattr(caches["fragments"], "get_many", refuse)
    monkeypatch.setattr(caches["fragments"], "set_many", refuse)
    rendered = []

    assert render_all([Row(1)], rendered) == ["<p>1</p>"]
    assert render_all([Row(2)], rendered) == ["<p>2</p>"]
    assert rendered == [1, 2]
    assert len(asked) == 1


def test_what_one_process_has_kept_the_others_need_not_render():
    rendered = []
    render_all([Row(1)], rendered)

    fragments.forget_near()  # as another process, which has kept nothing yet

    assert render_all([Row(1), Row(2)], rendered) == ["<p>1</p>", "<p>2</p>"]
    assert rendered == [1, 2]


def test_piece_is_rendered_anew_on_another_day():
    rendered = []
    with time_machine.travel("2026-03-03T10:00Z", tick=False):
        render_all([Row(1)], rendered)
    with time_machine.travel("2026-03-04T10:00Z", tick=False):
        render_all([Row(1)], rendered)

    assert rendered == [1, 1]


def test_process_keeps_no_more_than_it_can_hold(monkeypatch):
    monkeypatch.setattr(fragments, "MOST_NEAR", 3)

    for version in range(10):
        render_all([Row(version)], [])

    assert len(fragments._near) <= 3


def test_developer_sees_what_was_edited(settings):
    settings.DEBUG = True
    rendered = []

    render_all([Row(1)], rendered)
    render_all([Row(1)], rendered)

    assert rendered == [1, 1]
