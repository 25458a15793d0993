"""The desk's page, the slip and what it opens: no word tells a wrong code from an old one, and a machine forgets."""

import datetime as dt
import io
import uuid

import pytest
import segno
import time_machine
from django.conf import settings
from django.utils import timezone, translation
from pypdf import PdfReader

from ideas.actions.desk_entry import SlipOverError, claim_case, make_new_slip, note_read, write_with_slip
from ideas.actions.meetings import call_off_meeting, propose_meeting
from ideas.actions.moderation import accept_idea, decline_idea
from ideas.models import DeskEntry, Idea
from ideas.views.desk_entry import _facts as slip_facts
from tests.factories import DeskEntryFactory, IncubatorFactory, MembershipFactory, SupportRelationFactory, UserFactory
from tests.races import held_elsewhere

pytestmark = pytest.mark.django_db
CODE, WRITE, OPEN, CASE = "ABCDEFGHJKM", "/en/arbeidsflate/ideer/ny/", "/en/lapp/", "/en/lapp/sak/"
SAID = {
    "channel": "desk", "has_consent": "on", "need": "Nobody greets.", "proposal": "A bench.", "language": "nb",
    "person_name": "Gudrun", "contact": "22 00 00 00", "may_publish": "no",
}  # fmt: skip


@pytest.fixture
def incubator():
    return IncubatorFactory(name="Tøyen Unlimited", contact_phone="22 11 11 11")


@pytest.fixture
def mona(incubator):
    return MembershipFactory(incubator=incubator, user__name="Mona").user


@pytest.fixture
def entry(incubator):
    return DeskEntryFactory(idea__incubator=incubator, idea__title="Benk", idea__need="zebrafink")


def write(desk, **facts):
    begun = desk.get(WRITE).context["form"].initial
    sent = {**SAID, "token": str(begun["token"]), "incubator": begun["incubator"], **facts}
    return desk.post(WRITE, sent, follow=True)


def opened(client, code: str = CODE):
    return client.post(OPEN, {"code": code}, follow=True)


# --- At the desk ------------------------------------------------------------------------------------------------------


def test_staff_write_it_down_and_get_code_and_slip(client_for, client, mona):
    desk = client_for(mona)
    page = write(desk)
    idea, code = Idea.objects.get(), page.context["code"]
    assert (idea.status, idea.desk_entry.channel) == ("submitted", "desk")
    assert code in page.text
    answer = desk.get(f"/en/arbeidsflate/ideer/{idea.uuid}/lapp.pdf")
    assert answer["Content-Type"] == "application/pdf"
    slip = PdfReader(io.BytesIO(answer.content))
    words = slip.pages[0].extract_text()
    assert code in " ".join(words.split())
    assert "22 11 11 11" in words
    assert "Nobody greets" not in words
    assert "Gudrun" not in words
    assert len(slip.pages) == 1
    assert [round(float(side) / 72 * 25.4) for side in slip.pages[0].mediabox[2:]] == [105, 148]
    assert "A bench" in opened(client, code).text


def test_without_a_yes_nothing_is_written_and_the_words_are_kept(client_for, mona):
    answer = write(client_for(mona), has_consent="")
    assert answer.status_code == 422
    assert "Read the words aloud first." in answer.text
    assert "Nobody greets." in answer.text
    assert not Idea.objects.exists()


def test_supporter_may_write_down_and_sees_the_slip_but_not_the_queue_of_others(client_for, incubator):
    ali = client_for(MembershipFactory(incubator=incubator, supporter=True).user)
    page = write(ali)
    assert page.context["code"]
    assert "Open the case" not in page.text


def test_another_session_cannot_read_the_code_but_can_make_a_new_slip(client_for, entry, mona):
    desk, url = client_for(mona), f"/en/arbeidsflate/ideer/{entry.idea.uuid}/lapp/"
    page = desk.get(url)
    assert page.context["code"] == ""
    assert desk.get(url.replace("lapp/", "lapp.pdf")).status_code == 302
    page = desk.post(url, follow=True)
    assert len(page.context["code"].replace(" ", "")) == 11
    other = client_for(MembershipFactory(incubator=entry.idea.incubator, leader=True).user)
    assert other.get(url).context["code"] == ""


