"""The main job: an idea goes from a resident's phone to a human answer. Each person has a phone and a mailbox."""

import re

import pytest
from django.core.cache import cache
from django.utils import timezone, translation
from playwright.sync_api import expect

from ideas.actions import moderation
from ideas.models import Idea
from incubators.models import Incubator
from tests.browser.people import works_at
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory
from unlimited.content.templatetags.site_text import day

pytestmark = pytest.mark.django_db(transaction=True)

NEED = "Det er ingen steder å sitte ned på vei til butikken."
PROPOSAL = "Vi bygger benker sammen med skolen."
TITLE = "Vi bygger benker sammen med skolen"
# From the question on the front page to the receipt: presses and screens.
MOST_PRESSES, MOST_SCREENS = 5, 7
NYNORSK = {
    "Hva mangler i nabolaget ditt?": "Kva manglar i nabolaget ditt?",
    "Gå videre med ideen": "Gå vidare med ideen",
    "Hva vil du gjøre?": "Kva vil du gjere?",
    "Se over og send inn": "Sjå over og send inn",
    "Se over ideen": "Sjå over ideen",
    "Norge Unlimited leser den": "Norge Unlimited les han",
    "Send meg en kode": "Send meg ein kode",
    "Skriv koden fra e-posten": "Skriv koden frå e-posten",
    "Gå videre": "Gå vidare",
    "Ja, alle kan lese den": "Ja, alle kan lese han",
    "Ideen din er mottatt": "Ideen din er motteken",
}


@pytest.fixture(autouse=True)
def _start(monkeypatch, settings):
    """As in production, on a fresh day: nobody has tried anything yet. Only the one who types is a machine."""
    settings.REQUIRE_STAFF_MFA = True
    cache.clear()
    monkeypatch.setattr("ideas.views.submission.SECONDS_TO_WRITE", 0)


@pytest.fixture(autouse=True)
def intake() -> Incubator:
    return IncubatorFactory(intake=True)


@pytest.fixture
def moderator(someone, intake):
    return someone("amina@example.no", secret=works_at(intake, "amina@example.no", "Amina"))


@pytest.fixture
def leader(someone, intake):
    return someone("leif@example.no", secret=works_at(intake, "leif@example.no", "Leif", leader=True))


def as_typed(date) -> str:
    """A day in words, with plain spaces."""
    return day(date).replace("\N{NO-BREAK SPACE}", " ")


def write_it_down(resident) -> None:
    """From the front page to looking it over."""
    say = resident.say
    resident.is_at(say("Hva mangler i nabolaget ditt?"))
    resident.writes(say("Hva mangler i nabolaget ditt?"), NEED)
    resident.presses_button(say("Gå videre med ideen"))
    resident.is_at("Ideen din")
    resident.writes(say("Hva vil du gjøre?"), PROPOSAL)
    resident.presses_button(say("Se over og send inn"))
    resident.is_at(say("Se over ideen"))
    resident.sees(NEED, PROPOSAL, say("Norge Unlimited leser den"))


def show_who_it_is(resident) -> None:
    say = resident.say
    resident.writes("E-posten din", resident.address)
    resident.presses_button(say("Send meg en kode"))
    resident.is_at(say("Skriv koden fra e-posten"))
    resident.types_the_code()
    resident.is_at(say("Se over ideen"))
    resident.does_not_see("er byttet", "er bytt")


def agree_and_send(resident) -> None:
    expect(resident.page.get_by_label("18 til 25")).to_be_hidden()
    resident.chooses(resident.say("Ja, alle kan lese den"))
    resident.chooses("18 til 25")
    resident.presses_button("Send inn ideen")
    resident.is_at(resident.say("Ideen din er mottatt"))


def write_and_send(resident) -> None:
    """The whole of it, by the shortest way."""
    write_it_down(resident)
    show_who_it_is(resident)
    agree_and_send(resident)
    assert resident.presses <= MOST_PRESSES
    assert len(resident.screens) <= MOST_SCREENS


