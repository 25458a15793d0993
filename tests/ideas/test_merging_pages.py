"""The pages on which two ideas become one: staff find the other, authors answer, the public address leads on."""

import pytest

from ideas.actions.merging import agree_to_merge, propose_merge
from ideas.models import Merge
from tests.factories import IdeaFactory, IncubatorFactory, MembershipFactory, UserFactory
from tests.races import held_elsewhere

pytestmark = pytest.mark.django_db
WHY = "zebrafink: both want a workshop"


@pytest.fixture
def place():
    return IncubatorFactory(name="Tøyen")


@pytest.fixture
def mona(place):
    return MembershipFactory(incubator=place, user__name="Mona").user


@pytest.fixture
def source(place):
    return IdeaFactory(public=True, incubator=place, title="Verksted", author__name="Sara")


@pytest.fixture
def target(place):
    return IdeaFactory(public=True, incubator=place, title="Snekkerbod", author__name="Ola")


@pytest.fixture
def desk(client_for, mona):
    return client_for(mona)


def ask(source, target, by) -> Merge:
    return propose_merge(source=source, target=target, by=by, reason=WHY)


def desk_url(idea) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/sla-sammen/"


def my_url(idea, rest="") -> str:
    return f"/en/min-side/ideer/{idea.uuid}/{rest}"


def test_staff_find_the_other_idea_and_ask_and_the_authors_answer(desk, client_for, source, target):
    IdeaFactory(ended=True, incubator=source.incubator, title="Snekkerlag")
    IdeaFactory(submitted=True, title="Snekkersmie")  # elsewhere
    case = desk.get(f"/en/arbeidsflate/ideer/{source.uuid}/").text
    assert desk_url(source) in case
    page = desk.post(desk_url(source), {"q": "snekker", "reason": WHY, "search": "1"}).text
    assert "Snekkerbod" in page
    assert WHY in page
    assert "Snekkerlag" not in page
    assert "Snekkersmie" not in page
    assert not Merge.objects.exists()
    answer = desk.post(desk_url(source), {"q": "snekker", "target": target.uuid, "reason": WHY}, follow=True)
    assert "The authors are asked." in answer.text
    merge = Merge.objects.get()

    for idea in (source, target):
        page = client_for(idea.author).get(my_url(idea)).text
        assert "May two ideas become one?" in page
        assert WHY in page
    said = {"merge": merge.uuid, "answer": "ja", "words": "Gladly."}
    for _ in range(2):
        answer = client_for(source.author).post(my_url(source, "sla-sammen/"), said, follow=True)
        assert "You have said yes." in answer.text
    assert "has not answered yet" in answer.text
    answer = client_for(target.author).post(my_url(target, "sla-sammen/"), said, follow=True)
    assert "Another idea was merged into it" in answer.text
    page = client_for(source.author).get(my_url(source)).text
    assert "Your idea goes on as “Snekkerbod”." in page
    assert client_for(source.author).get(my_url(target)).status_code == 200
    assert "Gladly." in desk.get(desk_url(source)).text


def test_no_leaves_both_as_they_are_and_staff_read_why(desk, client_for, source, target, mona):
    merge = ask(source, target, mona)
    said = {"merge": merge.uuid, "answer": "nei", "words": "Mine is smaller."}
    answer = client_for(target.author).post(my_url(target, "sla-sammen/"), said, follow=True)
    assert "You have said no." in answer.text
    assert "An author said no" in client_for(source.author).get(my_url(source)).text
    assert "Mine is smaller." not in client_for(source.author).get(my_url(source)).text
    assert "Mine is smaller." in desk.get(desk_url(source)).text


def test_circle_is_refused_in_words_and_what_was_typed_is_kept(desk, source, target, place, mona):
    ask(source, target, mona)
    third = IdeaFactory(submitted=True, incubator=place, title="Tredje")
    sent = {"q": "", "target": source.uuid, "reason": WHY}
    answer = desk.post(desk_url(third), sent)
    assert answer.status_code == 409
    assert "They cannot go in a circle" in answer.text
    assert WHY in answer.text
    answer = desk.post(desk_url(target), {**sent, "target": third.uuid})
    assert "It is already asked whether another idea may go into this one." in answer.text
    answer = desk.post(desk_url(source), {**sent, "target": third.uuid})
    assert "It is already asked whether this idea may go into another one." in answer.text
    assert Merge.objects.count() == 1


def test_idea_elsewhere_is_answered_as_one_that_is_not_there(desk, source):
    elsewhere = IdeaFactory(submitted=True, title="Naboen")
    pages = []
    for uuid in (elsewhere.uuid, "7b0c1f3e-0000-4000-8000-000000000000"):
        answer = desk.post(desk_url(source), {"q": "", "target": uuid, "reason": WHY})
        assert answer.status_code == 422
        pages.append(answer.text.replace(str(uuid), "").split("</head>")[1].split("csrfmiddlewaretoken")[0])
        assert "not among those that are open and yours to answer" in answer.text
        assert "Naboen" not in answer.text
    assert desk.get(desk_url(elsewhere)).status_code == 404
    assert not Merge.objects.exists()


