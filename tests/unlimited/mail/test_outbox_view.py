import datetime as dt
import itertools

import pytest
from django.utils import timezone, translation

from tests.factories import MembershipFactory, UserFactory
from unlimited.mail import kinds
from unlimited.mail.answers import explain
from unlimited.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

URL = "/en/arbeidsflate/e-post/"


@pytest.fixture
def staff(client_for):
    return client_for(UserFactory(staff=True))


def fail(mail, error="550 5.1.1 no such user"):
    OutgoingMail.objects.filter(pk=mail.pk).update(status="failed", last_error=error, finished_at=timezone.now())
    return mail


def test_only_national_staff_see_the_outbox(client_for, put):
    mail = put()
    repeat = f"{URL}{mail.uuid}/send/"
    for user in (UserFactory(), MembershipFactory(leader=True).user):
        client = client_for(user)
        assert client.get(URL).status_code == 403
        assert client.post(repeat).status_code == 403
    assert client_for(None).get(URL).status_code == 302
    assert client_for(None).post(repeat).status_code == 302


def test_staff_see_who_gets_what_and_never_what_it_says(staff, put):
    put("a", kind="code", snapshot={"code": "SECRET-1234"})
    fail(put("b"))
    page = staff.get(URL).text
    for words in (
        "kari@example.no",
        "letter",
        "code",
        "Waiting",
        "Not delivered",
        "There is no such mailbox.",
        "550 5.1.1",
    ):
        assert words in page
    for words in ("SECRET-1234", "Coffee on the steps", "min-side/&quot;"):
        assert words not in page


def test_staff_find_a_mail(staff, put):
    fail(put("a", to="Kari@example.no"))
    put("b", to="ola@example.no", kind="bulk-letter")
    found = {
        "": ["ola@example.no", "Kari@example.no"],
        "?status=failed": ["Kari@example.no"],
        "?kind=bulk-letter": ["ola@example.no"],
        "?recipient=kARI": ["Kari@example.no"],
        "?recipient=%25": [],
        "?recipient=a%00b": [],
        "?status=nonsense": ["ola@example.no", "Kari@example.no"],
        "?etter=nonsense": ["ola@example.no", "Kari@example.no"],
    }
    for query, recipients in found.items():
        response = staff.get(URL + query)
        assert response.status_code == 200
        assert [mail.recipient for mail in response.context["page"]] == recipients, query


def test_the_outbox_is_read_page_by_page(staff, put):
    for n in range(101):
        put(f"many:{n}", to=f"person{n}@example.no")
    first = staff.get(URL + "?status=queued")
    second = staff.get(URL + first.context["page"].next_url)
    third = staff.get(URL + second.context["page"].next_url)
    pages = [[mail.recipient for mail in page.context["page"]] for page in (first, second, third)]
    assert [len(page) for page in pages] == [50, 50, 1]
    assert list(itertools.chain(*pages)) == [f"person{n}@example.no" for n in reversed(range(101))]
    assert (first.context["page"].previous_url, third.context["page"].next_url) == ("", "")
    back = staff.get(URL + third.context["page"].previous_url)
    assert [mail.recipient for mail in back.context["page"]] == pages[1]


def test_the_outbox_asks_the_database_equally_often(staff, put, same_queries_at):
    numbers = itertools.count()
    same_queries_at(lambda: fail(put(f"many:{next(numbers)}")), lambda: staff.get(URL), limit=12)


def test_staff_send_a_failed_mail_again(staff, put, row):
    mail = fail(put())
    assert f"{URL}{mail.uuid}/send/" in staff.get(URL).text
    response = staff.post(f"{URL}{mail.uuid}/send/", follow=True)
    assert "The mail to kari@example.no is sent again." in response.text
    assert row(mail).status == "queued"


def test_a_code_is_not_sent_again(staff, put, row):
    mail = put(kind="code")
    OutgoingMail.objects.filter(pk=mail.pk).update(
        status="uncertain", last_error="closed:", finished_at=timezone.now(), snapshot={}
    )
    assert f"{mail.uuid}/send/" not in staff.get(URL).text
    response = staff.post(f"{URL}{mail.uuid}/send/", follow=True)
    assert "This mail cannot be sent again" in response.text
    assert row(mail).status == "uncertain"