def test_slip_is_for_those_who_have_the_case(client_for, entry, incubator):
    url = f"/en/arbeidsflate/ideer/{entry.idea.uuid}/lapp/"
    strangers = [MembershipFactory(leader=True), MembershipFactory(incubator=incubator, supporter=True)]
    for stranger in strangers:
        assert client_for(stranger.user).get(url).status_code == 404
        assert client_for(stranger.user).post(url).status_code == 404
    assert client_for(UserFactory()).get(WRITE).status_code == 403


def test_case_says_whom_to_tell_until_somebody_has(client_for, entry, mona):
    accept_idea(idea=entry.idea, by=mona, seen_revision=entry.idea.revision)
    desk, url = client_for(mona), f"/en/arbeidsflate/ideer/{entry.idea.uuid}/"
    page = desk.get(url)
    assert "22 00 00 00 after six" in page.text
    assert "tell them, and write down here that you have" in page.text
    assert "Benk" in desk.get("/en/arbeidsflate/ideer/?status=fortell").text
    revision = Idea.objects.get().revision
    page = desk.post(f"{url}fortalt/", {"revision": revision, "internal_note": ""}, follow=True)
    assert "It is written down that they have been told." in page.text
    assert "tell them, and write down" not in page.text
    assert "Benk" not in desk.get("/en/arbeidsflate/ideer/?status=fortell").text.split("<main")[1]


def test_pages_ask_equally_often_of_the_database(client_for, entry, mona, same_queries_at, client):
    desk = client_for(mona)
    one_more = lambda: DeskEntryFactory(code=str(DeskEntry.objects.count()), idea__incubator=entry.idea.incubator)  # noqa: E731
    same_queries_at(one_more, lambda: desk.get(WRITE), limit=12)
    same_queries_at(one_more, lambda: desk.get("/en/arbeidsflate/ideer/"), limit=12)
    same_queries_at(one_more, lambda: desk.get(f"/en/arbeidsflate/ideer/{entry.idea.uuid}/"), limit=12)
    opened(client)
    say = lambda: entry.idea.notes.create(audience="author", body="Hello")  # noqa: E731
    same_queries_at(say, lambda: client.get(CASE), limit=8)


# --- With the slip ----------------------------------------------------------------------------------------------------


def test_code_opens_the_case_for_reading_and_writing(client, entry):
    page = opened(client)
    assert "zebrafink" in page.text
    assert "after six" not in page.text
    assert "no-store" in page["Cache-Control"]
    token = page.context["message"]["token"].value()
    for _press in range(2):
        page = client.post(CASE, {"token": str(token), "body": "I can paint it."}, follow=True)
    assert "Written with the slip" in page.text
    assert entry.idea.notes.count() == 1


def test_all_codes_that_open_nothing_are_answered_alike(client, entry):
    old = DeskEntryFactory(code="Z" * 11, code_hash="")
    claimed = DeskEntryFactory(claimed_at=timezone.now(), code_hash="", person_name="", contact="")
    assert old
    assert claimed
    answers = {
        client.post(OPEN, {"code": code}).text.replace(code, "") for code in ("Z" * 11, "Y" * 11, "QQQQ", "%%%00")
    }
    cleaned = {answer.split('name="csrfmiddlewaretoken"')[0] + answer.split("</form>")[-1] for answer in answers}
    assert len(cleaned) == 1
    assert "This code opens nothing." in answers.pop()


