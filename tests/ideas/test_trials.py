"""What was tried: three fields are enough, nothing is lost, and the pilot report makes itself."""

import io
import json
import uuid

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from ideas.actions.meetings import NotOfTheTwoError
from ideas.actions.transitions import IdeaError
from ideas.actions.trials import change_trial, remove_trial, write_trial
from ideas.models import Idea, Trial
from ideas.pilot_report import pilot_report
from tests.factories import (
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    SupportRelationFactory,
    TrialFactory,
    UserFactory,
)
from tests.races import at_once, held_elsewhere
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
THREE = {"hypothesis": "Would anyone come?", "happened": "zebrafink", "learnt": "They want to cook."}


@pytest.fixture
def idea():
    idea = IdeaFactory(accepted=True, incubator=IncubatorFactory(name="Tøyen Unlimited"), title="Verksted")
    SupportRelationFactory(idea=idea)
    return idea


@pytest.fixture
def ali(idea):
    return idea.support_relations.get().supporter


def my_url(idea, rest: str = "") -> str:
    return f"/en/min-side/ideer/{idea.uuid}/forsok/{rest}"


def desk_url(idea, rest: str = "") -> str:
    return f"/en/arbeidsflate/ideer/{idea.uuid}/forsok/{rest}"


def picture() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "PNG")
    return SimpleUploadedFile("me.png", file.getvalue(), content_type="image/png")


# --- Writing it down --------------------------------------------------------------------------------------------------


