"""The list of erased accounts: kept outside of the database, without personal data, and replayed after a restore."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import Registration
from ideas.models import Idea
from tests.events.test_registration_actions import alone, register
from tests.factories import EventFactory, IdeaFactory, UserFactory
from unlimited.users import erasures, registry
from unlimited.users.actions import apply_retention, erase_person
from unlimited.users.models import Erasure, User

pytestmark = pytest.mark.django_db
KARI = "kari@example.no"


@pytest.fixture
def file(tmp_path, settings):
    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    return tmp_path / "erasures.jsonl"


def erased(email: str = KARI) -> User:
    """Erase a person with an idea and write the list; return the person as they were."""
    user = UserFactory(email=email, name="Kari Vik")
    IdeaFactory(author=user, submitted=True)
    erase_person(by=User.objects.get(pk=user.pk))
    erasures.write_erasures()
    return user


def restore(user: User) -> User:
    """Bring the person back as a copy of the database from before the erasure does, without the list's row."""
    Erasure.objects.all().delete()
    back = UserFactory(email=user.email, uuid=user.uuid, name=user.name)
    IdeaFactory(author=back, submitted=True)
    return back


def replay(*files) -> str:
    out = io.StringIO()
    call_command("erasures", "replay", *map(str, files), stdout=out)
    return out.getvalue()


def test_list_holds_no_personal_data_in_clear(file):
    user = erased()
    row = Erasure.objects.get()
    told = file.read_text() + str(vars(row))
    assert row.written_at
    for secret in (KARI, "Kari", str(user.uuid), user.uuid.hex):
        assert secret not in told
    assert json.loads(file.read_text()) == {
        "uuid": str(row.uuid),
        "at": row.at.isoformat(),
        "person": row.person_hash,
        "addresses": row.address_hashes,
    }


def test_list_is_appended_to_and_each_row_is_written_once(file):
    erased()
    erased("ola@example.no")
    assert erasures.write_erasures() == 0
    assert len(file.read_text().splitlines()) == 2


def test_without_a_file_the_rows_wait_and_the_command_prints_them(settings):
    settings.ERASURES_FILE = ""
    erased()
    out = io.StringIO()
    call_command("erasures", "export", stdout=out)
    assert Erasure.objects.get().written_at is None
    assert [row.uuid for row in erasures.read_lines(out.getvalue().splitlines())] == [Erasure.objects.get().uuid]


def test_erasure_that_fails_is_not_in_the_list(monkeypatch):
    def fail(user):
        raise ZeroDivisionError

    monkeypatch.setitem(registry.erasers, "users", fail)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        erase_person(by=UserFactory())
    assert not Erasure.objects.exists()


def test_restored_person_is_erased_again_with_all_that_is_theirs(file):
    restore(erased())
    bystander = IdeaFactory(submitted=True)
    assert replay(file).startswith("1 accounts")
    assert not User.objects.filter(email=KARI).exists()
    assert list(Idea.objects.all()) == [bystander]
    assert replay(file).startswith("0 accounts")


def test_restored_address_without_an_account_is_erased_too(file):
    erased()
    Erasure.objects.all().delete()
    register(EventFactory(), who=alone(KARI))
    assert replay(file).startswith("0 accounts and 1 addresses")
    assert not Registration.objects.filter(contact_email=KARI).exists()
    assert not User.objects.filter(email=KARI).exists()


def test_person_who_came_back_before_the_copy_is_left_alone(file):
    """The restored list holds the erasure, so it was before the copy."""
    erased()
    back = UserFactory(email=KARI)
    assert replay(file).startswith("0 accounts and 0 addresses")
    assert User.objects.filter(pk=back.pk).exists()


def test_address_that_is_anothers_account_now_is_left_to_a_person(file):
    erased()
    Erasure.objects.all().delete()
    other = UserFactory(email=KARI)
    assert "1 addresses belong to another account" in replay(file)
    assert User.objects.filter(pk=other.pk).exists()


def test_replay_knows_hashes_of_an_earlier_key(file, settings):
    restore(erased())
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" + "y" * 40
    assert replay(file).startswith("1 accounts")


def test_replay_passes_over_what_is_too_old_to_be_in_a_copy(file):
    user = restore(erased())
    later = timezone.now() + erasures.KEPT_FOR + dt.timedelta(days=1)
    assert erasures.replay(erasures.read_lines(file.read_text().splitlines()), now=later).accounts == 0
    assert User.objects.filter(pk=user.pk).exists()


def test_broken_line_stops_the_replay_before_anything_is_erased(file):
    user = restore(erased())
    file.write_text(file.read_text() + "half a li")
    with pytest.raises(CommandError, match="half a li"):
        replay(file)
    assert User.objects.filter(pk=user.pk).exists()


def test_list_is_purged_once_no_copy_can_bring_anybody_back(file):
    erased()
    Erasure.objects.update(at=timezone.now() - erasures.KEPT_FOR - dt.timedelta(days=1))
    assert apply_retention()["erasures"] == 1


def test_row_holds_a_hash():
    with pytest.raises(IntegrityError, match="erasure_holds_a_hash"), transaction.atomic():
        Erasure.objects.create(person_hash=KARI, address_hashes=[])