def test_who_guesses_has_to_wait_and_the_right_code_does_not_help(client, entry):
    answers = [client.post(OPEN, {"code": f"{number:011}"}).status_code for number in range(22)]
    assert answers[:20] == [422] * 20
    assert answers[20:] == [429] * 2
    right, wrong = client.post(OPEN, {"code": CODE}), client.post(OPEN, {"code": "9" * 11})
    assert (right.status_code, wrong.status_code) == (429, 429)
    assert client.get(CASE).status_code == 302


def test_machine_forgets_when_told_and_by_itself(client, entry):
    opened(client)
    assert "This machine has forgotten the idea." in client.post("/en/lapp/glem/", follow=True).text
    assert client.get(CASE).status_code == 302
    with time_machine.travel(timezone.now(), tick=False) as clock:
        opened(client)
        clock.shift(19 * 60)
        assert client.get(CASE).status_code == 200
        clock.shift(2 * 60)
        assert "Nothing is open on this machine any more." in client.get(CASE, follow=True).text


def test_reading_is_being_told_but_looking_again_changes_nothing(client, entry):
    DeskEntry.objects.update(to_tell_since=timezone.now())
    opened(client)
    assert not DeskEntry.objects.to_tell()
    DeskEntry.objects.update(to_tell_since=timezone.now())
    client.get(CASE)
    assert DeskEntry.objects.to_tell()


def test_slip_tells_of_the_meeting_that_was_agreed_on_by_mouth(client, entry):
    """Opening the slip counts as being told: so what was agreed on has to stand there."""
    Idea.objects.filter(pk=entry.idea_id).update(status="accepted", step="try")
    entry.refresh_from_db()
    relation = SupportRelationFactory(idea=entry.idea)
    times = [timezone.now() + dt.timedelta(days=7)]
    propose_meeting(idea=entry.idea, by=relation.supporter, times=times, venue="The library", about="", minutes=60)
    meeting = entry.idea.meetings.get()
    assert DeskEntry.objects.get().to_tell_since
    page = opened(client).text
    assert "You have a meeting" in page
    assert "The library" in page
    assert str(relation.supporter) in page
    call_off_meeting(meeting=meeting, by=relation.supporter)
    assert "You have a meeting" not in client.get(CASE).text


def test_staff_words_are_not_on_the_page(client, entry, mona):
    for audience in ("staff", "team", "leader"):
        entry.idea.notes.create(author=mona, audience=audience, body=f"kakadue {audience}")
    assert "kakadue" not in opened(client).text


def test_idea_is_taken_back_after_one_question(client, entry):
    opened(client)
    assert "It cannot be undone." in client.get(f"{CASE}trekk/").text
    page = client.post(f"{CASE}trekk/", {"reason": ""}, follow=True)
    assert "The idea is withdrawn." in page.text
    assert client.get(f"{CASE}trekk/").status_code == 302


def test_claim_goes_by_a_code_to_an_address_and_one_button(client, entry, outbox):
    opened(client)
    page = client.post(f"{CASE}min/", {"email": "not an address"})
    assert page.context["form"].errors
    answer = client.post(f"{CASE}min/", {"email": "gudrun@example.no"})
    assert answer.status_code == 302
    (mail,) = outbox("login-code")
    assert mail.recipient == "gudrun@example.no"


def test_who_is_logged_in_is_asked_by_name_and_claims(client_for, entry):
    person = UserFactory()
    client = client_for(person)
    opened(client)
    assert person.email in client.get(f"{CASE}min/").text
    page = client.post(f"{CASE}min/", follow=True)
    assert "The idea is yours now." in page.text
    assert page.redirect_chain[-1][0].endswith(f"/min-side/ideer/{entry.idea.uuid}/")
    assert client.get(CASE).status_code == 302


def test_slip_that_ended_meanwhile_is_told_kindly(client, client_for, entry, mona):
    opened(client)
    client_for(mona).post(f"/en/arbeidsflate/ideer/{entry.idea.uuid}/lapp/")
    for path, data in ((CASE, {"token": "0" * 32, "body": "Hello"}), (f"{CASE}trekk/", {}), (f"{CASE}min/", {})):
        assert "Nothing is open on this machine any more." in client.post(path, data, follow=True).text
    assert not entry.idea.notes.exists()


