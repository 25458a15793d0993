"""A no that helps: to whom it shows the way, texts to begin it with, and what must be written before it is sent."""

import pytest
from django.db import IntegrityError, transaction

from ideas.actions import answers, moderation
from ideas.models import AnswerTemplate, Idea, Partner, Transition
from ideas.models.answers import gap_in
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

NO = {"went_well": "You know your street.", "reason": "We lack a cellar.", "way_on": "Ask the library."}


@pytest.fixture
def membership():
    return MembershipFactory(incubator__name="Tøyen Unlimited", leader=True, user__language="en")


@pytest.fixture
def client(client_for, membership):
    return client_for(membership.user)


@pytest.fixture
def idea(membership):
    return IdeaFactory(submitted=True, incubator=membership.incubator, author__language="en")


def case_url(idea: Idea, name: str = "") -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/" + (f"{name}/" if name else "")


def keep(incubator, **facts) -> AnswerTemplate:
    about = {"kind": "declined", "language": "en", "name": "No room", "reason": "We lack [what].", "way_on": "Ask on."}
    return AnswerTemplate.objects.create(incubator=incubator, **(about | facts))


# --- To whom the way leads --------------------------------------------------------------------------------------------


def test_national_partners_are_there_from_the_beginning():
    names = set(Partner.objects.filter(incubator=None).values_list("name", flat=True))

    assert names == {"Ferd Sosiale Entreprenører", "Samfunnssentralen", "Impact StartUp", "SoCentral"}


def test_no_shows_the_author_the_way_to_a_partner(client, client_for, idea):
    library = Partner.objects.create(
        incubator=idea.incubator, name="Library", url="https://library.example.no/", about_en="Lends rooms"
    )

    fields = {"revision": idea.revision, **NO, "way_on_to": f"partner:{library.uuid}"}
    assert client.post(case_url(idea, "takk-nei"), fields).status_code == 302

    log = idea.transitions.get()
    assert (log.way_on_kind, log.way_on_partner, log.way_on_incubator) == ("partner", library, None)
    page = client_for(idea.author).get(f"/en/min-side/ideer/{idea.uuid}/").text
    assert '<a href="https://library.example.no/">Library</a></strong> · Lends rooms' in page
    assert "Library" in client.get(case_url(idea)).text


def test_no_shows_the_author_the_way_to_another_incubator(client, client_for, idea):
    other = IncubatorFactory(name="Storhaug Unlimited")

    fields = {"revision": idea.revision, **NO, "way_on_to": f"incubator:{other.slug}"}
    client.post(case_url(idea, "takk-nei"), fields)

    assert idea.transitions.get().way_on_incubator == other
    assert (
        f'href="/en/inkubatorer/{other.slug}/"' in client_for(idea.author).get(f"/en/min-side/ideer/{idea.uuid}/").text
    )


@pytest.mark.parametrize("choice", ["", "partner:", "partner:nobody", "incubator:nowhere", "someone", "municipality:x"])
def test_no_without_somebody_to_ask_is_not_sent_and_keeps_its_words(client, idea, choice):
    response = client.post(case_url(idea, "takk-nei"), {"revision": idea.revision, **NO, "way_on_to": choice})

    assert response.status_code == 422
    assert "We lack a cellar." in response.text
    assert not Transition.objects.exists()


def test_ways_on_are_the_national_ones_and_ones_own(client, idea):
    Partner.objects.create(incubator=idea.incubator, name="Our library")
    Partner.objects.create(incubator=idea.incubator, name="Closed club", is_active=False)
    Partner.objects.create(incubator=IncubatorFactory(name="Elsewhere"), name="Their library")

    page = client.get(case_url(idea)).text

    assert "Our library" in page
    assert "SoCentral" in page
    assert "Elsewhere" in page
    assert "Their library" not in page
    assert "Closed club" not in page
    assert f'value="incubator:{idea.incubator.slug}"' not in page


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("transition_no_has_kind_of_way_on", {"way_on_kind": ""}),
        ("transition_way_on_says_whom", {"way_on_kind": "partner"}),
        ("transition_way_on_says_whom", {"way_on_kind": "incubator"}),
    ],
)
def test_database_refuses_a_no_that_leads_nowhere(constraint, facts):
    idea = IdeaFactory(submitted=True)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Transition.objects.create(
            idea=idea, kind="declined", from_status="submitted", to_status="declined", revision=2, **NO, **facts
        )


