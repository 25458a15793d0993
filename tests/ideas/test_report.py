"""A report is looked at, sent once, stays as it was sent, and is read by whom it is for."""

import csv
import datetime as dt
import io
import json
import uuid

import openpyxl
import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from ideas.actions import report as actions
from ideas.actions.report import PeriodNotOverError, StoriesTakenBackError, freeze_report, half_years, stories_for
from ideas.models import Report, ReportStory, Story, StoryConsent, StoryPerson
from ideas.report_words import KINDS, period_words, sections
from tests.factories import (
    BudgetFactory,
    IdeaFactory,
    IncubatorFactory,
    MembershipFactory,
    MunicipalPartnerFactory,
    ReportFactory,
    UserFactory,
)
from unlimited.mail.rendering import say
from unlimited.users.actions import erase_person

pytestmark = pytest.mark.django_db
HALF = {"om": "toyen", "periode": "egen", "fra": "2025-01-01", "til": "2025-06-30"}


@pytest.fixture
def place():
    return IncubatorFactory(slug="toyen", name="Tøyen Unlimited", district="Gamle Oslo")


@pytest.fixture
def leader(place):
    return MembershipFactory(incubator=place, leader=True).user


@pytest.fixture
def story(place):
    return agreed_story(place)


def agreed_story(place, title: str = "Soup for forty") -> Story:
    story = Story.objects.create(
        idea=IdeaFactory(accepted=True, incubator=place), title=title, body="zebrafink cooked."
    )
    person = StoryPerson.objects.create(story=story, name="Kari")
    StoryConsent.objects.create(
        person=person, purpose="report", until=timezone.localdate(), story_revision=1, text_version="1"
    )
    return story


def url(**other) -> str:
    return "/en/arbeidsflate/rapport/?" + "&".join(f"{name}={value}" for name, value in (HALF | other).items())


def scope(place, **facts) -> Report:
    days = {"starts_on": dt.date(2025, 1, 1), "ends_on": dt.date(2025, 6, 30)} | facts
    return Report(incubator=place, municipality=place.municipality, **days)


def freeze(place, by, *, stories=(), token=None, **facts) -> Report:
    said = {"words": "", "language": "en", "stories": [story.uuid for story in stories]}
    return freeze_report(report=scope(place, **facts), by=by, token=token or uuid.uuid4(), **said)


# --- Looking at it ----------------------------------------------------------------------------------------------------


def test_leader_chooses_and_sees_the_figures_before_anything_is_sent(client_for, place, leader):
    BudgetFactory(incubator=place, year=2025, kroner=1_234_567)
    client = client_for(leader)
    page = client.get("/en/arbeidsflate/rapport/").text
    for words in ("Tøyen Unlimited", "Gamle Oslo, Oslo", "No report has been sent yet."):
        assert words in page
    page = client.get(url()).text
    for words in ("First half of 2025", "Not sent yet.", "1,234,567", "None in this period.", "so nobody is told"):
        assert words in page
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"fra": ""}, "Write this day too."),
        ({"fra": "2999-01-01"}, "Choose a day that has been."),
        ({"til": "2024-12-31"}, "The last day is before the first one."),
        ({"til": "2029-12-31"}, "Two years at most."),
        ({"om": "someone-elses"}, "someone-elses"),
        ({"periode": "2026"}, "2026"),
        ({"fra": "x" * 50}, "Enter a valid date"),
    ],
)
def test_what_is_wrong_with_the_choice_is_said_beside_it(client_for, leader, other, words):
    answer = client_for(leader).get(url(**other))
    assert answer.status_code == 422
    assert words in answer.text


def test_period_that_goes_on_is_read_and_not_sent(client_for, place, leader):
    today = timezone.localdate().isoformat()
    page = client_for(leader).get(url(fra=today, til=today)).text
    assert "The period is not over." in page
    assert "Send the report" not in page
    with pytest.raises(PeriodNotOverError):
        freeze(place, leader, ends_on=timezone.localdate())
    answer = client_for(leader).post(url(fra=today, til=today), {"token": str(uuid.uuid4()), "words": "kept"})
    assert answer.status_code == 409
    assert not Report.objects.exists()


