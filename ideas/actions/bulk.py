"""One thing done with many cases: each by the very action of its own page, in a transaction of its own.

No answer is given so: a yes, a no or an end is written to one person, about their idea. See `ideas.forms.bulk`.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ideas.actions.transitions import EditedElsewhereError, IdeaBusyError, IdeaError
from ideas.models import Idea
from unlimited.origin import audited
from unlimited.users.models import User

# The longest wait for cases that others hold: the rest is left unchanged, to be tried again.
PATIENCE = 9.0


@dataclass(frozen=True)
class Outcome:
    """What became of one case. `problem` is what stood in the way; None where it is done."""

    idea: Idea
    problem: IdeaError | None = None


@audited
def act_on_each(
    *, cases: Iterable[Idea], by: User, kind: str | None, act: Callable[[Idea], object], patience: float = PATIENCE
) -> list[Outcome]:
    """Do `act` with each case, whatever became of the one before; what `by` has done already counts as done."""
    outcomes, waited = [], 0.0
    for idea in cases:
        if waited > patience:
            outcomes.append(Outcome(idea, IdeaBusyError()))
            continue
        began = time.monotonic()
        try:
            act(idea)
        except IdeaBusyError as busy:
            waited += time.monotonic() - began
            outcomes.append(Outcome(idea, busy))
        except EditedElsewhereError as edited:
            outcomes.append(Outcome(idea, None if edited.is_of(by, kind) else edited))
        except IdeaError as problem:
            outcomes.append(Outcome(idea, problem))
        else:
            outcomes.append(Outcome(idea))
    return outcomes
