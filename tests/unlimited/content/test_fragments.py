"""Rendered pieces are kept by version, and a Redis that is away costs one time-out."""

import pytest
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

    return fragments.render_each(rows, key=lambda row: f"row:{row.version}", render=render)


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
    assert render_all([Row(1)], rendered) == ["<p>1</p>"]
    assert rendered == [1, 1]
    assert len(asked) == 1
