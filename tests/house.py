"""`python -m tests.house`: the rules of the house that no other tool checks. Silent when they are kept.

Sizes are a mirror, not a fence: a file or function that reads better long says so in one comment,
`longer than usual because …`.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 40, 120
REASON = re.compile(r"longer than usual because \S")
# Made by tools, or data.
GENERATED = re.compile(r"/migrations/|^static/theme\.css$|\.lock$|^package-lock\.json$|^locale/|\.csv$|\.svg$")
VAGUE = {"utils.py", "helpers.py", "services.py", "selectors.py", "signals.py", "managers.py"}
LOCKS = ("requirements.lock", "requirements-dev.lock", "package-lock.json")
ADDRESS = re.compile(r"https?://|\bfile:|--(extra-)?index-url|\"resolved\"")
SOMEBODYS_HOME = re.compile(r"(?<![\w.])/(home|Users)/(?!app\b)[a-z][\w.-]*/")


def committed_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def too_long(name: str, text: str) -> Iterator[str]:
    """Yield what in one file is longer than usual, without a reason."""
    if GENERATED.search(name):
        return
    lines = text.splitlines()
    limit = {".py": FILE_LINES, ".js": FILE_LINES, ".css": FILE_LINES}.get(Path(name).suffix)
    if name.startswith("templates/"):
        limit = TEMPLATE_LINES
    if limit and len(lines) > limit and not REASON.search(text):
        yield f"{name}: {len(lines)} lines, usual are at most {limit}"
    if name.endswith(".py"):
        yield from _long_functions(name, text, lines)


def _long_functions(name: str, text: str, lines: list[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            told = REASON.search("\n".join(lines[max(node.lineno - 2, 0) : node.end_lineno]))
            if length > FUNCTION_LINES and not told:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines, usual are at most {FUNCTION_LINES}"


def tells_of_a_machine(name: str, text: str) -> Iterator[str]:
    """Yield each line that names a folder of somebody's machine, and each address in a lock file."""
    for number, line in enumerate(text.splitlines(), 1):
        if f"{ROOT}/" in line or SOMEBODYS_HOME.search(line):
            yield f"{name}:{number}: names a folder of one machine"
        if name in LOCKS and ADDRESS.search(line) and '"url"' not in line:
            yield f"{name}:{number}: a lock names no address: {line.strip()[:80]}"


def dates_by_themselves(name: str, text: str) -> Iterator[str]:
    """Yield each date whose form Django would choose: it is American in English and has no weekday in any."""
    for number, line in enumerate(text.splitlines(), 1):
        if name.startswith("templates/") and re.search(r"\|(date|time)\b(?!:\"c\")", line):
            yield f"{name}:{number}: a date for people is `|day` or `|moment`"


def unaudited_actions(name: str, text: str) -> Iterator[str]:
    """Yield each action whose actor would reach no row of the history."""
    if not re.search(r"(^|/)actions(/\w+)?\.py$", name) or name.startswith("tests/"):
        return
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        has_actor = "by" in [argument.arg for argument in node.args.kwonlyargs]
        if has_actor and "audited" not in [ast.unparse(one) for one in node.decorator_list]:
            yield f"{name}:{node.lineno}: {node.name} has an actor `by` and is not @audited (unlimited/origin.py)"


def problems() -> list[str]:
    found = []
    for name in committed_files():
        if Path(name).name in VAGUE:
            found.append(f"{name}: a name that says nothing; see docs/architecture.md")
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [*too_long(name, text), *tells_of_a_machine(name, text), *dates_by_themselves(name, text)]
        found += unaudited_actions(name, text)
    return found


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or 0)
