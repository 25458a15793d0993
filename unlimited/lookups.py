"""Sub-selects whose cost does not depend on statistics.

PostgreSQL may turn `IN (SELECT …)` and `EXISTS` into a join, in an order that it chooses by statistics. Where they say
that a table is empty (after a bulk load or a restore), that is a nested loop over a nested loop: 160 ideas took six
minutes. A sub-select in an array runs once a statement; one with LIMIT runs once a row, by an index. PostgreSQL changes
neither into a join.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet, Subquery


class OneOf(Func):
    """Whether `field` has one of the values that `rows` select: `OneOf("pk", rows.values("idea"))`."""

    arity = 2
    arg_joiner = " = ANY("
    template = "(%(expressions)s))"
    output_field = BooleanField()

    def __init__(self, field: str, rows: QuerySet):
        super().__init__(F(field), ArraySubquery(rows if rows.query.is_sliced else rows.order_by()))

    def __repr__(self) -> str:
        return f"OneOf({self.source_expressions})"


class Found(Subquery):
    """Whether there is one of `rows`, which refer to the outer row; an index has to answer it."""

    template = "((%(subquery)s) IS NOT NULL)"
    output_field = BooleanField()

    def __init__(self, rows: QuerySet):
        super().__init__(rows.order_by().values("pk")[:1])
