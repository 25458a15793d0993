"""An address that looks mistyped is asked about once, and taken the second time: nobody is refused."""

import pytest
from django import forms
from django.urls import get_resolver
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from unlimited.mail.forms import AddressField, AddressInput
from unlimited.mail.models import OutgoingMail
from unlimited.mail.typos import KNOWN, REAL, is_one_slip_away, probably_meant


class OneAddress(forms.Form):
    email = AddressField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kari@gmail.con", "kari@gmail.com"),
        ("kari@hotmial.com", "kari@hotmail.com"),
        ("kari@gmial.com", "kari@gmail.com"),
        ("kari@gmal.com", "kari@gmail.com"),
        ("kari@gmaill.com", "kari@gmail.com"),
        ("kari@outlok.com", "kari@outlook.com"),
        ("Kari@Onlin.no", "kari@online.no"),
        ("post@nabolaget.con", "post@nabolaget.com"),
        ("postmottak@oslo.kommune.nno", "postmottak@oslo.kommune.no"),
    ],
)
def test_what_was_probably_meant(typed, meant):
    assert probably_meant(typed) == meant


@pytest.mark.parametrize(
    "domain", [*KNOWN, *sorted(REAL), "oslo.kommune.no", "norgeunlimited.no", "example.no", "x.co", "nrk.no"]
)
def test_real_domains_are_not_asked_about(domain):
    assert probably_meant(f"kari@{domain}") == ""


@given(st.emails())
def test_no_address_breaks_the_question(address):
    meant = probably_meant(address)
    assert meant != address.lower()
    assert meant == "" or meant.partition("@")[0] == address.lower().rpartition("@")[0]


@pytest.mark.parametrize(
    ("typed", "meant"), [("", ""), ("gmail.com", "gmail.com"), ("gxaxl.com", "gmail.com"), ("", "ab")]
)
def test_more_than_one_slip_is_another_domain(typed, meant):
    assert not is_one_slip_away(typed, meant)


def test_form_asks_once_and_then_takes_the_address():
    first = OneAddress({"email": " Kari@gmail.con "})
    with translation.override("en"):
        assert first.errors["email"] == ["Did you mean kari@gmail.com? If kari@gmail.con is right, send it once more."]
    assert 'type="hidden" name="email_asked" value="Kari@gmail.con"' in str(first["email"])
    again = OneAddress({"email": "Kari@gmail.con", "email_asked": "Kari@gmail.con"})
    assert again.is_valid()
    assert again.cleaned_data["email"] == "kari@gmail.con"


def test_other_typo_is_asked_about_too():
    form = OneAddress({"email": "kari@hotmial.com", "email_asked": "kari@gmail.con"})
    assert [error.code for error in form.errors.as_data()["email"]] == ["did_you_mean"]


def test_right_address_carries_nothing_along():
    assert "_asked" not in str(OneAddress({"email": "kari@gmail.com"})["email"])


def test_each_form_that_takes_an_address_asks():
    get_resolver().url_patterns  # noqa: B018 - all forms are imported
    found = [(form, field) for form in subclasses(forms.BaseForm) for field in form.base_fields.values()]
    fields = [field for _form, field in found if isinstance(field, AddressField)]
    assert len(fields) > 10
    assert all(isinstance(field.widget, AddressInput) for field in fields)


def subclasses(cls) -> set[type]:
    below = {one for child in cls.__subclasses__() for one in subclasses(child)} | set(cls.__subclasses__())
    return {one for one in below if hasattr(one, "base_fields")}


@pytest.mark.django_db
def test_login_asks_once_and_then_sends_the_code(client):
    url = "/en/konto/login/"
    asked = client.post(url, {"email": "kari@gmail.con"})
    assert "Did you mean kari@gmail.com?" in asked.text
    assert not OutgoingMail.objects.exists()
    assert client.post(url, {"email": "kari@gmail.con", "email_asked": "kari@gmail.con"}).status_code == 302
    assert OutgoingMail.objects.get().recipient == "kari@gmail.con"
