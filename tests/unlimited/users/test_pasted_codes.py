"""A code as people paste it: with spaces, invisible characters or a sentence around it. An empty field is no try."""

import pytest
from django.core.cache import cache

from incubators.forms.people import DigitsForm
from tests.factories import UserFactory
from tests.unlimited.users.test_login_by_code import CONFIRM, ask
from unlimited.content.text import code_in

pytestmark = pytest.mark.django_db
ADDRESS = "ny@example.no"
PASTED = [
    "{code}",
    " {code}\n",
    "{code} er koden din",
    "Koden din er {code}.",
    "{first}\N{NO-BREAK SPACE}{second}",
    "{first}-{second}",
    "\N{ZERO WIDTH SPACE}{first}\N{WORD JOINER}{second}\N{ZERO WIDTH NO-BREAK SPACE}",
    "{first}\N{NARROW NO-BREAK SPACE}{second}\x0b",
]


@pytest.fixture(autouse=True)
def _limits():
    cache.clear()


@pytest.fixture
def code_for(outbox):
    return lambda email: [mail for mail in outbox("login-code") if mail.recipient == email][-1].snapshot["code"]


@pytest.mark.parametrize("pasted", PASTED, ids=ascii)
def test_code_is_found_in_what_was_pasted(client, code_for, pasted):
    ask(client, ADDRESS)
    code = code_for(ADDRESS)
    answer = client.post(CONFIRM, {"code": pasted.format(code=code, first=code[:3], second=code[3:])})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"]


@pytest.mark.parametrize("blank", ["", "  ", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\x0b"], ids=ascii)
def test_blank_field_is_no_try(client, code_for, blank):
    ask(client, ADDRESS)
    for _time in range(6):
        answer = client.post(CONFIRM, {"code": blank})
        assert answer.status_code == 200
        assert "This field is required." in answer.text
    for _time in range(4):
        assert client.post(CONFIRM, {"code": "nothing"}).status_code == 200
    assert client.post(CONFIRM, {"code": code_for(ADDRESS)}).url != "/en/konto/login/"
    assert client.session["_auth_user_id"]


def test_wrong_codes_are_tries(client, code_for):
    ask(client, ADDRESS)
    answers = [client.post(CONFIRM, {"code": "x"}) for _time in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 302]
    assert "_auth_user_id" not in client.session


def test_blank_code_of_a_new_address_is_no_try(client, outbox):
    user = UserFactory()
    client.force_login(user)
    client.post("/en/konto/email/", {"email": ADDRESS, "action_add": ""})
    for _time in range(6):
        assert client.post("/en/konto/confirm-email/", {"code": " "}).status_code == 200
    code = outbox("address-code")[-1].snapshot["code"]
    assert client.post("/en/konto/confirm-email/", {"code": f"{code} er koden"}).status_code == 302
    user.refresh_from_db()
    assert user.email == ADDRESS


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("551167 er koden din", "551167"),
        ("551167 og 551167", "551167"),
        ("551167 or 112233", "551167 or 112233"),
        ("1234 5678", "1234 5678"),
        ("12 345 678", "12 345 678"),
        ("5511670", "5511670"),
        ("٥٥١١٦٧", "551167"),
        ("abcd-efgh", "abcd-efgh"),
        ("", ""),
    ],
)
def test_code_in_takes_one_number_of_six_digits_and_guesses_nothing(pasted, code):
    assert code_in(pasted) == code


def test_digits_that_are_read_out_may_be_grouped():
    form = DigitsForm({"digits": "551\N{NO-BREAK SPACE}167"})
    assert form.is_valid()
    assert form.cleaned_data["digits"] == "551167"
    assert DigitsForm({"digits": "5511"}).errors["digits"] == DigitsForm({"digits": ""}).errors["digits"]