def test_half_years_go_back_from_today():
    assert half_years(dt.date(2026, 7, 1), most=3) == [
        (dt.date(2026, 7, 1), dt.date(2026, 12, 31)),
        (dt.date(2026, 1, 1), dt.date(2026, 6, 30)),
        (dt.date(2025, 7, 1), dt.date(2025, 12, 31)),
    ]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_table_has_words_for_each_of_its_rows(place, language):
    with translation.override(language):
        figures = actions.figures_of(scope(place))
        assert {table["key"] for table in figures["tables"]} == set(KINDS)
        for section, table in zip(sections(figures), [_table(figures, key) for key in KINDS], strict=True):
            assert section.heading
            names = [name for name, _value in table["rows"]]
            assert [line.label for line in section.lines if line.label in names] == [], "a key is no word"
        assert period_words(dt.date(2025, 7, 1), dt.date(2025, 12, 31))
        assert period_words(dt.date(2025, 7, 1), dt.date(2025, 11, 30))


def _table(figures: dict, key: str) -> dict:
    return next(table for table in figures["tables"] if table["key"] == key)


# --- Sending it -------------------------------------------------------------------------------------------------------


def test_report_is_sent_once_with_words_and_story_and_each_reader_is_told(client_for, place, leader, story, outbox):
    for email in ("a@kommune.example.no", "b@kommune.example.no"):
        MunicipalPartnerFactory(incubator=place, email=email)
    MunicipalPartnerFactory(incubator=place, ended=True)
    MunicipalPartnerFactory()
    sent = {"token": str(uuid.uuid4()), "words": "A good half-year.", "stories": [str(story.uuid)]}
    client = client_for(leader)
    assert "Soup for forty" in client.get(url()).text
    for _press in range(2):
        page = client.post(url(), sent, follow=True).text
        for words in ("The report is sent.", "A good half-year.", "Soup for forty", "zebrafink cooked."):
            assert words in page
    report = Report.objects.get()
    assert (report.version, report.frozen_by, report.district, report.language) == (1, leader, "", "en")
    mails = outbox("report-sent")
    assert [mail.recipient for mail in mails] == ["a@kommune.example.no", "b@kommune.example.no"]
    assert all("zebrafink" not in json.dumps(mail.snapshot) for mail in mails)
    assert mails[0].snapshot["url"].endswith(f"/rapporter/{report.uuid}/")


def test_reader_of_two_incubators_of_a_district_is_told_once(place, leader, outbox):
    for incubator in (place, IncubatorFactory(district="Gamle Oslo")):
        MunicipalPartnerFactory(incubator=incubator, email="a@kommune.example.no")
    days = {"starts_on": dt.date(2025, 1, 1), "ends_on": dt.date(2025, 6, 30)}
    report = Report(municipality=place.municipality, district="Gamle Oslo", **days)
    freeze_report(report=report, by=leader, token=uuid.uuid4(), words="", language="nb", stories=[])
    assert len(outbox("report-sent")) == 1


def test_correction_is_a_next_version_and_both_stay(client_for, place, leader, outbox):
    MunicipalPartnerFactory(incubator=place, language="en")
    first, second = freeze(place, leader), freeze(place, leader)
    assert (first.version, second.version) == (1, 2)
    assert "It has been sent 2 times before." in client_for(leader).get(url()).text
    page = client_for(leader).get(f"/en/rapporter/{first.uuid}/").text
    assert "There is a newer version of this report." in page
    assert second.get_absolute_url().removeprefix("/") in page
    assert "newer version" not in client_for(leader).get(f"/en/rapporter/{second.uuid}/").text
    with translation.override("en"):
        said = [say(mail).subject for mail in outbox("report-sent")]
    assert said == ["Report from Tøyen Unlimited", "Corrected report from Tøyen Unlimited"]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mail_is_in_the_readers_language(outbox, place, leader, language):
    MunicipalPartnerFactory(incubator=place, language=language)
    freeze(place, leader)
    (mail,) = outbox("report-sent")
    with translation.override(language):
        said = say(mail)
    assert "Tøyen Unlimited" in said.subject
    assert "2025" in said.text


def test_nothing_is_sent_when_it_is_undone(place, leader, outbox):
    MunicipalPartnerFactory(incubator=place)
    with transaction.atomic():
        freeze(place, leader)
        transaction.set_rollback(True)
    assert not outbox()
    assert not Report.objects.exists()


