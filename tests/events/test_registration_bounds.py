"""What one press on the registration form may cost: bounded by what the form holds, and counted before any work."""

import time

import pytest
import time_machine
from django.utils import timezone

from events.models import Registration
from incubators.place_names import folded
from tests.events.test_registration_pages import address, party
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("press", [{"add": "1"}, {"remove": "p-0"}, {}])
def test_more_people_than_the_form_can_show_are_refused_before_any_work(client, django_assert_num_queries, press):
    event = EventFactory()
    names = ("name", "email", "role", "diet_details", "x")
    rows = {f"p-{n}-{name}": f"{name}{n}" for n in range(1400) for name in names}

    with django_assert_num_queries(0):
        page = client.post(address(event), party(event, **rows) | press)

    assert page.status_code == 413
    assert 'value="name9"' in page.text
    assert page.text.count("<input") < 1_100
    assert not Registration.objects.exists()


def test_each_press_is_counted_before_any_work(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"fill_in_party": "3/m/ip"}
    event = EventFactory()
    presses = [{"add": "1"}, {"remove": "p-0"}, {"contact_name": ""}]  # the last one is a form with a mistake
    with time_machine.travel(timezone.now().replace(second=1), tick=False):
        answers = [client.post(address(event), party(event) | press).status_code for press in presses]
        assert answers == [200, 200, 422]
        refused = client.post(address(event), party(event) | presses[0])
        assert client.get(address(event)).status_code == 200

    assert refused.status_code == 429
    assert 'value="Ola Nes"' in refused.text


def test_endless_name_of_a_municipality_is_looked_up_by_its_beginning(client):
    event = EventFactory()
    folded.cache_clear()
    began = time.process_time()

    page = client.post(address(event), party(event, municipality="v\u00e5 " * 700_000))

    assert page.status_code == 422
    assert time.process_time() - began < 2
    assert "room for 80" in page.text
