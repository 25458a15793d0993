"""The report: the leader sends it from a phone, and somebody of the municipality reads what was sent."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from ideas.models import StoryConsent
from tests.browser.people import works_at
from tests.factories import BudgetFactory, IncubatorFactory
from tests.ideas.test_report import agreed_story

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place():
    return IncubatorFactory(slug="toyen", name="Tøyen Unlimited", district="Gamle Oslo")


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_leader_sends_the_report_and_the_municipality_reads_it(someone, place, java_script_enabled):
    BudgetFactory(incubator=place, year=timezone.localdate().year - 1, kroner=60_000)
    story, taken_back = agreed_story(place, "Suppe til førti"), agreed_story(place, "Brød")
    window = {"width": 360, "java_script_enabled": java_script_enabled}
    ada = someone("ada@example.no", secret=works_at(place, "ada@example.no", "Ada", leader=True), **window)
    ada.logs_in()

    # Somebody to read it is named first: one form.
    ada.opens(f"/arbeidsflate/inkubatorer/{place.slug}/kommunen/")
    ada.is_at("Hvem som leser rapportene")
    ada.writes("Navn og avdeling", "Kari, bydelen")
    ada.writes("E-post", "kari@kommune.example.no")
    ada.presses_button("La dem lese rapportene")
    ada.sees("Kari, bydelen kan lese rapportene nå")

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
        # Meanwhile somebody in one of them takes back their yes: nothing is sent, and nothing is lost.
        StoryConsent.objects.filter(person__story=taken_back).update(withdrawn_at=timezone.now())
        ada.presses_button("Send rapporten")
        ada.is_at("Rapport fra Tøyen Unlimited")
        ada.sees("Noen har trukket tilbake sitt ja")
        expect(ada.labelled("Dine egne ord")).to_have_value("Et godt halvår.")
        ada.presses_button("Send rapporten")
        ada.is_at("Rapport fra Tøyen Unlimited")
        ada.sees("Rapporten er sendt.", story.title)
        ada.does_not_see("Brød")

    # From the mail: log in with a code, and it is there.
    kari = someone("kari@kommune.example.no", **window)
    letter = kari.post.newest(kari.address)
    assert "Tøyen Unlimited" in letter.subject
    kari.opens(letter.link)
    kari.writes("E-postadressen din", kari.address)
    kari.presses_button("Send meg en kode")
    kari.types_the_code()
    kari.is_at("Rapport fra Tøyen Unlimited")
    kari.sees("Et godt halvår.", "60 000", "Suppe til førti")
    with kari.page.expect_download() as download:
        kari.follows("Dokument (PDF)")
    assert download.value.suggested_filename.endswith("-v1.pdf")
    kari.opens("/arbeidsflate/")
    expect(kari.page.get_by_role("heading", level=1)).not_to_contain_text("Hei")
