"""Somebody who works at an incubator is away for a while: said by themselves or by a leader, over by itself."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from incubators.actions.absence import NotADayToComeBackError, set_absence
from incubators.models import Membership
from incubators.privacy import export_incubators, purge_incubators
from tests.factories import IncubatorFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def kari(incubator):
    return MembershipFactory(incubator=incubator, user__name="Kari").user


@pytest.fixture
def lea(incubator):
    return MembershipFactory(incubator=incubator, user__name="Lea", leader=True).user


def page(incubator, path: str = "borte/") -> str:
    return f"/en/arbeidsflate/inkubatorer/{incubator.slug}/{path}"


def test_one_says_it_for_oneself_and_takes_it_back(client_for, incubator, kari, lea):
    second = MembershipFactory(incubator=incubator, user=kari, supporter=True)
    elsewhere = MembershipFactory(user=kari)
    mine = client_for(kari)
    answer = mine.post(page(incubator), {"until": in_days(7).isoformat()}, follow=True)
    assert "Kari is away until" in answer.text
    days = dict(Membership.objects.values_list("pk", "absent_until"))
    assert [days.pop(pk) for pk in (second.pk, elsewhere.pk)] == [in_days(7), None]
    assert sorted(days.values(), key=str) == [in_days(7), None]
    assert f'value="{in_days(7).isoformat()}"' in mine.get(page(incubator)).text
    assert "Kari is here." in mine.post(page(incubator), {"until": ""}, follow=True).text
    assert not Membership.objects.exclude(absent_until=None).exists()


def test_leader_says_it_on_the_people_page(client_for, incubator, kari, lea):
    desk, path = client_for(lea), f"folk/{kari.uuid}/borte/"
    assert "When Kari is away" in desk.get(page(incubator, path)).text
    answer = desk.post(page(incubator, path), {"until": in_days(0).isoformat()}, follow=True)
    assert answer.redirect_chain == [(page(incubator, "folk/"), 302)]
    assert '<span class="ds-tag" data-color="warning">away until' in answer.text
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        assert "away until" not in client_for(lea).get(page(incubator, "folk/")).text


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "Choose a day that is not over."), (366, "Choose a day within a year.")]
)
def test_day_that_is_none_is_refused_in_words(client_for, incubator, kari, days, words):
    answer = client_for(kari).post(page(incubator), {"until": in_days(days).isoformat()})
    assert words in answer.text
    with pytest.raises(NotADayToComeBackError):
        set_absence(incubator=incubator, person=kari, until=in_days(days), by=kari)
    assert Membership.objects.get().absent_until is None


@pytest.mark.parametrize("days", [0, 365])
def test_today_and_a_year_from_now_are_days(incubator, kari, days):
    set_absence(incubator=incubator, person=kari, until=in_days(days), by=kari)
    assert Membership.objects.get().away_until == in_days(days)


def test_nobody_says_it_for_a_colleague_or_elsewhere(client_for, incubator, kari, lea):
    elsewhere = MembershipFactory(leader=True)
    assert client_for(kari).post(page(incubator, f"folk/{lea.uuid}/borte/"), {}).status_code == 403
    assert client_for(elsewhere.user).post(page(incubator, f"folk/{lea.uuid}/borte/"), {}).status_code == 403
    assert client_for(elsewhere.user).get(page(incubator)).status_code == 403
    former = MembershipFactory(incubator=incubator, former=True).user
    assert client_for(lea).get(page(incubator, f"folk/{former.uuid}/borte/")).status_code == 404


def test_desk_leads_to_it(client_for, incubator, kari):
    assert f'href="{page(incubator)}"' in client_for(kari).get("/en/arbeidsflate/").text


def test_day_is_in_ones_export_and_forgotten_when_it_is_over(incubator, kari):
    set_absence(incubator=incubator, person=kari, until=in_days(1), by=kari)
    assert export_incubators(kari)["memberships"][0]["absent_until"] == in_days(1)
    purge_incubators(timezone.now())
    assert Membership.objects.get().absent_until == in_days(1)
    purge_incubators(timezone.now() + dt.timedelta(days=2))
    assert Membership.objects.get().absent_until is None