# --- Texts to begin with ----------------------------------------------------------------------------------------------


def test_text_is_put_after_what_was_typed_and_nothing_is_sent(client, idea):
    text = keep(idea.incubator)
    typed = {"revision": idea.revision, "went_well": "Good.", "reason": "Sorry.", "way_on": "", "way_on_to": "other"}

    response = client.post(case_url(idea, "takk-nei"), {**typed, "use_text": "1", "text": str(text.uuid)})

    assert response.status_code == 200
    form = next(form for form in response.context["groups"][0] if form.name == "takk-nei")
    assert form["went_well"].value() == "Good."
    assert form["reason"].value() == "Sorry.\n\nWe lack [what]."
    assert (form["way_on"].value(), form["way_on_to"].value()) == ("Ask on.", "other")
    assert not form.errors
    assert 'id="takk-nei" open' in response.text
    assert not Transition.objects.exists()


@pytest.mark.parametrize("chosen", ["", "nonsense", "another incubator's"])
def test_text_that_is_not_there_changes_nothing(client, idea, chosen):
    keep(idea.incubator)
    if chosen.startswith("another"):
        chosen = str(keep(IncubatorFactory(), reason="SECRET").uuid)

    response = client.post(case_url(idea, "takk-nei"), {"reason": "Sorry.", "use_text": "1", "text": chosen})

    assert response.status_code == 200
    assert "Sorry." in response.text
    assert "SECRET" not in response.text


def test_texts_in_the_language_of_the_author_come_first(client, idea):
    keep(idea.incubator, language="nb", name="A")
    keep(idea.incubator, language="en", name="B")
    keep(idea.incubator, name="Closed", is_active=False)

    page = client.get(case_url(idea)).text

    assert page.index("B (English)") < page.index("A (Norwegian Bokmål)")
    assert "Closed" not in page


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("We lack  [what].", "Write what should stand instead of [what]."),
        ("We lack \n room.", "Make it yours"),
    ],
)
def test_text_left_as_it_was_kept_is_not_sent(client, idea, reason, words):
    keep(idea.incubator, reason="We lack room.")

    fields = {"revision": idea.revision, **NO, "reason": reason, "way_on_to": "other"}
    response = client.post(case_url(idea, "takk-nei"), fields)

    assert response.status_code == 422
    assert words in response.text
    assert not Transition.objects.exists()
    assert client.post(case_url(idea, "takk-nei"), fields | {"reason": "We lack room for 40."}).status_code == 302


ANSWERS = {
    "request_changes": ("submitted", {"reason": "[Why]"}),
    "decline_idea": ("submitted", NO | {"way_on": "[Whom]"}),
    "pause_idea": ("accepted", {"reason": "[Why]"}),
    "end_idea": ("accepted", {"went_well": "[What]", "reason": "It is over."}),
    "hide_idea": ("public", {"reason": "[Why]"}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_no_answer_leaves_a_gap(name, outbox):
    status, words = ANSWERS[name]
    idea = IdeaFactory(**{status: True})

    with pytest.raises(answers.UnfinishedTextError):
        getattr(moderation, name)(idea=idea, by=UserFactory(), seen_revision=idea.revision, **words)

    assert not Transition.objects.exists()
    assert outbox() == []


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("Ask [whom] and [when].", "[whom]"),
        ("A [link](https://example.no) is no gap.", ""),
        ("Words taken out are […].", ""),
        ("Nor is [ ] one, nor a\n[line\nbreak].", ""),
    ],
)
def test_gap_is_what_stands_in_brackets(text, gap):
    assert gap_in(text) == gap


