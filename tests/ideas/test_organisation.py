"""Which form an idea is given before it is built: what is asked, who reads it, and a file that nobody else sees."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from ideas.actions.moderation import accept_idea, change_step
from ideas.actions.organisation import OrganisationChangedError, write_organisation
from ideas.actions.transitions import TransitionNotAllowedError
from ideas.models import CoAuthor, Idea, Organisation
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    OrganisationFactory,
    SupportRelationFactory,
    UserFactory,
)
from tests.races import at_once, held_elsewhere
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
NUMBER = "974 760 673"


@pytest.fixture
def idea():
    idea = IdeaFactory(accepted=True, incubator=IncubatorFactory(name="Tøyen Unlimited"), title="Verksted")
    SupportRelationFactory(idea=idea)
    return idea


@pytest.fixture
def ali(idea):
    return idea.support_relations.get().supporter


def desk_url(idea) -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/organisasjon/"


def my_url(idea) -> str:
    return f"/en/min-side/ideer/{idea.uuid}/organisasjon/"


def sent(**more) -> dict:
    return {"revision": "0", "form": "association", "who_pays": "zebrafink"} | more


def pdf(content: bytes = b"%PDF-1.7 statutes") -> SimpleUploadedFile:
    return SimpleUploadedFile("../../min vedtekt.exe", content, content_type="application/pdf")


def test_author_writes_and_supporter_reads(client_for, idea, ali):
    author = client_for(idea.author)
    page = author.get(my_url(idea)).text
    assert "Which form fits?" in page
    chosen = sent(number=NUMBER, name="Verkstedet", ready=["statutes", "board"], statutes=pdf())
    assert "It is saved." in author.post(my_url(idea), chosen, follow=True).text
    row = Organisation.objects.get()
    assert (row.number, row.ready, row.revision, row.updated_by) == ("974760673", ["statutes", "board"], 1, idea.author)
    page = client_for(ali).get(desk_url(idea)).text
    assert "Verkstedet" in page
    assert "zebrafink" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"form": ""}, "Choose a form"),
        ({"form": "undecided"}, "Write what you need to know first."),
        ({"number": "974760674"}, "organisation number"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_words_stay(client_for, idea, change, words):
    answer = client_for(idea.author).post(my_url(idea), sent() | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert ">\nzebrafink</textarea>" in answer.text
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"), [(b"MZ\x90", "This is no PDF."), (b"%PDF-" + b"0" * (5 * 2**20), "larger than 5 MB")]
)
def test_file_that_is_none_of_ours_is_not_kept(client_for, idea, content, words):
    answer = client_for(idea.author).post(my_url(idea), sent(statutes=pdf(content)))
    assert (answer.status_code, words in answer.text) == (422, True)
    assert not Organisation.objects.exists()


def test_two_tabs_lose_nothing(client_for, idea, ali):
    client_for(ali).post(desk_url(idea), sent(name="By Ali"))
    author = client_for(idea.author)
    answer = author.post(my_url(idea), sent(name="By Sara"))
    assert answer.status_code == 409
    assert "By Ali" in answer.text
    assert 'value="By Sara"' in answer.text
    assert 'name="revision" value="1"' in answer.text
    assert "It is saved." in author.post(my_url(idea), sent(name="By both", revision="1"), follow=True).text


def test_statutes_are_saved_under_a_name_of_ours_replaced_and_taken_away(
    client_for, idea, django_capture_on_commit_callbacks
):
    author = client_for(idea.author)
    author.post(my_url(idea), sent(statutes=pdf()))
    first = Organisation.objects.get().statutes
    assert first.name.startswith("statutes/")
    assert "vedtekt" not in first.name
    with django_capture_on_commit_callbacks(execute=True):
        author.post(my_url(idea), sent(revision="1", statutes=pdf(b"%PDF-1.7 newer")))
    second = Organisation.objects.get().statutes
    with second.open() as file:
        assert (first.storage.exists(first.name), file.read()) == (False, b"%PDF-1.7 newer")
    with django_capture_on_commit_callbacks(execute=True):
        author.post(my_url(idea), sent(revision="2", remove_statutes="on"))
    assert not Organisation.objects.get().statutes
    assert not second.storage.exists(second.name)


def test_statutes_are_read_by_the_two_and_the_incubator_only(client_for, client, idea, ali):
    client_for(idea.author).post(my_url(idea), sent(statutes=pdf()))
    url = f"/en/vedtekter/{idea.uuid}/"
    for reader in (idea.author, ali, MembershipFactory(incubator=idea.incubator).user):
        answer = client_for(reader).get(url)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Cache-Control"] == "private, no-store"
        assert b"".join(answer.streaming_content) == b"%PDF-1.7 statutes"
    others = (UserFactory(), MembershipFactory(incubator=idea.incubator, supporter=True).user, MembershipFactory().user)
    assert {client_for(other).get(url).status_code for other in others} == {404}
    assert client.get(url).status_code == 302


def test_who_reads_along_reads_and_writes_nothing(client_for, idea):
    OrganisationFactory(idea=idea, name="Verkstedet")
    friend = UserFactory()
    CoAuthor.objects.create(
        idea=idea, user=friend, email=friend.email, role="read", status="joined", joined_at=idea.created_at,
        expires_at=idea.created_at,
    )  # fmt: skip
    page = client_for(friend).get(my_url(idea)).text
    assert "Verkstedet" in page
    assert 'type="submit">Save' not in page
    assert client_for(friend).post(my_url(idea), sent(revision="1")).status_code == 403


def test_idea_that_is_not_taken_in_has_none(idea, ali):
    Idea.objects.update(status="submitted", step="")
    with pytest.raises(TransitionNotAllowedError):
        write_organisation(idea=idea, by=ali, seen_revision=0, form="association")


def test_it_is_handed_out_and_erased_with_its_author(client_for, idea, django_capture_on_commit_callbacks):
    author = client_for(idea.author)
    author.post(my_url(idea), sent(statutes=pdf()))
    file = Organisation.objects.get().statutes
    export = json.loads(author.post("/en/konto/mine-opplysninger/").content)
    assert export["ideas"][0]["organisation"]["who_pays"] == "zebrafink"
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(by=idea.author)
    assert not Organisation.objects.exists()
    assert not file.storage.exists(file.name)


@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_once_are_both_kept_or_one_is_told(client_for):
    idea = SupportRelationFactory().idea
    acts = [
        lambda name=name: write_organisation(
            idea=idea, by=idea.author, seen_revision=0, form="association", name=name
        )
        for name in ("one", "two")
    ]  # fmt: skip
    results = at_once(*acts, refused=OrganisationChangedError)
    assert len([one for one in results if isinstance(one, OrganisationChangedError)]) == 1
    with held_elsewhere(idea):
        answer = client_for(idea.author).post(my_url(idea), sent(revision="1"))
    assert answer.status_code == 503
    assert "zebrafink" in answer.text


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("organisation_undecided_has_reason", {"form": "undecided"}),
        ("organisation_number_has_9_digits", {"number": "12345678"}),
    ],
)
def test_database_refuses_what_cannot_be(idea, constraint, facts):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OrganisationFactory(idea=idea, **facts)


# --- Before it is built -----------------------------------------------------------------------------------------------


def test_no_step_leads_to_build_it_before_the_form_is_thought_of(client_for):
    moderator = MembershipFactory()
    idea = IdeaFactory(accepted=True, incubator=moderator.incubator)
    with pytest.raises(TransitionNotAllowedError):
        change_step(idea=idea, by=moderator.user, seen_revision=idea.revision, step="build")
    case, client = f"/en/arbeidsflate/ideer/{idea.uuid}/", client_for(moderator.user)
    assert "“Build it” can be chosen once the page “Organisation” says" in client.get(case).text
    answer = client.post(f"{case}steg/", {"step": "build", "message": "kept words", "revision": idea.revision})
    assert answer.status_code == 422
    assert "kept words" in answer.text

    OrganisationFactory(idea=idea, form="undecided", undecided_because="We ask the bank.")
    client.post(f"{case}steg/", {"step": "build", "revision": idea.revision})
    assert Idea.objects.get(pk=idea.pk).step == "build"


def test_idea_is_not_taken_in_to_be_built(client_for):
    moderator = MembershipFactory()
    idea = IdeaFactory(submitted=True, incubator=moderator.incubator)
    with pytest.raises(TransitionNotAllowedError):
        accept_idea(idea=idea, by=moderator.user, seen_revision=idea.revision, step="build")
    url = f"/en/arbeidsflate/ideer/{idea.uuid}/ta-inn/"
    assert client_for(moderator.user).post(url, {"step": "build", "revision": idea.revision}).status_code == 422
    assert Idea.objects.get(pk=idea.pk).status == "submitted"