@pytest.mark.django_db(transaction=True)
def test_busy_case_keeps_the_words(client, entry):
    page = opened(client)
    token = page.context["message"]["token"].value()
    with held_elsewhere(entry.idea):
        answer = client.post(CASE, {"token": str(token), "body": "I can paint it."})
    assert "I can paint it." in answer.text
    assert not entry.idea.notes.exists()


# --- The end of a slip ------------------------------------------------------------------------------------------------


def close_case(entry) -> None:
    decline_idea(
        idea=entry.idea, by=entry.written_by, seen_revision=entry.idea.revision,
        went_well="Good.", reason="Not here.", way_on="There.",
    )  # fmt: skip


def test_slip_opens_an_open_case_however_old_it_is(client, entry):
    with time_machine.travel(timezone.now() + dt.timedelta(days=1500), tick=False):
        assert "zebrafink" in opened(client).text


def test_slip_opens_a_closed_case_for_90_days(client, entry):
    close_case(entry)
    with time_machine.travel(timezone.now() + dt.timedelta(days=89), tick=False):
        assert "zebrafink" in opened(client).text
    for days in (91, 1500):
        with time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=False):
            page = opened(client)
            assert "This code opens nothing." in page.text
            assert "zebrafink" not in page.text


def test_change_after_the_end_gives_a_slip_no_more_time(client, entry):
    close_case(entry)
    with time_machine.travel(timezone.now() + dt.timedelta(days=80), tick=False):
        Idea.objects.update(updated_at=timezone.now())
    with time_machine.travel(timezone.now() + dt.timedelta(days=91), tick=False):
        assert "This code opens nothing." in opened(client).text


def test_session_of_a_slip_ends_with_its_time(client, entry):
    close_case(entry)
    with time_machine.travel(timezone.now() + dt.timedelta(days=90, minutes=-5), tick=False):
        assert "zebrafink" in opened(client).text
    with time_machine.travel(timezone.now() + dt.timedelta(days=90, minutes=5), tick=False):
        assert client.get(CASE).status_code == 302
        with pytest.raises(SlipOverError):
            write_with_slip(entry=entry, body="Hello", token=uuid.uuid4())
        with pytest.raises(SlipOverError):
            claim_case(entry=entry, by=UserFactory())


def test_new_slip_for_a_closed_case_lasts_90_days(client, entry):
    close_case(entry)
    with time_machine.travel(timezone.now() + dt.timedelta(days=200), tick=False):
        code = make_new_slip(entry=entry, by=entry.written_by)
        assert "zebrafink" in opened(client, code).text


def test_each_opening_is_in_the_history_of_the_case(client, client_for, entry, mona):
    opened(client)
    opened(client)
    page = client_for(mona).get(f"/en/arbeidsflate/ideer/{entry.idea.uuid}/").text
    assert page.count("Opened with the paper slip") == 2
    entry.refresh_from_db()
    assert len(entry.opened_at) == 2


def test_so_many_openings_are_kept(entry):
    for _ in range(DeskEntry.MOST_OPENINGS + 2):
        note_read(entry=entry)
    entry.refresh_from_db()
    assert len(entry.opened_at) == DeskEntry.MOST_OPENINGS
    assert entry.opened_at == sorted(entry.opened_at)


def test_code_is_read_from_no_address(client, entry):
    page = client.get(f"{OPEN}?kode={CODE}")
    assert page.context["form"]["code"].value() is None
    assert "zebrafink" not in page.text
    assert client.get(CASE, follow=True).redirect_chain[-1][0] == OPEN
    with translation.override("en"):
        rows = slip_facts(entry.idea, CODE)["qr"]
    address = f"{settings.SITE_URL}/lapp/#{CODE}"
    assert rows == [[int(one) for one in row] for row in segno.make(address, error="m", micro=False).matrix]
