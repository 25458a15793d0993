"""What every model of ours keeps to, the next one included."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

from unlimited.history import Revision
from unlimited.users.models import User

OURS = [model for model in apps.get_models() if str(settings.BASE_DIR) in str(model._meta.app_config.path)]
OURS = [model for model in OURS if "site-packages" not in str(model._meta.app_config.path)]
# Made by `tracked` from the models they are about; tests/unlimited/test_history.py says what they keep to.
OURS = [model for model in OURS if not issubclass(model, Revision)]
FIELDS = [(model, field) for model in OURS for field in model._meta.get_fields() if not field.auto_created]
# Rows that are the person's own and mean nothing without them.
GO_WITH_THE_PERSON = {
    "Membership.user",
    "Consent.user",
    "ShownPerson.user",
    "CoAuthor.user",
    "TeamMember.user",
    "FactorConfirmation.user",
    "FormDraft.owner",
}


def named(pairs) -> list:
    return [pytest.param(*pair, id=f"{pair[0].__name__}.{pair[1].name}") for pair in pairs]


def test_models_are_ours_and_some():
    assert {model.__name__ for model in OURS} >= {"User", "Incubator", "Idea", "OutgoingMail"}


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize(
    ("model", "field"), named((m, f) for m, f in FIELDS if f.many_to_one and f.related_model is User)
)
def test_removing_an_account_never_removes_content(model, field):
    if f"{model.__name__}.{field.name}" not in GO_WITH_THE_PERSON:
        assert field.remote_field.on_delete in {models.SET_NULL, models.PROTECT}


@pytest.mark.parametrize(("model", "field"), named((m, f) for m, f in FIELDS if f.is_relation))
def test_relation_has_a_name_from_the_other_side(model, field):
    if field.model is model and field.name not in {"groups", "user_permissions"}:
        assert field.remote_field.related_name, "the other side would be called …_set"


@pytest.mark.parametrize(
    ("model", "field"), named((m, f) for m, f in FIELDS if isinstance(f, models.CharField | models.TextField))
)
def test_text_is_empty_never_null(model, field):
    assert not field.null


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_model_has_a_name_for_people_and_a_line_for_each_row(model):
    assert "__str__" in model.__dict__ or any("__str__" in base.__dict__ for base in model.__bases__ if base in OURS)
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}("), "a docstring says what it is"


def test_constraints_and_indexes_say_what_they_are_about():
    """Names made by Django end in a hash; whoever reads an error of the database learns nothing from those."""
    names = [rule.name for model in OURS for rule in (*model._meta.constraints, *model._meta.indexes)]
    assert [name for name in names if re.search(r"_[0-9a-f]{6,8}(_\w+)?$", name)] == []
    assert len(names) == len(set(names))
