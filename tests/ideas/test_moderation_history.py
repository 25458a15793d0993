"""What happened in a case, a piece at a time."""

import datetime as dt

import pytest
from django.utils import timezone

from ideas.models import Note
from tests.factories import IdeaFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def test_case_shows_a_bounded_history(client_for):
    work = MembershipFactory()
    idea, desk, by = IdeaFactory(submitted=True, incubator=work.incubator), client_for(work.user), work.user
    case = f"/en/arbeidsflate/ideer/{idea.uuid}/"
    at = timezone.now() - dt.timedelta(days=1)
    Note.objects.bulk_create(
        Note(idea=idea, author=by, audience="staff", body=f"word {n}.", created_at=at + dt.timedelta(seconds=n))
        for n in range(70)
    )

    newest = desk.get(case)
    older = desk.get(case, {"eldre": newest.context["history"].older})

    assert [entry.note.body for entry in newest.context["history"].entries] == [f"word {n}." for n in range(69, 19, -1)]
    assert [entry.note.body for entry in older.context["history"].entries] == [f"word {n}." for n in range(19, -1, -1)]
    assert older.context["history"].older == ""
    assert desk.get(case, {"eldre": "nonsense"}).status_code == 200


@pytest.mark.parametrize(
    "moment",
    ["2024-01-01T00:00:00+23:59", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00", "x" * 5000, "\x00"],
)
def test_history_takes_any_moment(client_for, moment):
    work = MembershipFactory()
    idea = IdeaFactory(submitted=True, incubator=work.incubator)
    assert client_for(work.user).get(f"/en/arbeidsflate/ideer/{idea.uuid}/", {"eldre": moment}).status_code == 200
