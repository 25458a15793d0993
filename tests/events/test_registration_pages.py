"""The page where one registers, and the receipt: what is asked, what is answered, and what nobody learns."""

import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from tests.factories import EventFactory, SeriesFactory

pytestmark = pytest.mark.django_db


def address(event, name="register", **more) -> str:
    with translation.override("en"):
        return reverse(f"events:{name}", kwargs={"slug": event.slug, **more})


def alone(*events, **more) -> dict:
    return {
        "form_token": str(uuid.uuid4()),
        "days": [event.slug for event in events],
        "kind": "myself",
        "contact_name": "Kari Vik",
        "contact_email": "kari@example.no",
        "language": "en",
        **more,
    }


def two_days(**second):
    series = SeriesFactory(title="Two days")
    return EventFactory(series=series), EventFactory(series=series, days=22, city="Oslo", venue="The Conduit", **second)


def test_registering_alone_ends_at_a_receipt(client, outbox):
    event = EventFactory()
    page = client.get(address(event))
    assert page.status_code == 200
    response = client.post(address(event), alone(event))
    assert response.status_code == 302, response.text
    receipt = client.get(response.url)
    assert receipt.status_code == 200
    assert "You have a seat." in receipt.text
    assert [mail.kind for mail in outbox()] == ["seat-confirmed"]
