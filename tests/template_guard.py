"""An undefined variable in one of our templates fails the test that rendered it, inside `{% if %}` too.

Django reads an unknown name as nothing, so a misspelt one hides what it should show. Templates of others (allauth, the
admin) rely on that and are left alone.
"""

from pathlib import Path

import pytest
from django.template.base import FilterExpression, Variable, VariableDoesNotExist

ROOT = Path(__file__).resolve().parent.parent


class _Undefined(str):
    """Stands for nothing, like Django's own default, but is recognised, and stays out of `blocktranslate`."""

    def __contains__(self, part: str) -> bool:
        pytest.fail("a {% blocktranslate %} names a variable that the context does not have", pytrace=False)


UNDEFINED = _Undefined()


class StrictVariable(Variable):
    """A variable that knows which template asks for it and must exist there."""

    __slots__ = ("asked_in",)

    def resolve(self, context):
        try:
            value = super().resolve(context)
        except VariableDoesNotExist as error:
            # Not an Exception: Django swallows those inside `{% if a and b %}`.
            pytest.fail(f"{{{{ {self.var} }}}} is undefined in {self.asked_in}: {error}", pytrace=False)
        if value is UNDEFINED:
            pytest.fail(f"{{{{ {self.var} }}}} leads nowhere in {self.asked_in}", pytrace=False)
        return value


def _strict(variable, asked_in: str):
    if not isinstance(variable, Variable) or variable.lookups is None:
        return variable
    strict = StrictVariable(variable.var)
    strict.asked_in = asked_in
    return strict


def is_ours(origin) -> bool:
    """Whether a template's origin is a file of this repository."""
    path = Path(str(origin.name)) if origin is not None else Path()
    return path.is_relative_to(ROOT) and not {"site-packages", ".venv", "node_modules"} & set(path.parts)


def install() -> None:
    """Make every expression compiled from now on strict, where its template is ours."""
    compile_expression = FilterExpression.__init__

    def compile_strictly(self, token, parser):
        compile_expression(self, token, parser)
        if not is_ours(parser.origin):
            return
        asked_in = str(Path(parser.origin.name).relative_to(ROOT))
        self.var = _strict(self.var, asked_in)
        self.filters = [
            (name, [(is_variable, _strict(arg, asked_in)) for is_variable, arg in args]) for name, args in self.filters
        ]

    FilterExpression.__init__ = compile_strictly