def ask_for_changes(moderator, words: str) -> None:
    """From the log-in to the case: taken, read, and sent back with a question; first without one, by mistake."""
    moderator.logs_in()
    moderator.is_at("Hei, Amina")
    moderator.follows("Se hele køen")
    moderator.is_at("Ideer ved inkubatorene dine")
    moderator.follows(TITLE)
    moderator.is_at(TITLE)
    moderator.sees(NEED, PROPOSAL, "kari@example.no", "Ingen ennå")
    moderator.presses_button("Ta saken")
    moderator.sees("Nå er det du som har saken.")
    asking = moderator.unfolds("Be om endringer")
    moderator.presses_button("Be om disse endringene", asking)
    moderator.sees("Skriv hva du vil at de skal endre.")
    moderator.writes("Hva bør endres eller legges til, og hvorfor?", words)
    moderator.presses_button("Be om disse endringene", asking)
    moderator.sees("Den som har ideen, er bedt om å endre den.")


def change_and_send_again(resident, asked: str, addition: str) -> None:
    """Read in the mail what is asked, and by its link again beside the field where it is answered."""
    question = resident.post.newest(resident.address)
    assert question.subject == f"Et spørsmål om ideen din «{TITLE}»"
    assert asked in question.text
    resident.opens(question.link)
    resident.is_at(TITLE)
    resident.sees("Inkubatoren har bedt om endringer", "Inkubatoren ber deg endre noe", asked)
    resident.follows("Endre ideen")
    resident.is_at("Ideen din")
    resident.sees(asked)
    resident.writes("Hva vil du gjøre?", f"{PROPOSAL} {addition}")
    resident.presses_button("Lagre og se over")
    resident.is_at("Se over ideen")
    resident.presses_button("Send inn ideen igjen")
    resident.is_at("Ideen din er mottatt")


def decline_meanwhile(leader) -> tuple:
    """Open the case and type an answer to it, without sending it."""
    leader.logs_in()
    leader.is_at("Hei, Leif")
    leader.follows(TITLE)
    leader.is_at(TITLE)
    typed = {
        "Hva er bra med ideen?": "Benker er til glede for alle.",
        "Hvorfor kan ikke inkubatoren ta den inn?": "Kommunen setter opp benker der til våren.",
        "Hvor kan de gå herfra?": "Spør velforeningen om de vil være med.",
    }
    decline = leader.unfolds("Takk nei, med begrunnelse")
    for label, words in typed.items():
        leader.writes(label, words)
    decline.locator("[name=way_on_to]").select_option("other")
    return decline, typed


def read_the_answer(resident) -> None:
    """By the link in the mail; and nothing has been mailed but what there was to tell."""
    answer = resident.post.newest(resident.address)
    assert "Prøv det" in answer.text
    resident.opens(answer.link)
    resident.is_at(TITLE)
    resident.sees("Nå prøves ideen ut i det små.", "Tok inn ideen")
    assert [letter.subject for letter in resident.post.letters_to(resident.address)[1:]] == [
        f"Vi har fått ideen din «{TITLE}»",
        f"Et spørsmål om ideen din «{TITLE}»",
        f"Vi har fått ideen din «{TITLE}»",
        f"Ideen din «{TITLE}» er tatt inn",
    ]


def find_it_among_the_public_ideas(neighbour) -> None:
    neighbour.opens("/ideer/")
    neighbour.is_at("Ideer")
    neighbour.writes("Søk", "benk")
    neighbour.presses_button("Finn ideer")
    neighbour.follows(TITLE)
    neighbour.is_at(TITLE)
    neighbour.sees(NEED, "Tre stykker langs Storgata.", "Prøv det")
    neighbour.does_not_see("kari", "Da kan vi spørre bydelen")


def test_an_idea_goes_from_a_phone_to_an_answer_and_the_public_page(someone, moderator, leader, intake):
    resident = someone("kari@example.no")
    resident.opens("/")
    write_and_send(resident)
    promised = as_typed(intake.answer_due_on(timezone.now()))
    resident.sees(f"Et menneske ved Norge Unlimited leser «{TITLE}». Du får svar innen {promised}.")
    receipt = resident.post.newest(resident.address)
    for words in (f"du får svar innen {promised}", "trekke ideen", "116 111"):
        assert words in receipt.text
    assert NEED not in receipt.text

    ask_for_changes(moderator, "Hvor mange benker, og hvor? Da kan vi spørre bydelen.")
    change_and_send_again(resident, "Da kan vi spørre bydelen.", "Tre stykker langs Storgata.")
    decline, typed = decline_meanwhile(leader)

    moderator.page.reload()
    moderator.sees("Tre stykker langs Storgata.")
    accept = moderator.unfolds("Ta inn ideen")
    expect(moderator.page.get_by_label("Prøv det", exact=True)).to_be_checked()
    moderator.presses_button("Ta inn ideen", accept)
    moderator.sees("Ideen er tatt inn, og den som har ideen, har fått beskjed.")

    leader.presses_button("Send dette svaret", decline)
    leader.sees("Saken er endret etter at du åpnet siden. Amina: «Tok inn ideen»", "Det du skrev", *typed.values())
    assert Idea.objects.get().status == Idea.Status.ACCEPTED

    read_the_answer(resident)
    find_it_among_the_public_ideas(someone("nabo@example.no"))