def test_words_are_asked_for_and_kept(desk, source, target):
    answer = desk.post(desk_url(source), {"q": "", "reason": WHY})
    assert answer.status_code == 422
    assert "Choose the idea that goes on." in answer.text
    assert WHY in answer.text
    answer = desk.post(desk_url(source), {"q": "", "target": target.uuid, "reason": ""})
    assert "Write why. Both authors read it." in answer.text


def test_spoken_yes_is_written_down_on_the_page(desk, place, target, mona):
    source = IdeaFactory(submitted=True, incubator=place, author=None, title="Fortalt")
    merge = ask(source, target, mona)
    url = f"/en/arbeidsflate/sammenslaing/{merge.uuid}/muntlig-ja/"
    assert "has said yes to me" in desk.get(desk_url(source)).text
    answer = desk.post(url, {"side": "source", "words": ""})
    assert answer.status_code == 422
    assert "Write when and how they said yes." in answer.text
    answer = desk.post(url, {"side": "source", "words": "On Monday, here."}, follow=True)
    assert "It is written down." in answer.text
    assert "has said yes to me" not in answer.text
    # Who has an account answers there.
    assert desk.post(url, {"side": "target", "words": "He said so."}).status_code == 404


def test_question_is_taken_back(desk, client_for, source, target, mona):
    merge = ask(source, target, mona)
    url = f"/en/arbeidsflate/sammenslaing/{merge.uuid}/trekk-tilbake/"
    assert "The question is taken back." in desk.post(url, follow=True).text
    said = {"merge": merge.uuid, "answer": "ja"}
    answer = client_for(source.author).post(my_url(source, "sla-sammen/"), said, follow=True)
    assert "This is not possible any more" in answer.text
    assert "Taken back" in answer.text


def test_only_the_author_answers(client_for, source, target, mona):
    merge = ask(source, target, mona)
    said = {"merge": merge.uuid, "answer": "ja"}
    for person in (mona, UserFactory(), target.author):
        assert client_for(person).post(my_url(source, "sla-sammen/"), said).status_code == 404
    other = IdeaFactory(submitted=True)
    assert client_for(other.author).post(my_url(other, "sla-sammen/"), said).status_code == 404
    client_for(source.author).post(my_url(source, "sla-sammen/"), {"merge": merge.uuid, "answer": "perhaps"})
    merge.refresh_from_db()
    assert (merge.source_agreed_at, merge.target_agreed_at) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_busy_idea_keeps_the_words(desk, source, target):
    with held_elsewhere(target):
        answer = desk.post(desk_url(source), {"q": "", "target": target.uuid, "reason": WHY})
    assert answer.status_code == 503
    assert WHY in answer.text


# --- What everyone sees -----------------------------------------------------------------------------------------------


def merged(source, target, by) -> None:
    merge = ask(source, target, by)
    for author in (source.author, target.author):
        agree_to_merge(merge=merge, by=author)


def test_public_address_leads_on_through_all_that_it_went_into(client, source, target, place, mona):
    last = IdeaFactory(public=True, incubator=place)
    merged(source, target, mona)
    answer = client.get(f"/en/ideer/{source.slug}/")
    assert (answer.status_code, answer.url) == (302, f"/en/ideer/{target.slug}/")
    merged(target, last, mona)
    assert client.get(f"/en/ideer/{source.slug}/").url == f"/en/ideer/{last.slug}/"
    last.is_hidden, last.hidden_reason = True, "It names a neighbour."
    last.save()
    assert client.get(f"/en/ideer/{source.slug}/").status_code == 404


@pytest.mark.parametrize("facts", [{"may_publish": False, "age_band": ""}, {"is_hidden": True, "hidden_reason": "x"}])
def test_idea_that_nobody_might_see_leads_nowhere(client, source, target, mona, facts):
    for name, value in facts.items():
        setattr(source, name, value)
    source.save()
    merged(source, target, mona)
    assert client.get(f"/en/ideer/{source.slug}/").status_code == 404


# --- Queries ----------------------------------------------------------------------------------------------------------


def test_pages_ask_the_database_equally_often(desk, client_for, source, target, place, mona, same_queries_at):
    def add():
        one = IdeaFactory(public=True, incubator=place, title="Snekkerlag")
        ask(one, target, mona)

    same_queries_at(add, lambda: desk.get(desk_url(target)), limit=12)
    mine = client_for(target.author)
    same_queries_at(add, lambda: mine.get(my_url(target)), limit=20)
    same_queries_at(add, lambda: desk.get(f"/en/arbeidsflate/ideer/{target.uuid}/"), limit=12)
