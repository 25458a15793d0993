"""People of the municipality: named by the leader, told by mail, readers of reports and nothing else."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from incubators.actions.partners import AlreadyPartnerError, add_partner, end_partner
from incubators.models import MunicipalPartner
from incubators.privacy import ENDED_PARTNERS_KEPT_FOR, erase_incubators, export_incubators, purge_incubators
from tests.factories import IncubatorFactory, MembershipFactory, MunicipalPartnerFactory, UserFactory
from unlimited.mail.rendering import say
from unlimited.users.rules import is_staff

pytestmark = pytest.mark.django_db
SENT = {"name": "Kari, the district", "email": "Kari@Kommune.example.no", "language": "en"}


@pytest.fixture
def place():
    return IncubatorFactory(name="Tøyen Unlimited")


@pytest.fixture
def leader(place):
    return MembershipFactory(incubator=place, leader=True, user__name="Ada").user


def url(place) -> str:
    return f"/en/arbeidsflate/inkubatorer/{place.slug}/kommunen/"


def test_leader_names_a_reader_who_is_told_once(client_for, place, leader, outbox):
    client = client_for(leader)
    assert "Nobody in the municipality reads the reports yet." in client.get(url(place)).text
    page = client.post(url(place), SENT, follow=True).text
    assert "Kari, the district can read the reports now" in page
    again = client.post(url(place), SENT | {"name": "Kari again"})
    assert "This address reads the reports already." in again.text
    assert "Kari again" in again.text
    assert [(row.email, row.added_by) for row in MunicipalPartner.objects.all()] == [
        ("kari@kommune.example.no", leader)
    ]
    (mail,) = outbox("partner-added")
    assert (mail.recipient, mail.snapshot["by"]) == ("kari@kommune.example.no", "Ada")
    assert mail.snapshot["url"].endswith("/en/rapporter/")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mail_is_in_the_readers_language(outbox, place, leader, language):
    add_partner(incubator=place, by=leader, email="k@example.no", name="Kari", language=language)
    (mail,) = outbox("partner-added")
    with translation.override(language):
        said = say(mail)
    assert "Tøyen Unlimited" in said.subject
    assert "Ada" in said.text


def test_nothing_is_sent_when_it_is_undone(place, leader, outbox):
    with transaction.atomic():
        add_partner(incubator=place, by=leader, email="k@example.no", name="Kari", language="nb")
        transaction.set_rollback(True)
    assert not outbox()


def test_who_has_ended_can_be_named_again(client_for, place, leader):
    partner = MunicipalPartnerFactory(incubator=place, email="k@example.no", name="Kari")
    client = client_for(leader)
    for _press in range(2):
        page = client.post(f"{url(place)}{partner.uuid}/avslutt/", follow=True).text
        assert "Kari no longer reads the reports." in page
    ended_at = MunicipalPartner.objects.get().ended_at
    end_partner(partner=partner, by=leader)
    assert MunicipalPartner.objects.get().ended_at == ended_at
    add_partner(incubator=place, by=leader, email="k@example.no", name="Kari", language="nb")
    with pytest.raises(AlreadyPartnerError):
        add_partner(incubator=place, by=leader, email="K@example.no", name="Kari", language="nb")


def test_reader_is_no_staff():
    user = UserFactory()
    MunicipalPartnerFactory(email=user.email)
    assert not is_staff(user)


def test_page_asks_as_often_for_many_readers(client_for, place, leader, same_queries_at):
    client = client_for(leader)
    same_queries_at(lambda: MunicipalPartnerFactory(incubator=place), lambda: client.get(url(place)), limit=12)


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("municipal_partner_email_is_lower", {"email": "Upper@example.no"}),
        ("municipal_partner_has_name", {"name": ""}),
        ("municipal_partner_once", {"email": "twice@example.no"}),
    ],
)
def test_database_refuses_what_must_not_be(place, constraint, facts):
    MunicipalPartnerFactory(incubator=place, email="twice@example.no")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MunicipalPartnerFactory(incubator=place, **facts)


def test_what_is_kept_of_a_reader_is_handed_out_and_erased_and_goes_after_a_year(place):
    user, now = UserFactory(), timezone.now()
    MunicipalPartnerFactory(incubator=place, email=user.email)
    MunicipalPartnerFactory(incubator=place, ended_at=now - ENDED_PARTNERS_KEPT_FOR)
    kept = MunicipalPartnerFactory(incubator=place, ended=True)
    assert [row["email"] for row in export_incubators(user)["municipal_partner_at"]] == [user.email]
    erase_incubators(user)
    purge_incubators(timezone.now())
    assert list(MunicipalPartner.objects.all()) == [kept]