def test_a_resident_who_writes_nynorsk_is_answered_in_it(someone):
    resident = someone("torbjorg@example.no", width=320, words=NYNORSK)
    resident.opens("/nn/")
    write_and_send(resident)
    idea = Idea.objects.get()
    moderation.accept_idea(idea=idea, by=UserFactory(), seen_revision=idea.revision)
    code, receipt, answer = resident.post.letters_to(resident.address)
    assert code.subject.endswith("er koden din")
    assert receipt.subject == f"Vi har fått ideen din «{TITLE}»"
    with translation.override("nn"):
        assert f"du får svar innan {as_typed(idea.answer_due_on)}" in receipt.text
    assert answer.subject == f"Ideen din «{TITLE}» er teken inn"
    resident.opens(answer.link)
    resident.is_at(TITLE)
    resident.sees("No blir ideen prøvd ut i det små.")


def test_the_whole_submission_without_javascript(someone):
    resident = someone("kari@example.no", java_script_enabled=False)
    resident.opens("/")
    write_and_send(resident)
    assert Idea.objects.get().status == Idea.Status.SUBMITTED


def test_the_whole_submission_by_keyboard_alone(someone):
    resident = someone("kari@example.no")
    resident.has_no_mouse = True
    resident.opens("/")
    write_and_send(resident)
    assert Idea.objects.get().may_publish


def test_a_wrong_code_two_presses_and_the_back_button_make_one_idea(someone):
    resident = someone("kari@example.no")
    resident.opens("/")
    write_it_down(resident)
    resident.writes("E-posten din", resident.address)
    resident.presses_button("Send meg en kode")
    resident.is_at("Skriv koden fra e-posten")
    code = resident.post.newest(resident.address).code
    resident.writes("Kode", f"{(int(code) + 1) % 1_000_000:06}")
    resident.presses_button("Gå videre")
    resident.sees("Det er ikke riktig kode. Se i den nyeste e-posten, og prøv igjen.")
    resident.types_the_code()
    resident.is_at("Se over ideen")

    resident.chooses("Nei, bare inkubatoren")
    resident.page.get_by_role("button", name="Send inn ideen").dblclick()
    resident.is_at("Ideen din er mottatt")
    resident.page.go_back()
    resident.is_at("Ideen din er mottatt")
    resident.page.go_back()
    resident.does_not_see("Send inn ideen")
    assert Idea.objects.get().versions.count() == 1
    assert len(resident.post.letters_to(resident.address)) == 2


def test_words_outlive_a_lost_session(someone):
    resident = someone("kari@example.no")
    resident.opens("/ideer/ny/")
    resident.writes("Hva mangler i nabolaget ditt?", NEED)
    resident.page.context.clear_cookies()
    resident.writes("Hva vil du gjøre?", PROPOSAL)
    resident.presses_button("Se over og send inn")
    resident.is_at("Trykk én gang til, så blir det sendt")
    resident.unfolds("Vis det jeg skrev")
    resident.sees("Dette er det du skrev")
    assert resident.page.get_by_label("Hva mangler i nabolaget ditt?").input_value() == NEED
    assert resident.page.get_by_label("Hva vil du gjøre?").input_value() == PROPOSAL
    resident.presses_button("Send på nytt")
    resident.is_at("Se over ideen")
    resident.sees(NEED, PROPOSAL)


def test_a_case_that_is_late_comes_first_and_its_author_is_told(someone, leader, intake):
    IdeaFactory(submitted=True, incubator=intake, title="Nattvandring")
    late = IdeaFactory(overdue=True, incubator=intake, title="Matlaging for alle", author__email="ola@example.no")
    leader.logs_in()
    leader.is_at("Hei, Leif")
    leader.sees("1 idé har passert svarfristen")
    first = leader.page.locator("tbody tr").first
    expect(first).to_contain_text("Matlaging for alle")
    expect(first).to_contain_text("forsinket")
    leader.follows("Se hele køen")
    leader.is_at("Ideer ved inkubatorene dine")
    expect(first).to_contain_text("Matlaging for alle")
    expect(first).to_contain_text("Skulle vært besvart")

    author = someone("ola@example.no", user=late.author)
    author.opens(f"/min-side/ideer/{late.uuid}/")
    author.sees("Vi beklager at du må vente.")


