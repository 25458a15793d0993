"""Any text at all in any field of any form of ours: never a fault, and what is let through can be stored."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest
from django import forms
from django.apps import apps
from django.utils.module_loading import module_has_submodule
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from events.models import Event, Material, Series, Session, Speaker
from ideas.models import AnswerTemplate, CaseExport, Idea, Partner
from incubators.models import ClosedPeriod, Incubator
from tests.factories import (
    AgreementFactory,
    EventFactory,
    IdeaFactory,
    IncubatorFactory,
    IndicatorFactory,
    InitiativeFactory,
    MeasurementRequestFactory,
    MeetingFactory,
    ReportFactory,
    SeriesFactory,
    StoryFactory,
    StoryPersonFactory,
    SupportRelationFactory,
    UserFactory,
)
from unlimited.users.models import User

# Forms of allauth need a request and a log-in under way; the sweep posts to them instead.
OF_ALLAUTH = {"unlimited.users.forms"}
NASTY = ["\x00", "a\ud800", "\u202etxt", "9" * 400, "-1", "1e999", "NaN", "\r\n\t ", "²", "''\";--", "x" * 20_000]
INSTANCES = {
    AnswerTemplate: lambda: AnswerTemplate(incubator=IncubatorFactory()),
    CaseExport: lambda: CaseExport(idea=IdeaFactory(submitted=True)),
    ClosedPeriod: lambda: ClosedPeriod(incubator=IncubatorFactory()),
    Event: EventFactory,
    Idea: IdeaFactory,
    Incubator: IncubatorFactory,
    Series: SeriesFactory,
    User: UserFactory,
    Partner: lambda: Partner(incubator=IncubatorFactory()),
    Material: lambda: Material(event=EventFactory()),
    Session: lambda: Session(event=EventFactory()),
    Speaker: lambda: Speaker(event=EventFactory()),
}
TEXT = st.one_of(st.sampled_from(NASTY), st.text(st.characters(), max_size=60))


def form_modules() -> Iterator[ModuleType]:
    """Yield each app's module of forms, or all modules of its package."""
    for config in apps.get_app_configs():
        name = f"{config.name}.forms"
        if not module_has_submodule(config.module, "forms") or name in OF_ALLAUTH or "allauth" in name:
            continue
        module = importlib.import_module(name)
        yield module
        for part in pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}."):
            yield importlib.import_module(part.name)


def is_complete(form_class: type) -> bool:
    """Whether it is a form to use, not one that others fill in: those annotate what is still missing."""
    promised = {name for base in form_class.__mro__ for name in vars(base).get("__annotations__", {})}
    has_model = (
        not issubclass(form_class, forms.BaseModelForm)
        or getattr(getattr(form_class, "_meta", None), "model", None) is not None
    )
    return has_model and all(hasattr(form_class, name) for name in promised)


def form_classes() -> Iterator[type[forms.BaseForm]]:
    """Yield every form class of ours that has fields."""
    for module in form_modules():
        for value in vars(module).values():
            is_form = inspect.isclass(value) and issubclass(value, forms.BaseForm) and is_complete(value)
            if is_form and value.__module__ == module.__name__ and getattr(value, "base_fields", None):
                yield value


FORMS = [form for form in form_classes() if not form.__module__.startswith("django.")]


def arguments(form_class) -> dict:
    """Return what a view would hand to the form besides the data."""
    wanted = inspect.signature(form_class).parameters
    made = {
        "idea": lambda: IdeaFactory(submitted=True),
        "user": UserFactory,
        "by": UserFactory,
        "incubator": IncubatorFactory,
        "initiative": InitiativeFactory,
        "initial": dict,
        "name": str,
        "incubators": Incubator.objects.all,
        "place": lambda: 1,
        "places": list,
        "relation": SupportRelationFactory,
        "target": MeetingFactory,
        "agreement": AgreementFactory,
        "row": AgreementFactory,
        "led": Incubator.objects.all,
        "report": ReportFactory,
        "stories": list,
        "story": lambda: StoryFactory(people=1),
        "person": StoryPersonFactory,
        "indicator": IndicatorFactory,
        "asked": MeasurementRequestFactory,
    }
    made["events"] = lambda: [EventFactory()]
    kwargs = {name: make() for name, make in made.items() if name in wanted}
    if issubclass(form_class, forms.BaseModelForm):
        kwargs["instance"] = INSTANCES[form_class._meta.model]()
    return kwargs


@pytest.mark.parametrize("form_class", FORMS, ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_form_cleans_each_text_that_is_typed(form_class):
    """Chance finds a field that lets a surrogate through, but not each time."""
    fields = form_class.base_fields.items()
    plain = [name for name, field in fields if type(field) is forms.CharField and not field.widget.is_hidden]
    assert plain == []


@pytest.mark.django_db
@pytest.mark.parametrize("form_class", FORMS, ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_form_answers_any_text(form_class):
    kwargs = arguments(form_class)

    @hypothesis_settings(max_examples=20)
    @given(data=st.fixed_dictionaries(dict.fromkeys(form_class.base_fields, TEXT)))
    def answers(data):
        form = form_class(data, **kwargs)
        form.is_valid()
        for name, value in form.cleaned_data.items():
            is_hidden = name in form.fields and form.fields[name].widget.is_hidden
            if isinstance(value, str) and not is_hidden:
                assert "\x00" not in value
                value.encode()

    answers()
