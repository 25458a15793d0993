"""Words that name others leave everything that the public reads, and nothing that those read who may."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ideas.actions.moderation import request_changes
from ideas.actions.redaction import PassageNotFoundError, lift_redaction, redact_idea
from ideas.actions.submission import save_draft, submit_idea
from ideas.actions.transitions import EditedElsewhereError, TransitionNotAllowedError
from ideas.models import Idea, Redaction
from ideas.models.redaction import take_out
from ideas.privacy import export_ideas
from tests.factories import IdeaFactory, MembershipFactory, RedactionFactory, UserFactory
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
NAME = "Kari Nilsen"


@pytest.fixture
def idea():
    return IdeaFactory(
        public=True, title=f"Help for {NAME}", slug="help-for-kari-nilsen-abcde",
        need=f"My neighbour {NAME} sits alone. Kari never goes out.", proposal="Coffee on Fridays.",
    )  # fmt: skip


@pytest.fixture
def moderator(idea):
    return MembershipFactory(incubator=idea.incubator, user__name="Mona").user


def redact(idea, by, *passages, reason="She has not been asked.") -> Idea:
    return redact_idea(idea=idea, by=by, seen_revision=idea.revision, passages=list(passages), reason=reason)


@pytest.mark.parametrize(
    ("text", "passages", "left"),
    [
        ("Kari and Karianne", ["Kari"], "[…] and Karianne"),
        ("KARI, kari. Kari!", ["Kari"], "[…], […]. […]!"),
        ("Kari Nilsen and Kari", ["Kari", "Kari Nilsen"], "[…] and […]"),
        ("Kari\n  Nilsen", ["Kari Nilsen"], "[…]"),
        ("call 22 33 44 55", ["22 33 44 55"], "call […]"),
        ("a.b (c)", [".b (c)"], "a.b (c)"),
        ("Åse bor i Ås", ["Ås"], "Åse bor i […]"),
        ("nothing of it", ["Kari"], "nothing of it"),
        ("", ["Kari"], ""),
    ],
)
def test_passage_is_taken_out_as_whole_words(text, passages, left):
    assert take_out(text, passages) == left


def test_public_reads_the_mark_by_page_card_search_and_address(client, idea, moderator):
    redact(idea, moderator, NAME, "Kari")
    idea.refresh_from_db()

    page = client.get(f"/en/ideer/{idea.slug}/").content.decode()
    assert "My neighbour […] sits alone. […] never goes out." in page
    assert "Help for […]" in page
    assert "kari" not in idea.slug
    assert client.get("/en/ideer/help-for-kari-nilsen-abcde/").status_code == 404
    for path in ("/en/ideer/", "/en/ideer/?q=coffee", "/sitemap-ideas.xml", f"/en/inkubatorer/{idea.incubator.slug}/"):
        assert "kari" not in client.get(path).content.decode().lower()
    assert "Help for" not in client.get("/en/ideer/?q=nilsen").content.decode()


def test_original_is_kept_for_staff_with_who_and_why(client_for, idea, moderator):
    redact(idea, moderator, NAME)
    case = client_for(moderator).get(f"/en/arbeidsflate/ideer/{idea.uuid}/").content.decode()
    assert f"My neighbour {NAME} sits alone." in case
    assert "She has not been asked." in case
    assert "Mona" in case


def test_author_is_told_what_and_why_and_the_mail_names_nobody(client_for, idea, moderator, outbox):
    redact(idea, moderator, NAME)
    page = client_for(idea.author).get(f"/en/min-side/ideer/{idea.uuid}/").content.decode()
    assert f'<q lang="nb">{NAME}</q>' in page
    assert "She has not been asked." in page
    (mail,) = outbox("idea-redacted")
    assert NAME not in str(mail.snapshot)
    (exported,) = export_ideas(idea.author)
    assert exported["taken_out_of_public_text"][0]["passage"] == NAME


def test_words_put_back_stand_as_they_were_and_others_stay_out(idea, moderator, outbox):
    redact(idea, moderator, NAME)
    idea.refresh_from_db()
    redact(idea, moderator, "Fridays")
    idea.refresh_from_db()
    lift_redaction(idea=idea, by=moderator, seen_revision=idea.revision, redaction=idea.redactions.get(passage=NAME))
    idea.refresh_from_db()
    assert (idea.title, idea.proposal) == (f"Help for {NAME}", "Coffee on […].")
    lifted = Redaction.objects.get(passage=NAME)
    assert (lifted.lifted_by, lifted.lifted_at is not None) == (moderator, True)
    assert [log.kind for log in idea.transitions.all()] == ["redacted", "redacted", "unredacted"]
    assert len(outbox("idea-unredacted")) == 1


def test_words_put_back_twice_are_put_back_once(idea, moderator):
    redaction = RedactionFactory(idea=idea, lifted_at=timezone.now())
    with pytest.raises(TransitionNotAllowedError):
        lift_redaction(idea=idea, by=moderator, seen_revision=idea.revision, redaction=redaction)


def test_words_of_another_idea_are_not_put_back_from_here(idea, moderator):
    elsewhere = RedactionFactory()
    with pytest.raises(TransitionNotAllowedError):
        lift_redaction(idea=idea, by=moderator, seen_revision=idea.revision, redaction=elsewhere)
    elsewhere.refresh_from_db()
    assert elsewhere.lifted_at is None


def test_name_written_again_is_taken_out_again_and_kept_in_the_version(moderator):
    idea = IdeaFactory(submitted=True, need=f"{NAME} sits alone.")
    redact(idea, moderator, NAME)
    idea.refresh_from_db()
    request_changes(idea=idea, by=moderator, seen_revision=idea.revision, reason="For whom?")
    save_draft(idea=idea, by=idea.author, values={"need": f"For old people, such as {NAME}."})
    idea.refresh_from_db()
    assert NAME in idea.need
    submit_idea(idea=idea, by=idea.author)
    idea.refresh_from_db()
    assert idea.need == "For old people, such as […]."
    assert NAME in idea.versions.get(number=2).texts["need"]


@pytest.mark.parametrize("status", ["draft", "changes_requested"])
def test_text_that_the_author_has_is_left_alone(moderator, status):
    idea = IdeaFactory(**({} if status == "draft" else {status: True}), need=NAME)
    with pytest.raises(TransitionNotAllowedError):
        redact(idea, moderator, NAME)
    idea.refresh_from_db()
    assert idea.need == NAME


def test_words_that_the_text_does_not_have_take_nothing_out(idea, moderator):
    with pytest.raises(PassageNotFoundError) as error:
        redact(idea, moderator, NAME, "Ola")
    assert error.value.passages == ["Ola"]
    assert not Redaction.objects.exists()


def test_page_read_before_a_colleague_changed_the_case_takes_nothing_out(idea, moderator):
    redact(idea, moderator, NAME)
    with pytest.raises(EditedElsewhereError):
        redact(idea, moderator, "Kari")


def test_mark_longer_than_the_word_still_fits_the_column(moderator):
    idea = IdeaFactory(public=True, title="Al " * 26 + "Al")
    redact(idea, moderator, "Al")
    idea.refresh_from_db()
    assert len(idea.title) == 80


def test_form_says_which_words_are_not_in_the_text_and_keeps_them(client_for, idea, moderator):
    facts = {"revision": idea.revision, "passages": f"{NAME}\nOla", "reason": "Why not."}
    answer = client_for(moderator).post(f"/en/arbeidsflate/ideer/{idea.uuid}/ta-ut/", facts)
    assert answer.status_code == 422
    assert "“Ola” does not stand in the public text" in answer.content.decode()
    assert f"{NAME}\nOla</textarea>" in answer.content.decode()


@pytest.mark.parametrize("passages", ["x" * 501, "\n".join(f"word{number}" for number in range(51))])
def test_too_much_at_once_is_told(client_for, idea, moderator, passages):
    facts = {"revision": idea.revision, "passages": passages, "reason": "Why not."}
    answer = client_for(moderator).post(f"/en/arbeidsflate/ideer/{idea.uuid}/ta-ut/", facts)
    assert "This is too much at once." in answer.content.decode()


def test_nothing_is_sent_or_kept_when_it_is_rolled_back(idea, moderator, outbox):
    with transaction.atomic():
        redact(idea, moderator, NAME)
        transaction.set_rollback(True)
    assert not outbox()
    assert not Redaction.objects.exists()


def test_staff_who_leave_take_nothing_with_them(idea, moderator):
    redact(idea, moderator, NAME)
    erase_person(by=moderator)
    redaction = Redaction.objects.get()
    assert (redaction.passage, redaction.redacted_by) == (NAME, None)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"passage": ""}, "redaction_has_passage"),
        ({"reason": ""}, "redaction_has_reason"),
        ({"lifted_by": True}, "redaction_lifted_at_a_time"),
        ({"passage": "Kari"}, "redaction_once_per_passage"),
    ],
)
def test_database_refuses(idea, facts, constraint):
    RedactionFactory(idea=idea, passage="Kari")
    if facts.get("lifted_by"):
        facts = {"lifted_by": UserFactory()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RedactionFactory(**{"idea": idea, "passage": "Ola"} | facts)


def test_case_asks_no_more_of_the_database_for_many_redactions(client_for, idea, moderator, same_queries_at):
    def add_row():
        number = idea.redactions.count()
        RedactionFactory(idea=idea, passage=f"passage {number}", redacted_by=UserFactory())

    desk = client_for(moderator)
    same_queries_at(add_row, lambda: desk.get(f"/en/arbeidsflate/ideer/{idea.uuid}/"), limit=12)
