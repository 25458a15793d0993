"""Every named address of the URLconf, and what a page's HTML says."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.urls import URLPattern, URLResolver, get_resolver

# Written by looking at a page: the session, and the rate limits and cached pieces in the cache table.
# The last one is the append-only log of who opened a case.
MAY_BE_WRITTEN_BY_GET = {"django_session", "cache", "ideas_caseopening"}
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


@dataclass(frozen=True)
class Address:
    """One named pattern."""

    name: str
    view: Callable
    parameters: frozenset[str]

    @property
    def is_public(self) -> bool:
        return not getattr(self.view, "login_required", True)


def walk(resolver: URLResolver | None = None, namespaces: tuple[str, ...] = (), above: tuple = ()) -> Iterator[Address]:
    """Yield each address below `resolver`; an unnamed one has the name of its pattern."""
    resolver = resolver or get_resolver()
    for pattern in resolver.url_patterns:
        parameters = (*above, *pattern.pattern.converters, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            name = ":".join((*namespaces, pattern.name or str(pattern.pattern)))
            yield Address(name, pattern.callback, frozenset(parameters))
        else:
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from walk(pattern, inner, parameters)


def rows_written() -> dict[str, int]:
    """Return how many rows this transaction has inserted, updated or deleted so far, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            # What pg_stat_xact_user_tables says of rows, without its look at each index.
            "SELECT relname, written FROM (SELECT relname, pg_stat_get_xact_tuples_inserted(oid)"
            " + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) AS written"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace) AS tables"
            " WHERE written > 0"
        )
        return dict(cursor.fetchall())


def tables_written_since(before: dict[str, int]) -> set[str]:
    """Return the tables written to since `before`, but for those that any GET may write."""
    return {table for table, count in rows_written().items() if count != before.get(table)} - MAY_BE_WRITTEN_BY_GET


def let_go(response) -> None:
    """Close a response with its file, but not the connection that holds the test's rows."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


@dataclass
class Form:
    """A form as a browser sees it: where it goes, how, and what it carries by default."""

    action: str
    method: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)  # name, type, value

    def data(self, **changes: str) -> dict:
        """Return what a browser would send, with `changes`."""
        sent: dict[str, list[str]] = {}
        for name, kind, value in self.fields:
            if kind not in {"file", "submit"}:
                sent.setdefault(name, []).append(value)
        return sent | changes

    @property
    def text_fields(self) -> list[str]:
        silent = {"hidden", "file", "submit", "checkbox", "radio"}
        return [name for name, kind, _value in self.fields if kind not in silent]


class Page(HTMLParser):
    """What the sweeps ask of a page's HTML."""

    def __init__(self, html: str):
        super().__init__()
        self.html = html
        self.lang = ""
        self.title = ""
        self.headings = 0
        self.forms: list[Form] = []
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self._open: list[str] = []
        self._select = self._textarea = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        attrs = {name: value or "" for name, value in attributes}
        if tag not in VOID:
            self._open.append(tag)
        self._note_page(tag, attrs)
        self._note_inline(tag, attrs)
        self._note_fetched(tag, attrs)
        self._note_form(tag, attrs)

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "select":
            self._select = ""

    def handle_data(self, data):
        if self._open[-1:] == ["title"] and "svg" not in self._open:
            self.title += data
        if self._open[-1:] == ["textarea"] and self.forms and "form" in self._open:
            name, kind, value = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, kind, value + data)

    def _note_page(self, tag, attrs):
        if tag == "html":
            self.lang = attrs.get("lang", "")
        if tag == "h1":
            self.headings += 1
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if "id" in attrs:
            self.ids.append(attrs["id"])

    def _note_inline(self, tag, attrs):
        is_data = attrs.get("type") in {"application/json", "application/ld+json"}
        if (tag == "script" and "src" not in attrs and not is_data) or tag == "style":
            self.inline.append(f"<{tag}>")
        self.inline += [f"{tag} {name}" for name in attrs if name == "style" or name.startswith("on")]

    def _note_fetched(self, tag, attrs):
        names = {"href"} if tag in {"link", "use", "image"} else {"src", "srcset", "poster", "data"}
        if tag == "link" and attrs.get("rel") in {"canonical", "alternate"}:
            return
        self.fetched += [attrs[name] for name in names if name in attrs and not re.match(r"data-", name)]

    def _note_form(self, tag, attrs):
        if tag == "form":
            self.forms.append(Form(attrs.get("action", ""), attrs.get("method", "get").lower()))
        if not self.forms or "form" not in self._open:
            return
        fields, name = self.forms[-1].fields, attrs.get("name", "")
        if tag == "select":
            self._select = name
            fields.append((name, "select", ""))
        elif tag == "option" and "selected" in attrs and self._select:
            fields[-1] = (self._select, "select", attrs.get("value", ""))
        elif tag == "textarea" and name:
            fields.append((name, "textarea", ""))
        elif tag in {"input", "button"} and name:
            kind = attrs.get("type", "text" if tag == "input" else "submit")
            if kind not in {"checkbox", "radio"} or "checked" in attrs:
                fields.append((name, kind, attrs.get("value", "")))
