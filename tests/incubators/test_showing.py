"""Each who works at an incubator chooses whether its page shows them."""

import pytest
from django.db import IntegrityError, transaction

from incubators.actions.people import end_membership
from incubators.actions.showing import show_person
from incubators.models import Membership, ShownPerson
from incubators.privacy import export_incubators
from tests.factories import IncubatorFactory, MembershipFactory, UserFactory
from unlimited.users.actions import withdraw_consent
from unlimited.users.models import Consent

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership():
    return MembershipFactory(supporter=True, user__name="Ali Ahmed", incubator__name="Tøyen")


def public_page(client, incubator) -> str:
    return client.get(f"/en/inkubatorer/{incubator.slug}/").text


def choose(client_for, membership, **given):
    return client_for(membership.user).post(f"/en/arbeidsflate/inkubatorer/{membership.incubator.slug}/meg/", given)


def test_nobody_is_shown_who_has_not_said_so(client, membership):
    assert "Ali" not in public_page(client, membership.incubator)


def test_who_says_yes_is_shown_with_role_and_words(client, client_for, membership):
    MembershipFactory(user=membership.user, incubator=membership.incubator)
    choose(client_for, membership, is_shown="on", words="Ask me about cellars.")

    text = public_page(client, membership.incubator)
    assert text.count("Ali Ahmed") == 1
    assert "<span>Moderator</span><span>Supporter</span>" in text
    assert "Ask me about cellars." in text
    assert membership.user.email not in text
    assert "Ali" not in public_page(client, IncubatorFactory())
    consent = Consent.objects.get()
    assert (consent.purpose, consent.subject) == ("show-person", f"incubator:{membership.incubator.pk}")
    assert export_incubators(membership.user)["shown_at"] == [
        {"incubator__name": "Tøyen", "words": "Ask me about cellars."}
    ]
    assert "Show me on an incubator&#x27;s page: Tøyen" in client_for(membership.user).get("/en/konto/profil/").text


def test_who_changes_their_mind_is_gone_at_once(client, client_for, membership):
    choose(client_for, membership, is_shown="on")
    choose(client_for, membership, words="x")
    assert "Ali" not in public_page(client, membership.incubator)
    assert Consent.objects.get().withdrawn_at

    choose(client_for, membership, is_shown="on")
    assert "Ali" in public_page(client, membership.incubator)
    consent = Consent.objects.get(withdrawn_at=None)
    withdraw_consent(user=membership.user, purpose=consent.purpose, subject=consent.subject)
    assert "Ali" not in public_page(client, membership.incubator)
    assert ShownPerson.objects.count() == 0


def test_who_no_longer_works_there_is_not_shown(client, membership):
    show_person(incubator=membership.incubator, words="", by=membership.user)
    end_membership(membership=Membership.objects.get(), by=UserFactory())
    assert "Ali" not in public_page(client, membership.incubator)


def test_who_has_no_name_is_asked_for_one_and_never_shown_by_address(client, client_for, membership):
    membership.user.name = ""
    membership.user.save()

    response = choose(client_for, membership, is_shown="on", words="Hello")

    assert "Write your name on your profile first" in response.text
    assert 'value="Hello"' in response.text
    show_person(incubator=membership.incubator, words="Hello", by=membership.user)
    assert membership.user.email not in public_page(client, membership.incubator)
    assert "Hello" not in public_page(client, membership.incubator)


def test_nobody_is_shown_by_somebody_else(client_for, membership):
    address = f"/en/arbeidsflate/inkubatorer/{membership.incubator.slug}/meg/"
    assert client_for(UserFactory(staff=True)).post(address, {"is_shown": "on"}).status_code == 403
    assert client_for(MembershipFactory(leader=True).user).post(address, {"is_shown": "on"}).status_code == 403
    assert ShownPerson.objects.count() == 0


def test_page_asks_equally_often_however_many_are_shown(client, same_queries_at):
    incubator = IncubatorFactory()

    def one_more():
        show_person(incubator=incubator, words="", by=MembershipFactory(incubator=incubator).user)

    same_queries_at(one_more, lambda: client.get(f"/en/inkubatorer/{incubator.slug}/"), limit=8)


def test_erased_person_is_gone_from_the_page(membership):
    show_person(incubator=membership.incubator, words="", by=membership.user)
    membership.user.delete()
    assert ShownPerson.objects.count() == 0


def test_database_refuses_the_same_person_twice(membership):
    facts = {"user": membership.user, "incubator": membership.incubator}
    ShownPerson.objects.create(**facts)
    with pytest.raises(IntegrityError, match="person_shown_once_per_incubator"), transaction.atomic():
        ShownPerson.objects.create(**facts)
