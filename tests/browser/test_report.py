"""The report: the leader sends it from a phone, and somebody of the municipality reads what was sent."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ideas.models import Report, StoryConsent
from incubators.models import MunicipalPartner
from tests.browser.people import Person
from tests.factories import BudgetFactory, IncubatorFactory, MembershipFactory, MunicipalPartnerFactory
from tests.ideas.test_report import agreed_story, freeze

pytestmark = pytest.mark.django_db(transaction=True)
EITHER = pytest.mark.parametrize("java_script_enabled", [True, False])
KARI = "kari@kommune.example.no"


@pytest.fixture
def place():
    place = IncubatorFactory(slug="toyen", name="Tøyen Unlimited", district="Gamle Oslo")
    for year in {2025, timezone.localdate().year - 1}:
        BudgetFactory(incubator=place, year=year, kroner=60_000)
    return place


def leader_of(place, open_page, post, java_script_enabled: bool) -> Person:
    """Ada, who leads the place, at her phone and logged in."""
    ada = MembershipFactory(incubator=place, leader=True, user__name="Ada").user
    return Person(open_page(user=ada, width=360, java_script_enabled=java_script_enabled), post, ada.email)


@EITHER
def test_leader_names_who_reads_the_reports(open_page, post, place, java_script_enabled):
    ada = leader_of(place, open_page, post, java_script_enabled)
    ada.opens("/arbeidsflate/rapport/")
    with ada.does_it_in(presses=3, screens=3):
        ada.is_at("Rapporter til kommunen")
        ada.follows("De som leser rapportene fra Tøyen Unlimited")
        ada.is_at("Hvem som leser rapportene")
        ada.writes("Navn og avdeling", "Kari, bydelen")
        ada.writes("E-post", "kari@kommune")
        ada.presses_button("La dem lese rapportene")
        expect(ada.labelled("Navn og avdeling")).to_have_value("Kari, bydelen")
        ada.writes("E-post", KARI)
        ada.presses_button("La dem lese rapportene")
        ada.is_at("Hvem som leser rapportene")
        ada.sees("Kari, bydelen kan lese rapportene nå")
    assert MunicipalPartner.objects.get().email == KARI
    assert "Tøyen Unlimited" in ada.post.newest(KARI).subject


@EITHER
def test_leader_sends_the_report_and_loses_nothing_when_a_story_goes(open_page, post, place, java_script_enabled):
    agreed_story(place, "Suppe til førti")
    taken_back = agreed_story(place, "Brød")
    MunicipalPartnerFactory(incubator=place, email=KARI, name="Kari, bydelen")
    ada = leader_of(place, open_page, post, java_script_enabled)
    ada.opens("/arbeidsflate/rapport/")
    with ada.does_it_in(presses=3, screens=4):
        ada.is_at("Rapporter til kommunen")
        ada.page.get_by_label("Hvilken tid?").select_option(f"{timezone.localdate().year - 1}-2")
        ada.presses_button("Se tallene")
        ada.is_at("Rapport fra Tøyen Unlimited")
        ada.sees("60 000", "Kari, bydelen")
        ada.writes("Dine egne ord", "Et godt halvår.")
        ada.chooses("Suppe til førti")
        ada.chooses("Brød")
        # Meanwhile somebody takes back their yes.
        StoryConsent.objects.filter(person__story=taken_back).update(withdrawn_at=timezone.now())
        ada.presses_button("Send rapporten")
        ada.is_at("Rapport fra Tøyen Unlimited")
        ada.sees("Noen har trukket tilbake sitt ja")
        expect(ada.labelled("Dine egne ord")).to_have_value("Et godt halvår.")
        ada.presses_button("Send rapporten")
        ada.is_at("Rapport fra Tøyen Unlimited")
        ada.sees("Rapporten er sendt.", "Suppe til førti")
        ada.does_not_see("Brød")
    assert Report.objects.get().get_absolute_url() in ada.post.newest(KARI).link


@EITHER
def test_municipality_reads_it_from_the_mail_and_sees_nothing_else(someone, place, java_script_enabled):
    MunicipalPartnerFactory(incubator=place, email=KARI)
    leader = MembershipFactory(incubator=place, leader=True).user
    report = freeze(place, leader, stories=[agreed_story(place, "Suppe til førti")])
    kari = someone(KARI, width=360, java_script_enabled=java_script_enabled)
    kari.opens(kari.post.newest(KARI).link)
    with kari.does_it_in(presses=3, screens=1):
        kari.writes("E-postadressen din", KARI)
        kari.presses_button("Send meg en kode")
        kari.types_the_code()
        kari.is_at("Rapport fra Tøyen Unlimited")
        kari.sees("60 000", "Suppe til førti")
        with kari.page.expect_download() as download:
            kari.follows("Dokument (PDF)")
    assert download.value.suggested_filename == f"rapport-2025-06-30-v{report.version}.pdf"
    assert kari.page.goto("/arbeidsflate/").status == 403
    assert kari.page.goto("/arbeidsflate/rapport/").status == 403