def test_a_colleague_is_invited_and_comes_in_by_the_mail(someone, leader, intake):
    idea = IdeaFactory(submitted=True, incubator=intake, title="Nattvandring")
    leader.logs_in()
    leader.follows("Folk og invitasjoner")
    leader.is_at("Folk ved Norge Unlimited")
    leader.writes("E-post", "ny@example.no")
    leader.page.get_by_label("Rolle", exact=True).select_option(label="Moderator")
    leader.presses_button("Send invitasjonen")
    leader.sees("Invitasjonen er på vei til ny@example.no.")

    colleague = someone("ny@example.no")
    invitation = colleague.post.newest(colleague.address)
    assert invitation.subject == "Du er invitert til å jobbe ved Norge Unlimited"
    colleague.opens(invitation.link)
    colleague.is_at("Invitasjon til Norge Unlimited")
    colleague.follows("Logg inn for å si ja")
    colleague.is_at("Logg inn med e-posten din")
    expect(colleague.page.get_by_label("E-postadressen din")).to_have_value(colleague.address)
    colleague.presses_button("Send meg en kode")
    colleague.is_at("Skriv koden fra e-posten")
    colleague.types_the_code()
    colleague.is_at("Invitasjon til Norge Unlimited")
    colleague.presses_button("Si ja til invitasjonen")
    colleague.is_at("Ett steg til før arbeidsflaten")
    colleague.follows("Sett opp en app")
    colleague.is_at("Sett opp en autentiseringsapp")
    colleague.sets_up_the_app()
    colleague.is_at("Gjenopprettingskodene dine")
    colleague.follows("Gå videre til arbeidsflaten")
    colleague.is_at(re.compile("^Hei, "))
    colleague.follows(idea.title)
    colleague.is_at(idea.title)
    subjects = [letter.subject for letter in leader.post.letters_to(leader.address)]
    assert [subject for subject in subjects if "ny@example.no" in subject] == [
        "ny@example.no har sagt ja til invitasjonen"
    ]


def test_a_no_is_read_with_what_was_good_the_reason_and_a_way_on(someone, intake):
    idea = IdeaFactory(submitted=True, incubator=intake, title=TITLE)
    resident = someone(idea.author.email, user=idea.author)
    answer = {
        "went_well": "Benker er til glede for alle.",
        "reason": "Kommunen setter opp benker der til våren.",
        "way_on": "Spør velforeningen om de vil være med.",
    }
    moderation.decline_idea(idea=idea, by=UserFactory(), seen_revision=idea.revision, **answer)
    letter = resident.post.newest(resident.address)
    assert letter.subject == f"Svar på ideen din «{TITLE}»"
    assert all(words in letter.text for words in answer.values())
    resident.opens(letter.link)
    resident.is_at(TITLE)
    resident.sees("Takket nei til, med begrunnelse")
    text = resident.page.locator("main").inner_text()
    told = ["Det som var bra", answer["went_well"], "Hvorfor", answer["reason"], "En vei videre", answer["way_on"]]
    assert re.search(".*".join(re.escape(words) for words in told), text, re.S), text


def test_an_idea_is_taken_back_by_its_author(someone, intake):
    idea = IdeaFactory(submitted=True, incubator=intake, title=TITLE)
    resident = someone(idea.author.email, user=idea.author)
    resident.opens("/min-side/")
    resident.is_at("Min side")
    resident.follows(TITLE)
    resident.is_at(TITLE)
    resident.follows("Trekk ideen")
    resident.is_at(f"Vil du trekke «{TITLE}»?")
    resident.writes("Hvorfor?", "Vi flytter til våren.")
    resident.presses_button("Trekk ideen")
    resident.is_at(TITLE)
    resident.sees("Ideen er trukket. Ingen går videre med den.")
    assert resident.post.newest(resident.address).subject == f"Ideen din «{TITLE}» er trukket"
    resident.page.go_back()
    resident.presses_button("Trekk ideen")
    assert Idea.objects.get().transitions.count() == 1
