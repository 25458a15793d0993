import pytest

from ideas.actions import submission as actions
from ideas.actions.transitions import EditedElsewhereError, TransitionNotAllowedError
from ideas.models import Idea, Note, Theme, Transition
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db


def test_start_draft_belongs_to_the_browser_until_someone_logs_in():
    idea = actions.start_draft(by=None, draft_key="k" * 64, values={"need": "A bench"})
    assert (idea.author, idea.draft_key, idea.need, idea.status) == (None, "k" * 64, "A bench", Idea.Status.DRAFT)


def test_start_draft_of_someone_logged_in_needs_no_browser_secret():
    user = UserFactory()
    idea = actions.start_draft(by=user, draft_key="k" * 64)
    assert (idea.author, idea.draft_key) == (user, "")


def test_save_draft_stores_what_is_new_and_raises_the_revision():
    idea = IdeaFactory()
    theme = Theme.objects.first()
    saved = actions.save_draft(idea=idea, by=idea.author, values={"joiners": "My class", "themes": [theme]})
    idea.refresh_from_db()
    assert (idea.joiners, list(idea.themes.all()), idea.revision) == ("My class", [theme], 2)
    assert saved.conflicts == {}


def test_save_draft_without_a_change_leaves_the_revision():
    idea = IdeaFactory()
    actions.save_draft(idea=idea, by=idea.author, values={"need": idea.need})
    idea.refresh_from_db()
    assert idea.revision == 1


def test_save_draft_keeps_both_texts_where_another_window_wrote_the_same_field():
    idea = IdeaFactory(need="First")
    seen = {"need": idea.fingerprint("need"), "joiners": idea.fingerprint("joiners")}
    actions.save_draft(idea=idea, by=idea.author, values={"need": "From the phone"}, seen=seen)
    values = {"need": "From the tablet", "joiners": "Everybody"}
    saved = actions.save_draft(idea=idea, by=idea.author, values=values, seen=seen)
    idea.refresh_from_db()
    assert saved.conflicts == {"need": "From the phone"}
    assert (idea.need, idea.joiners) == ("From the phone", "Everybody")


def test_save_draft_leaves_a_field_that_only_the_other_window_touched():
    idea = IdeaFactory(need="First")
    seen = {"need": idea.fingerprint("need")}
    actions.save_draft(idea=idea, by=idea.author, values={"need": "From the phone"}, seen=seen)
    saved = actions.save_draft(idea=idea, by=idea.author, values={"need": "First"}, seen=seen)
    idea.refresh_from_db()
    assert (idea.need, saved.conflicts) == ("From the phone", {})


def test_save_draft_goes_on_where_an_earlier_answer_was_lost():
    idea = IdeaFactory(need="First")
    seen = {"need": idea.fingerprint("need")}
    actions.save_draft(idea=idea, by=idea.author, values={"need": "First and"}, seen=seen)
    saved = actions.save_draft(idea=idea, by=idea.author, values={"need": "First and then"}, seen=seen)
    idea.refresh_from_db()
    assert (idea.need, saved.conflicts) == ("First and then", {})


def test_save_draft_claims_the_draft_for_who_has_logged_in():
    idea, user = IdeaFactory(anonymous=True), UserFactory()
    actions.save_draft(idea=idea, by=user, values={})
    idea.refresh_from_db()
    assert (idea.author, idea.draft_key) == (user, "")


@pytest.mark.parametrize("status", ["submitted", "accepted", "declined", "withdrawn"])
def test_save_draft_refuses_what_is_not_open(status):
    idea = IdeaFactory(**{status: True})
    with pytest.raises(actions.NotOpenError):
        actions.save_draft(idea=idea, by=idea.author, values={"need": "Other"})


def test_nobody_else_writes_or_sends_or_withdraws():
    idea, other = IdeaFactory(submitted=True), UserFactory()
    for act in (
        lambda: actions.save_draft(idea=idea, by=other, values={}),
        lambda: actions.submit_idea(idea=idea, by=other),
        lambda: actions.withdraw_idea(idea=idea, by=other),
        lambda: actions.write_to_incubator(idea=idea, by=other, body="Hello"),
        lambda: actions.change_publishing(idea=idea, by=other, may_publish=False),
        lambda: actions.save_draft(idea=idea, by=None, values={}),
    ):
        with pytest.raises(actions.NotTheAuthorError):
            act()


def test_claim_drafts_gives_only_that_browsers_drafts():
    mine, other = IdeaFactory(anonymous=True), IdeaFactory(anonymous=True)
    user = UserFactory()
    assert actions.claim_drafts(by=user, draft_key=mine.draft_key) == 1
    assert actions.claim_drafts(by=user, draft_key="") == 0
    assert list(Idea.objects.written_by(user)) == [mine]
    assert list(Idea.objects.filter(author=None)) == [other]


def test_submit_idea_keeps_the_words_starts_the_clock_and_logs():
    incubator, user = IncubatorFactory(), UserFactory()
    idea = IdeaFactory(anonymous=True, title="", incubator=incubator, proposal="A workshop in the cellar\nwith tea")
    actions.submit_idea(idea=idea, by=user, may_publish=True, age_band="18_25", seen_revision=1)
    idea.refresh_from_db()
    assert (idea.status, idea.author, idea.draft_key, idea.incubator) == ("submitted", user, "", incubator)
    assert (idea.title, idea.may_publish, idea.age_band) == ("A workshop in the cellar", True, "18_25")
    assert idea.slug.startswith("a-workshop-in-the-cellar-")
    assert idea.answer_due_on == incubator.answer_due_on(idea.submitted_at)
    assert [(v.number, v.texts["need"]) for v in idea.versions.all()] == [(1, idea.need)]
    assert [(t.kind, t.from_status, t.to_status, t.by) for t in idea.transitions.all()] == [
        (Transition.Kind.SUBMITTED, "draft", "submitted", user)
    ]


