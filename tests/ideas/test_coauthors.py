"""Writing together: asked by mail, writing or reading along, leaving, handing over; and nothing seen afterwards."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from ideas.actions import coauthors as actions
from ideas.actions import moderation, notes, submission
from ideas.actions.submission import NotTheAuthorError
from ideas.models import CoAuthor, Idea
from ideas.privacy import export_coauthorships, export_ideas, purge_invitations
from tests.factories import IdeaFactory, IncubatorFactory, UserFactory
from tests.races import at_once
from tests.sweep.walk import let_go
from unlimited.mail.rendering import compose, say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db

CANARY = "zebrafink"


@pytest.fixture
def idea():
    return IdeaFactory(changes_requested=True, title="Verksted", need=CANARY, author__language="en")


def invite(idea: Idea, email: str = "along@example.no", role: str = "edit") -> CoAuthor:
    return actions.invite_coauthor(idea=idea, by=idea.author, email=email, role=role)


def joined(idea: Idea, role: str = "edit", **facts) -> CoAuthor:
    user = UserFactory(**facts)
    return actions.join_idea(coauthor=invite(idea, user.email, role), by=user)


def mine_url(idea: Idea, rest: str = "") -> str:
    return f"/en/min-side/ideer/{idea.uuid}/{rest}"


def draft_url(idea: Idea) -> str:
    return f"/en/ideer/utkast/{idea.uuid}/ideen/"


def invitation_url(row: CoAuthor, rest: str = "") -> str:
    return f"/en/medforfatter/{row.uuid}/{row.token}/{rest}"


# --- Asked ------------------------------------------------------------------------------------------------------------


def test_author_asks_somebody_who_joins_by_the_link(idea, client, client_for, outbox):
    author = client_for(idea.author)
    response = author.post(
        mine_url(idea, "medforfattere/"), {"email": "Along@example.no ", "role": "edit"}, follow=True
    )
    row = CoAuthor.objects.get()
    assert "Invited, open until" in response.text
    assert [mail.recipient for mail in outbox("coauthor-invitation")] == ["along@example.no"]

    assert "Log in as along@example.no to accept." in client.get(invitation_url(row)).text
    stranger = client_for(UserFactory())
    assert "the invitation is for along@example.no" in stranger.get(invitation_url(row)).text
    assert stranger.post(invitation_url(row, "bli-med/")).status_code == 302
    assert not CoAuthor.objects.joined().exists()
    invited = UserFactory(email="along@example.no")
    along = client_for(invited)
    assert along.get(mine_url(idea)).status_code == 404
    for _ in range(2):
        assert along.post(invitation_url(row, "bli-med/"), follow=True).status_code == 200
    row.refresh_from_db()
    assert (row.status, row.user) == ("joined", invited)


@pytest.mark.parametrize("email", ["author", "along@example.no", "ALONG@example.no"])
def test_nobody_is_asked_twice(idea, client_for, email):
    invite(idea)
    email = idea.author.email if email == "author" else email

    response = client_for(idea.author).post(mine_url(idea, "medforfattere/"), {"email": email, "role": "read"})

    assert "This address is invited already, or is in already." in response.text
    assert CoAuthor.objects.count() == 1


def test_there_is_room_for_ten(idea):
    for number in range(CoAuthor.MOST):
        invite(idea, f"n{number}@example.no")

    with pytest.raises(actions.TooManyError):
        invite(idea)


def test_expired_invitation_is_closed_until_sent_anew(idea, client_for, outbox):
    row = invite(idea)
    CoAuthor.objects.update(expires_at=timezone.now() - dt.timedelta(hours=1))
    along = client_for(UserFactory(email=row.email))

    along.post(invitation_url(row, "bli-med/"))
    assert "This invitation is not open any more." in along.get(invitation_url(row)).text
    assert invite(idea) == row
    along.post(invitation_url(row, "bli-med/"))

    assert CoAuthor.objects.joined().count() == 1
    assert len(outbox("coauthor-invitation")) == 2


def test_declining_needs_no_account_and_a_forged_link_opens_nothing(idea, client):
    row = invite(idea)
    assert client.get(f"/en/medforfatter/{row.uuid}/forged/").status_code == 404

    response = client.post(invitation_url(row, "takk-nei/"), follow=True)

    assert "You have declined the invitation." in response.text
    row.refresh_from_db()
    assert row.status == "declined"
    assert invite(idea) != row


# --- Writing and reading along ----------------------------------------------------------------------------------------


def test_who_may_write_changes_it_and_the_author_sends_it_in(idea, client_for):
    row = joined(idea, name="Ola")
    along = client_for(row.user)
    assert "Verksted" in along.get("/en/min-side/").text
    form = along.get(draft_url(idea))
    assert form.status_code == 200

    response = along.post(
        draft_url(idea), {"need": "No place to sit.", "proposal": "Benches.", "go": "send"}, follow=True
    )

    assert "The author looks it over and sends it in." in response.text
    idea.refresh_from_db()
    assert idea.need == "No place to sit."
    assert "Look it over and send it in again" not in response.text
    along.post(mine_url(idea, "melding/"), {"token": "6a0d1f5e-3a34-4d5e-9a53-0d3f6f1b7c11", "body": "I am Ola."})
    assert "Ola wrote" in client_for(idea.author).get(mine_url(idea)).text
    with pytest.raises(NotTheAuthorError):
        submission.submit_idea(idea=idea, by=row.user)


@pytest.mark.parametrize("rest", ["trekk/", "synlig/", "medforfattere/"])
def test_what_is_the_authors_alone(idea, client_for, rest):
    assert client_for(joined(idea).user).post(mine_url(idea, rest), {}).status_code == 404


def test_who_may_read_reads_and_no_more(idea, client_for, outbox):
    row = joined(idea, "read")
    along = client_for(row.user)

    page = along.get(mine_url(idea)).text
    assert CANARY in page
    assert "Send the message" not in page
    assert "Change the idea" not in page
    assert along.get(draft_url(idea)).status_code != 200
    assert along.post(mine_url(idea, "melding/"), {"body": "Hello"}).status_code == 404
    with pytest.raises(NotTheAuthorError):
        submission.save_draft(idea=idea, by=row.user, values={"need": "Mine"})
    moderation.decline_idea(
        idea=idea, by=UserFactory(), seen_revision=idea.revision, went_well="A", reason="B", way_on="C"
    )
    assert row.user.email not in [mail.recipient for mail in outbox("coauthor-news")]


ENDS = {
    "leaves": lambda row, idea: actions.leave_idea(idea=idea, by=row.user),
    "is taken off": lambda row, idea: actions.remove_coauthor(coauthor=row, by=idea.author),
}


@pytest.mark.parametrize("end", ENDS)
def test_who_is_out_sees_nothing_more(idea, client_for, outbox, end):
    idea.picture_alt = "A drawing"
    idea.picture.save("sweep.webp", ContentFile(b"x"))
    row = joined(idea)
    along = client_for(row.user)
    picture = f"/en/ideer/bilde/{idea.uuid}/"
    seen = along.get(picture)
    assert seen.status_code == 200
    let_go(seen)
    sent = len(outbox())

    for _ in range(2):
        ENDS[end](CoAuthor.objects.get(pk=row.pk), idea)

    assert along.get(mine_url(idea)).status_code == 404
    assert along.get(picture).status_code == 404
    assert along.get(draft_url(idea)).status_code == 404
    assert along.post(f"/en/ideer/utkast/{idea.uuid}/lagre/", {"screen": "ideen", "need": "x"}).status_code == 404
    assert along.post(mine_url(idea, "melding/"), {"body": "Hello"}).status_code == 404
    assert "Verksted" not in along.get("/en/min-side/").text
    assert CANARY not in str(export_ideas(row.user)) + str(export_coauthorships(row.user))
    idea.refresh_from_db()
    moderation.decline_idea(
        idea=idea, by=UserFactory(), seen_revision=idea.revision, went_well="A", reason="B", way_on="C"
    )
    assert [mail.recipient for mail in outbox()[sent:]] == [idea.author.email]


def test_each_who_may_write_is_told_of_news(idea, outbox):
    row = joined(idea)
    joined(idea, is_active=False)

    notes.write_to_author(idea=idea, by=UserFactory(), body=CANARY)

    assert [mail.recipient for mail in outbox("coauthor-news")] == [row.user.email]


# --- Handing over and erasing -----------------------------------------------------------------------------------------


def test_author_hands_over_and_writes_along(idea, client_for, outbox):
    submission.change_publishing(idea=idea, by=idea.author, may_publish=True, age_band="26_plus")
    old, row = idea.author, joined(idea)

    for _ in range(2):
        client_for(old).post(mine_url(idea, f"medforfattere/{row.uuid}/overta/"))

    idea.refresh_from_db()
    assert (idea.author, idea.may_publish, idea.age_band) == (row.user, False, "")
    assert not old.consents.filter(withdrawn_at=None).exists()
    assert [one.user for one in idea.coauthors.editors()] == [old]
    assert idea.transitions.get().kind == "handed_over"
    assert [mail.recipient for mail in outbox("idea-handed-over")] == [row.user.email]
    assert client_for(row.user).get(mine_url(idea, "medforfattere/")).status_code == 200


@pytest.mark.parametrize("role", ["read", "nobody"])
def test_only_who_writes_along_takes_over(idea, client_for, role):
    row = invite(idea) if role == "nobody" else joined(idea, role)

    response = client_for(idea.author).post(mine_url(idea, f"medforfattere/{row.uuid}/overta/"), follow=True)

    assert "Only somebody who writes along can take the idea over." in response.text
    assert Idea.objects.get().author == idea.author


@pytest.mark.parametrize("is_public", [True, False])
def test_idea_of_one_who_is_erased_passes_to_who_writes_along(is_public):
    idea = IdeaFactory(public=True, incubator=IncubatorFactory(public=is_public))
    joined(idea, "read")
    row = joined(idea)

    erase_person(by=idea.author)

    stands = Idea.objects.get()
    assert (stands.author, stands.may_publish) == (row.user, False)
    assert stands.transitions.get().by is None


def test_idea_that_others_only_read_goes_with_its_author(idea):
    joined(idea, "read")

    erase_person(by=idea.author)

    assert not Idea.objects.exists()


def test_erasure_forgets_invitations_too(idea):
    row = joined(idea)
    invite(IdeaFactory(submitted=True), row.user.email)

    erase_person(by=row.user)

    assert not CoAuthor.objects.exists()
    assert Idea.objects.filter(pk=idea.pk).exists()


def test_old_invitations_are_forgotten(idea):
    long_ago = timezone.now() - dt.timedelta(days=400)
    row = invite(idea)
    CoAuthor.objects.update(expires_at=long_ago)
    kept = joined(idea)

    assert purge_invitations(timezone.now()) == 1
    assert list(CoAuthor.objects.all()) == [kept]
    assert row not in CoAuthor.objects.all()


# --- Mails and the database -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", ["coauthor-invitation", "coauthor-news", "idea-handed-over"])
def test_mail_names_the_idea_and_tells_no_story(kind, language, outbox):
    idea = IdeaFactory(submitted=True, title="Verksted", need=CANARY, author__language=language)
    row = joined(idea, language=language)
    notes.write_to_author(idea=idea, by=UserFactory(), body=CANARY)
    actions.hand_over_idea(coauthor=row, by=idea.author)

    mail = outbox(kind)[0]
    with translation.override(language):
        words = say(mail)

    assert "Verksted" in words.subject
    assert idea.incubator.name in words.text
    assert CANARY not in words.subject + words.text + compose(mail)[2].decode() + str(mail.snapshot)


def test_nothing_is_mailed_about_what_was_rolled_back(idea, outbox):
    with transaction.atomic():
        invite(idea)
        transaction.set_rollback(True)

    assert outbox() == []


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("coauthor_joined_is_somebody", {"status": "joined"}),
        ("coauthor_ended_at_with_status", {"status": "left"}),
        ("coauthor_ended_at_with_status", {"ended_at": timezone.now()}),
    ],
)
def test_database_refuses_half_a_coauthor(idea, constraint, facts):
    row = invite(idea)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CoAuthor.objects.filter(pk=row.pk).update(**facts)


def test_database_refuses_one_address_twice(idea):
    row = invite(idea)

    with pytest.raises(IntegrityError, match="coauthor_once_per_idea"), transaction.atomic():
        CoAuthor.objects.create(idea=idea, email=row.email.upper(), expires_at=row.expires_at)


@pytest.mark.django_db(transaction=True)
def test_joining_and_being_taken_off_at_once_leave_nobody_in(outbox):
    for _ in range(5):
        idea = IdeaFactory(submitted=True)
        user = UserFactory()
        row = CoAuthor.objects.select_related("idea__author").get(pk=invite(idea, user.email).pk)
        at_once(
            lambda row=row, user=user: actions.join_idea(coauthor=row, by=user),
            lambda row=row: actions.remove_coauthor(coauthor=row, by=row.idea.author),
            refused=actions.IdeaError,
        )
        assert CoAuthor.objects.get(pk=row.pk).status == "removed"
        assert not Idea.objects.shared_with(user).exists()


def test_list_asks_the_database_equally_often(idea, client_for, same_queries_at):
    client = client_for(idea.author)

    same_queries_at(lambda: joined(idea), lambda: client.get(mine_url(idea, "medforfattere/")), limit=8)
