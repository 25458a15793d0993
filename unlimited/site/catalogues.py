"""Catalogues of nb and nn, extracted, checked and compiled by Babel: no system gettext needed.

Source strings are English, so `en` needs no catalogue. Files carry neither line numbers nor dates nor obsolete entries:
their diffs show words only.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGES = ("nb", "nn")
SOURCES = ("unlimited", "incubators", "ideas", "events", "templates")
# What allauth shows in our pages. It has no nn; its nb fills ours in where nobody has written better words.
ALLAUTH = (
    "account/adapter.py",
    "account/fields.py",
    "account/forms.py",
    "account/internal/flows",
    "mfa/adapter.py",
    "mfa/base/forms.py",
    "mfa/totp/forms.py",
    "mfa/webauthn/forms.py",
    "templates/account/messages",
    "templates/mfa/messages",
)
HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {language}\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
_LITERAL = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"\b(?P<name>gettext|ngettext|pgettext|npgettext|_)\((?P<args>{_LITERAL}(?:, *{_LITERAL})*)", re.S)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|(?<!\{)\{\w*\}")

# (context, msgid) where msgid is a pair for plurals, as Babel has it.
Key = tuple[str | None, str | tuple[str, str]]


def catalogue_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def read_catalogue(path: Path, language: str) -> Catalog:
    """Return the catalogue in `path`, empty where there is none yet."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write_catalogue(path: Path, catalogue: Catalog, language: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.format(language=language).encode())
        write_po(file, catalogue, width=110, sort_output=True, no_location=True, omit_header=True, ignore_obsolete=True)


def messages_in_code() -> set[Key]:
    """Return every message that our code and templates, and what we show of allauth, ask for."""
    found: set[Key] = set()
    for path in _source_files():
        if path.suffix == ".py":
            with path.open("rb") as file:
                found.update(_messages_in_python(file))
        else:
            found.update(_messages_in_template(path.read_text(), str(path)))
    return found


def _allauth_folder() -> Path:
    return Path(find_spec("allauth").origin).parent


def _source_files() -> Iterator[Path]:
    roots = [Path(settings.BASE_DIR) / name for name in SOURCES] + [_allauth_folder() / name for name in ALLAUTH]
    for root in roots:
        files: Iterable[Path] = [root] if root.is_file() else sorted(root.rglob("*"))
        yield from (path for path in files if path.suffix in {".py", ".html", ".txt"} and "tests" not in path.parts)


def _messages_in_python(file) -> Iterator[Key]:
    for _line, msgid, _comments, context in babel_extract("python", file, keywords=KEYWORDS):
        yield context, msgid


def _messages_in_template(source: str, origin: str) -> Iterator[Key]:
    for call in _CALL.finditer(templatize(source, origin=origin)):
        args = [ast.literal_eval(literal) for literal in re.findall(_LITERAL, call["args"], re.S)]
        context = args.pop(0) if call["name"] in {"pgettext", "npgettext"} else None
        yield context, (args[0], args[1]) if len(args) > 1 else args[0]


def extract(language: str) -> Catalog:
    """Write `language`'s catalogue anew: what the code asks for, with the translations there were. No guesses."""
    path = catalogue_path(language)
    old = read_catalogue(path, language)
    theirs = read_catalogue(_allauth_folder() / "locale" / language / "LC_MESSAGES" / "django.po", language)
    new = Catalog(locale=language)
    for context, msgid in messages_in_code():
        known = old.get(msgid, context) or theirs.get(msgid, context)
        same_kind = known is not None and isinstance(known.id, str) == isinstance(msgid, str)
        new.add(msgid, known.string if same_kind else None, context=context)
    write_catalogue(path, new, language)
    return new


def compile_stale(language: str) -> bool:
    """Compile `language`'s catalogue where it is newer than what was compiled; say whether it was."""
    source = catalogue_path(language)
    target = source.with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
        return False
    # Under a name of its own first: a process that reads meanwhile, or compiles too, never sees half of it.
    with NamedTemporaryFile(dir=target.parent, suffix=".mo.new", delete=False) as file:
        write_mo(file, read_catalogue(source, language))
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)
    return True


def problems(language: str) -> list[str]:
    """Return what is wrong with `language`'s catalogue, one sentence each."""
    return problems_in(read_catalogue(catalogue_path(language), language), messages_in_code())


def problems_in(catalogue: Catalog, wanted: set[Key]) -> list[str]:
    """Return what is missing, left over, unsure or not equal between `catalogue` and the messages `wanted`."""
    has = {(message.context, message.id) for message in catalogue if message.id}
    found = [f"not in the catalogue: {msgid!r}" for _context, msgid in wanted - has]
    found += [f"no longer in the code: {msgid!r}" for _context, msgid in has - wanted]
    for message in catalogue:
        if message.id and (message.context, message.id) in wanted:
            found += [f"{problem}: {message.id!r}" for problem in _problems_of(message)]
    return sorted(found)


def _forms(text: str | tuple | list | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def is_translated(message: Message) -> bool:
    strings = _forms(message.string)
    return len(strings) >= len(_forms(message.id)) and all(strings)


def _problems_of(message: Message) -> Iterator[str]:
    ids, strings = _forms(message.id), _forms(message.string)
    if message.fuzzy:
        yield "unsure (fuzzy)"
    if not is_translated(message):
        yield "not translated"
        return
    wanted = set(_PLACEHOLDER.findall(ids[-1]))
    if set(_PLACEHOLDER.findall(strings[-1])) != wanted:
        yield "other placeholders"
    if any(set(_PLACEHOLDER.findall(string)) - wanted for string in strings):
        yield "placeholders that the original lacks"
    if any(_edges(string) != _edges(ids[0]) for string in strings):
        yield "other spaces at the edges"


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