@pytest.mark.parametrize("chosen", [None, "closed"])
def test_submit_idea_goes_to_the_national_intake_where_no_open_place_is_chosen(chosen):
    idea = IdeaFactory(incubator=IncubatorFactory(closed=True) if chosen else None)
    actions.submit_idea(idea=idea, by=idea.author)
    idea.refresh_from_db()
    assert idea.incubator.is_national_intake


def test_submit_idea_twice_is_once():
    idea = IdeaFactory()
    first = actions.submit_idea(idea=idea, by=idea.author, seen_revision=1)
    again = actions.submit_idea(idea=idea, by=idea.author, seen_revision=1)
    assert (first.slug, first.submitted_at) == (again.slug, again.submitted_at)
    assert (idea.versions.count(), idea.transitions.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_submit_idea_from_two_threads_is_once():
    IncubatorFactory(intake=True)
    idea = IdeaFactory()

    def send() -> str:
        return actions.submit_idea(idea=idea, by=idea.author, seen_revision=1).slug

    slugs = at_once(send, send, refused=())
    assert len(set(slugs)) == 1
    assert slugs[0]
    assert (idea.versions.count(), idea.transitions.count()) == (1, 1)


def test_submit_idea_again_after_a_change_request_makes_a_version_and_starts_the_clock_anew():
    idea = IdeaFactory(changes_requested=True, title="Old")
    slug, before = idea.slug, idea.submitted_at
    actions.save_draft(idea=idea, by=idea.author, values={"title": "New"})
    actions.submit_idea(idea=idea, by=idea.author)
    idea.refresh_from_db()
    assert (idea.status, idea.slug, idea.answered_at) == ("submitted", slug, None)
    assert idea.submitted_at > before
    assert [v.texts["title"] for v in idea.versions.order_by("number")] == ["Old", "New"]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"need": " "}, ["need"]),
        ({"proposal": ""}, ["proposal"]),
        ({"picture": "ideas/a.webp", "picture_alt": ""}, ["picture_alt"]),
    ],
)
def test_submit_idea_names_what_is_missing(given, missing):
    idea = IdeaFactory(**given)
    with pytest.raises(actions.NotCompleteError) as refused:
        actions.submit_idea(idea=idea, by=idea.author)
    assert refused.value.missing == missing
    idea.refresh_from_db()
    assert (idea.status, idea.versions.count()) == ("draft", 0)


def test_submit_idea_is_refused_when_another_window_changed_it_since_it_was_looked_over():
    idea = IdeaFactory()
    actions.save_draft(idea=idea, by=idea.author, values={"need": "Other"})
    with pytest.raises(EditedElsewhereError):
        actions.submit_idea(idea=idea, by=idea.author, seen_revision=1)


def test_submit_idea_publishes_nothing_below_the_age_of_consent(settings):
    settings.CONSENT_AGE = 15
    idea = IdeaFactory()
    actions.submit_idea(idea=idea, by=idea.author, may_publish=True, age_band="13_14")
    idea.refresh_from_db()
    assert (idea.status, idea.may_publish, idea.age_band) == ("submitted", False, "13_14")


def test_two_ideas_of_one_title_get_two_addresses():
    one, two = (IdeaFactory(title="Åpen kjøkkenhage") for _ in range(2))
    actions.submit_idea(idea=one, by=one.author)
    actions.submit_idea(idea=two, by=two.author)
    slugs = Idea.objects.values_list("slug", flat=True)
    assert len(set(slugs)) == 2
    assert all(slug.startswith("apen-kjokkenhage-") for slug in slugs)


@pytest.mark.parametrize("status", ["submitted", "changes_requested", "accepted", "paused"])
def test_withdraw_idea_logs_and_closes(status):
    idea = IdeaFactory(**{status: True})
    actions.withdraw_idea(idea=idea, by=idea.author, reason="We moved.")
    actions.withdraw_idea(idea=idea, by=idea.author)
    idea.refresh_from_db()
    assert idea.status == "withdrawn"
    assert [(t.kind, t.from_status, t.reason) for t in idea.transitions.all()] == [("withdrawn", status, "We moved.")]


@pytest.mark.parametrize("status", ["declined", "ended", "merged"])
def test_withdraw_idea_is_refused_when_it_is_over(status):
    idea = IdeaFactory(**{status: True})
    with pytest.raises(TransitionNotAllowedError):
        actions.withdraw_idea(idea=idea, by=idea.author)


def test_write_to_incubator_is_read_by_author_and_incubator():
    idea = IdeaFactory(submitted=True)
    note = actions.write_to_incubator(idea=idea, by=idea.author, body="We found a cellar.")
    assert (note.audience, note.author, note.body) == (Note.Audience.AUTHOR, idea.author, "We found a cellar.")


def test_change_publishing_takes_effect_at_once():
    idea = IdeaFactory(public=True)
    actions.change_publishing(idea=idea, by=idea.author, may_publish=False)
    assert not Idea.objects.public().exists()
    actions.change_publishing(idea=idea, by=idea.author, may_publish=True, age_band="26_plus")
    assert Idea.objects.public().get() == idea


def test_discard_draft_deletes_a_draft_and_nothing_else():
    draft, sent = IdeaFactory(), IdeaFactory(submitted=True)
    actions.discard_draft(idea=draft, by=draft.author)
    with pytest.raises(actions.NotOpenError):
        actions.discard_draft(idea=sent, by=sent.author)
    assert list(Idea.objects.all()) == [sent]