# --- The leader's pages -----------------------------------------------------------------------------------------------


def kept_url(incubator, rest: str = "") -> str:
    return f"/en/arbeidsflate/inkubatorer/{incubator.slug}/svar/{rest}"


TEXT = {"kind": "declined", "language": "nb", "name": "Plass", "reason": "Vi mangler [hva].", "way_on": ""}


def test_leader_writes_a_text_and_changes_it(client, membership):
    incubator = membership.incubator
    assert client.post(kept_url(incubator, "tekst/ny/"), TEXT, follow=True).status_code == 200
    text = incubator.answer_templates.get()
    url = kept_url(incubator, f"tekst/{text.uuid}/")

    seen = client.get(url).context["form"]["seen_at"].value()
    response = client.post(url, TEXT | {"name": "Rom", "seen_at": seen}, follow=True)

    text.refresh_from_db()
    assert (text.name, text.is_active) == ("Rom", False)
    assert "Not in use" in response.text


def test_second_of_two_leaders_is_told_and_keeps_their_words(client, membership):
    text = keep(membership.incubator)
    url = kept_url(membership.incubator, f"tekst/{text.uuid}/")
    seen = client.get(url).context["form"]["seen_at"].value()
    answers.save_template(incubator=text.incubator, template=text, facts={"name": "Hers"}, seen_at=seen)

    response = client.post(url, TEXT | {"name": "Mine", "is_active": "on", "seen_at": seen})

    assert "Somebody else has changed this" in response.text
    assert response.context["form"]["name"].value() == "Mine"
    text.refresh_from_db()
    assert text.name == "Hers"
    seen = response.context["form"]["seen_at"].value()
    client.post(url, TEXT | {"name": "Mine", "is_active": "on", "seen_at": seen})
    text.refresh_from_db()
    assert text.name == "Mine"


@pytest.mark.parametrize("what", ["tekst", "partner"])
def test_name_is_used_once(client, membership, what):
    facts = TEXT if what == "tekst" else {"name": "Library", "url": "library.example.no"}
    url = kept_url(membership.incubator, f"{what}/ny/")
    assert client.post(url, facts).status_code == 302

    response = client.post(url, facts)

    assert "There is one of that name already." in response.text


def test_partner_of_the_whole_network_is_not_the_leaders_to_change(client, membership):
    partner = Partner.objects.filter(incubator=None).first()

    assert client.get(kept_url(membership.incubator, f"partner/{partner.uuid}/")).status_code == 404
    assert partner.name in client.get(kept_url(membership.incubator)).text


@pytest.mark.parametrize("role", [{}, {"supporter": True}])
def test_only_leaders_keep_answers(client_for, membership, role):
    colleague = MembershipFactory(incubator=membership.incubator, **role).user

    assert client_for(colleague).get(kept_url(membership.incubator)).status_code == 403


def test_partner_says_what_it_does_in_any_language_it_has():
    assert Partner(about_nn="Låner ut").about == "Låner ut"
    assert Partner(about_nn="Låner ut", about_nb="Låner ut rom").about == "Låner ut rom"
    assert Partner().about == ""


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("partner_name_once", lambda: Partner.objects.create(name="SoCentral")),
        ("partner_has_name", lambda: Partner.objects.create(name="")),
        ("answer_template_name_once", lambda: [keep(place) for place in [IncubatorFactory()] * 2]),
        ("answer_template_has_words", lambda: keep(IncubatorFactory(), reason="")),
    ],
)
def test_database_refuses_what_nobody_could_choose(constraint, make):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def test_pages_ask_the_database_equally_often(same_queries_at, client, membership, idea):
    def add():
        keep(membership.incubator, name=str(AnswerTemplate.objects.count()))
        Partner.objects.create(incubator=membership.incubator, name=str(Partner.objects.count()))

    same_queries_at(add, lambda: client.get(kept_url(membership.incubator)), limit=12)