def test_story_taken_back_while_the_report_is_written_is_left_out_and_nothing_is_lost(client_for, place, leader, story):
    kept = agreed_story(place, "Bread")
    client, sent = client_for(leader), {"token": str(uuid.uuid4()), "words": "Long and good words."}
    StoryConsent.objects.filter(person__story=story).update(withdrawn_at=timezone.now())
    answer = client.post(url(), sent | {"stories": [str(story.uuid), str(kept.uuid)]})
    assert answer.status_code == 409
    assert "Somebody has taken back their yes to a story meanwhile" in answer.text
    assert "Long and good words." in answer.text
    assert str(story.uuid) not in answer.text
    assert not Report.objects.exists()
    client.post(url(), sent | {"stories": [str(kept.uuid)]})
    assert [row.title for row in Report.objects.get().stories.all()] == ["Bread"]


def test_only_stories_of_the_place_with_everyones_yes_can_be_chosen(place, leader, story):
    other, unread = agreed_story(IncubatorFactory()), agreed_story(place)
    Story.objects.filter(pk=unread.pk).update(revision=2)
    assert list(stories_for(scope(place))) == [story]
    for one in (other, unread):
        with pytest.raises(StoriesTakenBackError):
            freeze(place, leader, stories=[one])
    with pytest.raises(StoriesTakenBackError):
        freeze_report(
            report=scope(place), by=leader, token=uuid.uuid4(), words="", language="en", stories=[uuid.uuid4()]
        )


def test_story_that_is_sent_twice_over_is_in_the_report_once(client_for, place, leader, story):
    sent = {"token": str(uuid.uuid4()), "words": "", "stories": [str(story.uuid)] * 2}
    assert client_for(leader).post(url(), sent).status_code == 302
    assert ReportStory.objects.get().story == story


@pytest.mark.parametrize("stories", [["nonsense"], ["\x00"], ["x"] * 40])
def test_nonsense_for_a_story_is_answered(client_for, place, leader, story, stories):
    answer = client_for(leader).post(url(), {"token": str(uuid.uuid4()), "words": "", "stories": stories})
    assert answer.status_code == 422


# --- As it was sent ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"figures": {}}, {"words": "x"}, {"version": 9}, {"ends_on": dt.date(2026, 7, 30)}])
def test_what_is_sent_cannot_be_changed(change):
    report = ReportFactory()
    with pytest.raises(IntegrityError, match="report_is_frozen"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**change)


def test_report_outlives_the_account_of_who_sent_it():
    user = UserFactory()
    report = ReportFactory(frozen_by=user)
    erase_person(by=user)
    report.refresh_from_db()
    assert report.frozen_by is None


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("report_one_of_each_version", {"version": 1}),
        ("report_of_district_one_of_each_version", {"version": 1, "of_district": True}),
        ("report_is_of_incubator_or_district", {"version": 2, "incubator": None}),
        ("report_days_in_order", {"version": 2, "ends_on": dt.date(2025, 12, 31)}),
    ],
)
def test_database_refuses_what_must_not_be(place, constraint, facts):
    ReportFactory(place=place, version=1)
    ReportFactory(place=place, of_district=True, version=1)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReportFactory(place=place, **facts)


