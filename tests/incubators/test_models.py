import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from incubators.models import Incubator, Membership, Municipality
from tests.factories import (
    IncubatorFactory,
    InvitationFactory,
    MembershipFactory,
    MunicipalityFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_all_municipalities_of_2024_are_loaded():
    assert Municipality.objects.count() == 357
    assert set(Municipality.objects.filter(name="Herøy").values_list("number", "county")) == {
        ("1515", "Møre og Romsdal"),
        ("1818", "Nordland"),
    }
    assert Municipality.objects.get(number="0301").name == "Oslo"
    assert Municipality.objects.get(number="5540").name == "Gáivuotna - Kåfjord - Kaivuono"


def test_national_intake_is_there_from_the_start_and_is_no_place():
    intake = Incubator.objects.get(is_national_intake=True)

    assert intake.municipality is None
    assert intake in Incubator.objects.active()
    assert intake not in Incubator.objects.places()


VIOLATIONS = {
    "municipality_number_four_digits": lambda: MunicipalityFactory(number="03A1"),
    "incubator_one_national_intake": lambda: [
        IncubatorFactory(is_national_intake=True),
        IncubatorFactory(is_national_intake=True),
    ],
    "incubator_place_has_municipality": lambda: IncubatorFactory(municipality=None),
    "incubator_answer_days_1_to_60": lambda: IncubatorFactory(answer_days=61),
    "membership_ends_after_start": lambda: MembershipFactory(
        starts_on=dt.date(2026, 3, 2), ends_on=dt.date(2026, 3, 1)
    ),
    "membership_not_granted_to_oneself": lambda: MembershipFactory(user=(one := UserFactory()), granted_by=one),
    "membership_ended_by_with_end": lambda: MembershipFactory(ended_by=UserFactory()),
    "invitation_first_leader_is_leader": lambda: InvitationFactory(is_first_leader=True),
    "invitation_closed_at_with_status": lambda: InvitationFactory(status="accepted"),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_database_refuses(name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        VIOLATIONS[name]()


def test_database_refuses_same_open_role_twice_but_not_a_second_time_later():
    incubator, user = IncubatorFactory(), UserFactory()
    MembershipFactory(incubator=incubator, user=user, former=True)
    MembershipFactory(incubator=incubator, user=user)

    with pytest.raises(IntegrityError, match="membership_one_open_per_role"), transaction.atomic():
        MembershipFactory(incubator=incubator, user=user)


def test_database_refuses_second_pending_invitation_whatever_the_case_of_letters():
    invitation = InvitationFactory(email="kari@example.no")
    InvitationFactory(incubator=invitation.incubator, email="kari@example.no", withdrawn=True)

    with pytest.raises(IntegrityError, match="invitation_one_pending"), transaction.atomic():
        InvitationFactory(incubator=invitation.incubator, email="Kari@example.no")


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [(-10, None, True), (0, None, True), (1, None, False), (-10, 1, True), (-10, 0, False), (-10, -1, False)],
)
def test_membership_counts_from_its_first_day_until_its_end(starts, ends, expected):
    today = timezone.localdate()
    membership = MembershipFactory(
        starts_on=today + dt.timedelta(days=starts),
        ends_on=None if ends is None else today + dt.timedelta(days=ends),
    )

    assert (membership in Membership.objects.current()) is expected


def test_staffed_by_finds_incubators_by_role():
    membership = MembershipFactory(supporter=True)
    MembershipFactory(incubator=IncubatorFactory(), user=membership.user, former=True)

    assert list(Incubator.objects.staffed_by(membership.user)) == [membership.incubator]
    assert list(Incubator.objects.staffed_by(membership.user, "moderator", "leader")) == []


def test_invitation_is_open_until_it_is_answered_or_expires():
    pending, expired = InvitationFactory(), InvitationFactory(expired=True)

    assert (pending.is_open, pending.is_expired) == (True, False)
    assert (expired.is_open, expired.is_expired) == (False, True)
    for trait in ("accepted", "declined", "withdrawn"):
        assert not InvitationFactory(**{trait: True}).is_open


def test_answer_is_due_by_the_day_in_norway():
    # 23.30 on Thursday in UTC is Friday in Norway: the first working day after is Monday.
    late = dt.datetime(2026, 6, 4, 23, 30, tzinfo=dt.UTC)

    assert IncubatorFactory(answer_days=1).answer_due_on(late) == dt.date(2026, 6, 8)