def test_an_unknown_mail_is_not_found(staff):
    assert staff.post(f"{URL}00000000-0000-0000-0000-000000000000/send/").status_code == 404
    assert staff.get(f"{URL}00000000-0000-0000-0000-000000000000/send/").status_code == 405


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("", ""),
        ("550 5.1.1 no such user", "There is no such mailbox."),
        ("550 5.7.1 spam", "The recipient's mail server refused the mail, perhaps as spam."),
        ("552 full", "The recipient's mailbox is full."),
        ("451 4.7.1 greylisted", "The recipient's mail server asked us to come back later."),
        ("421 busy", "The mail server was busy and asked us to come back later."),
        ("connection: refused", "The mail server could not be reached. We try again by ourselves."),
        ("address: not an e-mail address", "This is not a valid e-mail address."),
        ("something unheard of", "Something else went wrong."),
    ],
)
def test_the_servers_answer_in_plain_words(error, words):
    with translation.override("en"):
        assert str(explain(error)) == words


def test_what_waits_says_when_it_is_tried_next(staff, put):
    mail = put()
    OutgoingMail.objects.filter(pk=mail.pk).update(attempts=1, next_attempt_at=timezone.now() + dt.timedelta(minutes=5))
    assert "Next attempt" in staff.get(URL).text


def test_kinds_have_names_for_people(staff, put):
    put("a", kind="plain-message", snapshot={"subject": "Hello", "body": "Hello"})
    page = staff.get(URL).text
    assert '<td data-label="Kind">Message from the site itself</td>' in page
    ours = [kind for kind in kinds.names() if kind not in ("letter", "bulk-letter", "code", "lost")]
    assert [kind for kind in ours if kinds.label_of(kind) == kind] == []
    assert kinds.label_of("forgotten") == "forgotten"


# --- Mails about cases ------------------------------------------------------------------------------------------------


def put_about_case(put, number: int, to: str, **facts) -> OutgoingMail:
    return put(f"case:{number}", kind="case-letter", to=to, **facts)


def test_national_staff_see_neither_who_has_a_case_nor_how_it_went(staff, put):
    mails = [put_about_case(put, n, f"amina{n}@skole.example.no") for n in range(5)]
    for mail in mails:
        fail(mail, f"550 5.1.1 <{mail.recipient}> no such user")
    fail(put_about_case(put, 5, "ola@nordmann.example.no"))

    for query in ("", "?kind=case-letter", "?recipient=amina", "?status=failed"):
        page = staff.get(f"{URL}{query}").text
        for words in ("amina0@", "amina4", "ola@", "nordmann", "declined", str(mails[0].uuid)):
            assert words not in page, (query, words)
    table = staff.get(URL).context["troubles"]
    assert [(row.status, row.answer, row.domain, row.count) for row in table] == [
        ("Not delivered", "There is no such mailbox.", "skole.example.no", 5),
        ("Not delivered", "There is no such mailbox.", "other domains", 1),
    ]


def test_single_mail_about_a_case_is_not_found_in_the_outbox(staff, put, row):
    mail = fail(put_about_case(put, 1, "amina@example.no"))
    assert staff.post(f"{URL}{mail.uuid}/send/").status_code == 404
    assert row(mail).status == "failed"


def test_failed_mails_about_cases_are_sent_again_together(staff, client_for, put, row):
    failed, waits = fail(put_about_case(put, 1, "amina@example.no")), put_about_case(put, 2, "ola@example.no")
    other, old = fail(put("listed")), fail(put_about_case(put, 3, "eva@example.no"))
    OutgoingMail.objects.filter(pk=old.pk).update(snapshot={})
    path = f"{URL}om-saker/send/"
    assert client_for(UserFactory()).post(path).status_code == 403
    assert row(failed).status == "failed"

    assert "1 mail is sent again." in staff.post(path, follow=True).text

    assert [row(mail).status for mail in (failed, waits, other, old)] == ["queued", "queued", "failed", "failed"]


def test_numbers_of_case_mails_cost_the_same_for_few_and_many(staff, put, same_queries_at):
    numbers = itertools.count()

    def add_row():
        number = next(numbers)
        put_about_case(put, number, f"p{number}@d{number}.example.no")

    same_queries_at(add_row, lambda: staff.get(URL), limit=12)


def test_kind_that_is_not_declared_as_listed_is_about_a_case():
    """A new kind of mail is hidden until somebody says that it tells nothing of a case."""
    listed = set(kinds.listed())
    assert not listed & {name for name in kinds.names() if name.startswith(("idea-", "case-", "support", "appeal"))}
    assert "forgotten" not in listed