def test_three_fields_are_enough_and_both_sides_read_them(client_for, idea, ali, outbox):
    sent = THREE | {"token": str(uuid.uuid4())}
    author = client_for(idea.author)
    for _press in range(2):
        assert "The trial is written down." in author.post(my_url(idea, "ny/"), sent, follow=True).text
    trial = Trial.objects.get()
    assert (trial.side, trial.tried, trial.written_by) == ("author", None, idea.author)
    assert "zebrafink" in client_for(ali).get(desk_url(idea)).text
    assert "zebrafink" in client_for(MembershipFactory(incubator=idea.incubator).user).get(desk_url(idea)).text
    assert [mail.recipient for mail in outbox("trial-written")] == [ali.email]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learnt": ""}, "Write what you learnt"),
        ({"last_on": "2026-01-02"}, "Enter the first day too."),
        ({"first_on": "2026-01-03", "last_on": "2026-01-02"}, "The last day is before the first one."),
        ({"tried": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(client_for, idea, change, words):
    answer = client_for(idea.author).post(my_url(idea, "ny/"), THREE | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert "zebrafink" in answer.text
    assert not Trial.objects.exists()


def test_either_side_puts_it_right_and_a_stale_form_loses_nothing(client_for, idea, ali):
    trial = TrialFactory(idea=idea)
    sent = THREE | {"revision": "1", "tried": "40"}
    page = client_for(ali).post(desk_url(idea, f"{trial.uuid}/"), sent, follow=True).text
    assert "<dd>40</dd>" in page
    author = client_for(idea.author)
    answer = author.post(my_url(idea, f"{trial.uuid}/"), sent | {"happened": "wren"})
    assert answer.status_code == 409
    assert ">\nwren</textarea>" in answer.text
    assert 'name="revision" value="2"' in answer.text
    page = author.post(my_url(idea, f"{trial.uuid}/"), sent | {"happened": "wren", "revision": "2"}, follow=True).text
    assert "wren" in page


def test_it_is_taken_away_as_it_was_read_only(client_for, idea):
    trial, author = TrialFactory(idea=idea), client_for(idea.author)
    url = my_url(idea, f"{trial.uuid}/fjern/")
    assert "Take this trial away?" in author.get(url).text
    for seen in ("0", "", "x", "9" * 5000):
        assert "is still here" in author.post(url, {"revision": seen}, follow=True).text
    assert "The trial is taken away." in author.post(url, {"revision": "1"}, follow=True).text
    assert not Trial.objects.exists()


def test_who_moderates_reads_and_does_not_write(client_for, idea):
    trial = TrialFactory(idea=idea)
    desk = client_for(MembershipFactory(incubator=idea.incubator).user)
    assert "Write down a trial" not in desk.get(desk_url(idea)).text
    for rest in ("ny/", f"{trial.uuid}/", f"{trial.uuid}/fjern/"):
        assert desk.get(desk_url(idea, rest)).status_code == 403
    for act in (
        lambda who: write_trial(idea=idea, by=who, token=uuid.uuid4(), **THREE),
        lambda who: change_trial(trial=trial, by=who, seen_revision=1, **THREE),
        lambda who: remove_trial(trial=trial, by=who, seen_revision=1),
    ):
        with pytest.raises(NotOfTheTwoError):
            act(UserFactory())


def test_idea_that_is_not_taken_in_has_none(client_for, idea):
    Idea.objects.update(status="submitted", step="")
    assert client_for(idea.author).get(my_url(idea, "ny/")).status_code == 403


# --- A picture, with everybody's yes ----------------------------------------------------------------------------------


def test_picture_is_kept_only_with_words_and_everybodys_yes(client_for, idea, ali):
    author, url = client_for(idea.author), my_url(idea, "ny/")
    answer = author.post(url, THREE | {"picture": picture()})
    assert answer.status_code == 422
    for words in ("Say in one sentence what the picture shows.", "Without their yes, the picture cannot be kept."):
        assert words in answer.text
    assert not Trial.objects.exists()
    agreed = {"picture": picture(), "picture_alt": "A pot of soup", "picture_agreed": "on"}
    assert 'alt="A pot of soup"' in author.post(url, THREE | agreed, follow=True).text
    trial = Trial.objects.get()
    assert trial.picture.name.endswith(".webp")
    answer = client_for(ali).get(desk_url(idea, f"{trial.uuid}/bilde/"))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/webp", "private, no-store")
    assert b"".join(answer.streaming_content)
    assert client_for(UserFactory()).get(my_url(idea, f"{trial.uuid}/bilde/")).status_code == 404


@pytest.mark.parametrize("how", ["taken away", "the trial goes", "the author goes"])
def test_picture_goes_for_good(client_for, idea, django_capture_on_commit_callbacks, how):
    author = client_for(idea.author)
    agreed = {"picture": picture(), "picture_alt": "A pot of soup", "picture_agreed": "on"}
    author.post(my_url(idea, "ny/"), THREE | agreed)
    trial = Trial.objects.get()
    file = trial.picture
    with django_capture_on_commit_callbacks(execute=True):
        if how == "taken away":
            sent = THREE | {"revision": "1", "remove_picture": "on"}
            assert "The trial is written down." in author.post(my_url(idea, f"{trial.uuid}/"), sent, follow=True).text
        elif how == "the trial goes":
            remove_trial(trial=trial, by=idea.author, seen_revision=1)
        else:
            erase_person(by=idea.author)
    assert not file.storage.exists(file.name)
    assert not Trial.objects.exclude(picture="").exists()


# --- The pilot report -------------------------------------------------------------------------------------------------


def test_sums_say_of_how_many_trials_they_are(client_for, idea, ali):
    TrialFactory(idea=idea, asked=20, tried=12, kroner=500)
    TrialFactory(idea=idea, tried=8)
    page = client_for(ali).get(desk_url(idea)).text
    for words in ("20 (from 2 of 2 trials)", "20 (from 1 of 2 trials)", "500 (from 1 of 2 trials)"):
        assert words in page
    assert "Helped to decide" not in page


def test_report_is_a_document_for_screen_readers(client_for, idea, ali):
    TrialFactory(idea=idea, happened="#panic() *Forty* came.", place="The square", tried=0)
    for reader, url in ((ali, desk_url(idea, "rapport.pdf")), (idea.author, my_url(idea, "rapport.pdf"))):
        document = pypdf.PdfReader(io.BytesIO(client_for(reader).get(url).content))
        assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert b"pdfuaid" in document.trailer["/Root"]["/Metadata"].get_data()
        text = "\n".join(page.extract_text() for page in document.pages)
        for words in ("What we tried: Verksted", "#panic() *Forty* came.", "The square", "0 (from 1 of 1 trials)"):
            assert words in text
    assert client_for(UserFactory()).get(desk_url(idea, "rapport.pdf")).status_code == 404


def test_report_has_the_pictures_that_were_agreed_to(client_for, idea):
    author = client_for(idea.author)
    agreed = {"picture": picture(), "picture_alt": "A pot of soup", "picture_agreed": "on"}
    author.post(my_url(idea, "ny/"), THREE | agreed)
    TrialFactory(idea=idea)
    assert pictures_in(author.get(my_url(idea, "rapport.pdf")).content) == 1
    # A file that is gone takes nothing else along.
    file = Trial.objects.exclude(picture="").get().picture
    file.storage.delete(file.name)
    content = author.get(my_url(idea, "rapport.pdf")).content
    assert pictures_in(content) == 0
    assert "zebrafink" in "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def pictures_in(content: bytes) -> int:
    return sum(len(page.images) for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_report_of_nothing_is_none(client_for, idea, ali):
    assert client_for(ali).get(desk_url(idea, "rapport.pdf")).status_code == 404
    assert pilot_report(idea)["totals"] == []


def test_page_and_report_do_not_grow(client_for, idea, ali, same_queries_at):
    desk = client_for(ali)
    same_queries_at(lambda: TrialFactory(idea=idea), lambda: desk.get(desk_url(idea)), limit=12, rows=(1, 3, 60))


def test_it_is_handed_out_to_its_author(client_for, idea):
    TrialFactory(idea=idea, happened="zebrafink")
    export = json.loads(client_for(idea.author).post("/en/konto/mine-opplysninger/").content)
    assert export["ideas"][0]["trials"][0]["happened"] == "zebrafink"


# --- Mails, races, the database ---------------------------------------------------------------------------------------


def test_other_side_is_told_once_a_day(idea, ali, outbox):
    for _each in range(3):
        write_trial(idea=idea, by=idea.author, token=uuid.uuid4(), **THREE)
    write_trial(idea=idea, by=ali, token=uuid.uuid4(), **THREE)
    assert [mail.recipient for mail in outbox("trial-written")] == [ali.email, idea.author.email]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mails_are_in_the_readers_language_and_tell_no_story(idea, ali, outbox, language):
    for person in (idea.author, ali):
        person.language = language
        person.save()
    for by in (idea.author, ali):
        write_trial(idea=idea, by=by, token=uuid.uuid4(), **THREE)
    mails = outbox("trial-written")
    assert [mail.language for mail in mails] == [language] * 2
    for mail in mails:
        assert "Verksted" in say(mail).subject
        assert "zebrafink" not in say(mail).text + str(mail.snapshot)


def test_mails_are_taken_back_with_what_they_tell_of(idea, ali, outbox):
    with transaction.atomic():
        write_trial(idea=idea, by=ali, token=uuid.uuid4(), **THREE)
        assert outbox("trial-written")
        transaction.set_rollback(True)
    assert not outbox()


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_trial_and_of_two_changes_one_is_told(client_for):
    relation = SupportRelationFactory()
    idea, token = Idea.objects.select_related("author").get(pk=relation.idea_id), uuid.uuid4()
    write = lambda: write_trial(idea=idea, by=idea.author, token=token, **THREE)  # noqa: E731
    one, other = at_once(write, write, refused=IdeaError)
    assert one.pk == other.pk
    change = lambda: change_trial(trial=one, by=idea.author, seen_revision=1, **THREE)  # noqa: E731
    results = at_once(change, change, refused=IdeaError)
    assert len([result for result in results if isinstance(result, IdeaError)]) == 1
    with held_elsewhere(idea):
        answer = client_for(idea.author).post(my_url(idea, "ny/"), THREE)
    assert answer.status_code == 503
    assert "zebrafink" in answer.text


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("trial_has_its_three_fields", {"learnt": ""}),
        ("trial_days_in_order", {"last_on": timezone.localdate()}),
        ("trial_picture_is_agreed_to", {"picture": "trials/x.webp", "picture_alt": "x"}),
        ("trial_picture_is_agreed_to", {"picture": "trials/x.webp", "picture_agreed": True}),
    ],
)
def test_database_refuses_what_cannot_be(idea, constraint, facts):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TrialFactory(idea=idea, **facts)


def test_words_about_a_trial_that_is_taken_away_meanwhile_can_be_sent_as_a_new_one(client_for, idea, ali):
    trial = TrialFactory(idea=idea)
    remove_trial(trial=trial, by=ali, seen_revision=1)
    author = client_for(idea.author)
    answer = author.post(my_url(idea, f"{trial.uuid}/"), THREE | {"revision": "1"})
    assert answer.status_code == 409
    assert "zebrafink" in answer.text
    assert f'action="{my_url(idea, "ny/")}"' in answer.text
    assert author.get(my_url(idea, f"{trial.uuid}/")).status_code == 404
    assert not Trial.objects.exists()


def test_page_says_of_each_trial_who_took_part_and_what_it_cost(client_for, idea):
    TrialFactory(idea=idea, place="The square", asked=60, tried=23, decided=2, kroner=12_000)
    page = " ".join(client_for(idea.author).get(my_url(idea)).text.split())
    for fact in ("The square", "60", "23", "2", "12,000"):
        assert f"<dd>{fact}</dd>" in page
    assert "12,000 (from 1 of 1 trials)" in page