def test_story_in_a_report_stands_once_and_has_no_words_once_taken_out(story):
    row = ReportStory.objects.create(report=ReportFactory(), story=story, title="x", body="x")
    for constraint, wrong in (
        ("report_story_once", lambda: ReportStory.objects.create(report=row.report, story=story, title="x", body="x")),
        ("report_story_taken_out_has_no_words", lambda: ReportStory.objects.update(taken_out_at=timezone.now())),
        ("report_story_taken_out_has_no_words", lambda: ReportStory.objects.update(title="")),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            wrong()


# --- Reading it -------------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(place, leader, story):
    BudgetFactory(incubator=place, year=2025, kroner=60_000)
    return freeze(place, leader, stories=[story])


def readers(place) -> dict:
    """One of each who may or may not read, by what they are."""
    other = IncubatorFactory(district="Sagene")
    named = {name: UserFactory() for name in ("partner", "of another", "ended", "neighbour")}
    MunicipalPartnerFactory(incubator=place, email=named["partner"].email)
    MunicipalPartnerFactory(incubator=other, email=named["of another"].email)
    MunicipalPartnerFactory(incubator=place, email=named["ended"].email, ended=True)
    roles = {"moderator": {}, "supporter": {"supporter": True}}
    named |= {name: MembershipFactory(incubator=place, **role).user for name, role in roles.items()}
    return named | {
        "leader": MembershipFactory(incubator=place, leader=True).user,
        "leader of another": MembershipFactory(incubator=other, leader=True).user,
        "national": UserFactory(staff=True),
    }


def test_who_reads_a_report(client_for, place, sent):
    may = {"partner", "leader", "national"}
    for name, user in readers(place).items():
        client = client_for(user)
        for path in ("", "rapport.pdf", "rapport.csv"):
            status = client.get(f"/rapporter/{sent.uuid}/{path}").status_code
            assert status == (200 if name in may else 404), f"{name}: {path}"
        listed = sent.get_absolute_url() in client.get("/rapporter/").text
        assert listed == (name in may), name


def test_district_is_read_by_those_of_each_of_its_incubators(client_for, place):
    report, reader = ReportFactory(place=place, of_district=True), UserFactory()
    MunicipalPartnerFactory(incubator=IncubatorFactory(district="Gamle Oslo"), email=reader.email)
    other = UserFactory()
    MunicipalPartnerFactory(incubator=IncubatorFactory(district="Sagene"), email=other.email)
    assert client_for(reader).get(f"/rapporter/{report.uuid}/").status_code == 200
    assert client_for(other).get(f"/rapporter/{report.uuid}/").status_code == 404


def test_partner_finds_the_reports_from_their_own_page(client_for, place, sent):
    reader = UserFactory()
    assert "Reports to the municipality" not in client_for(reader).get("/en/min-side/").text
    MunicipalPartnerFactory(incubator=place, email=reader.email)
    assert "/en/rapporter/" in client_for(reader).get("/en/min-side/").text


def test_story_that_was_taken_out_is_no_more_in_page_or_file(client_for, leader, sent):
    ReportStory.objects.update(title="", body="", taken_out_at=timezone.now())
    client = client_for(leader)
    page = client.get(f"/en/rapporter/{sent.uuid}/").text
    assert "Not everyone in it says yes to that any more" in page
    assert "zebrafink" not in page
    assert "zebrafink" not in pdf_text(client.get(f"/en/rapporter/{sent.uuid}/rapport.pdf").content)


def pdf_text(content: bytes) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_document_is_tagged_and_says_what_the_page_says(client_for, leader, sent):
    answer = client_for(leader).get(f"/en/rapporter/{sent.uuid}/rapport.pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="rapport-2025-06-30-v1.pdf"'
    document = pypdf.PdfReader(io.BytesIO(answer.content))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = pdf_text(answer.content)
    for words in ("Report from Tøyen Unlimited", "Budget for 2025", "60,000", "Soup for forty", "zebrafink"):
        assert words in text


def test_workbook_and_open_numbers_say_the_same_without_a_persons_words(client_for, leader, sent):
    client = client_for(leader)
    files = {form: client.get(f"/en/rapporter/{sent.uuid}/rapport.{form}").content for form in ("xlsx", "csv", "json")}
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    cells = [cell.value for sheet in book for row in sheet.rows for cell in row]
    assert 60_000 in cells
    lines = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    assert [line["number"] for line in lines if line["row"] == "budget 2025"] == ["60000"]
    facts = json.loads(files["json"])
    assert facts["tables"][-4]["rows"]["budget 2025"] == 60_000
    assert {(line["table"], line["row"]) for line in lines} == {
        (table["key"], row)
        for table in facts["tables"]
        for row in [*table["rows"], *(["total"] if "total" in table else [])]
    }
    for content in (files["csv"], files["json"], str(cells).encode()):
        assert b"zebrafink" not in content


@pytest.mark.parametrize("path", ["rapport.exe", "rapport.pdf2"])
def test_other_files_are_not_found(client_for, leader, sent, path):
    assert client_for(leader).get(f"/rapporter/{sent.uuid}/{path}").status_code == 404


def test_pages_ask_as_often_for_many_reports(client_for, place, leader, sent, same_queries_at):
    client = client_for(leader)
    number = iter(range(10, 99))
    add = lambda: ReportFactory(place=place, version=next(number))  # noqa: E731
    same_queries_at(add, lambda: client.get("/rapporter/"), limit=8)
    same_queries_at(add, lambda: client.get("/arbeidsflate/rapport/"), limit=12)
    same_queries_at(add, lambda: client.get(f"/rapporter/{sent.uuid}/"), limit=8)
