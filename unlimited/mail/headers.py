"""The headers of a mail: parsed cheaply, and folded so that each reads back as it was written.

The library folds a header with characters beyond ASCII into several encoded words, and loses the space between two of
them at the end of a line: "Suppe på torget" arrives as "Suppe påtorget". Here a text is encoded as a whole instead.
"""

import functools
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.policy import EmailPolicy

LONGEST_LINE = 78
# How an encoded word begins (RFC 2047): typed by a person, it is read as one.
ENCODED_WORD = "=?"


class Headers(HeaderRegistry):
    """The library's headers; those that all mails have alike are parsed once: a quarter of a mail's cost."""

    ALIKE = frozenset(
        {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version", "Auto-Submitted"}
    )

    def __call__(self, name: str, value: str):
        return self._known(name, value) if name in self.ALIKE else super().__call__(name, value)

    def is_text(self, name: str) -> bool:
        """Say whether a header is words for people, such as the subject."""
        return issubclass(self.registry.get(name.lower(), self.default_class), UnstructuredHeader)

    @functools.lru_cache(maxsize=64)  # noqa: B019 - there is one registry, for ever
    def _known(self, name: str, value: str):
        return super().__call__(name, value)


class Text(str):
    """The words of a header as they were given: the library would decode what looks like an encoded word."""

    name: str

    @classmethod
    def of(cls, name: str, words: str) -> "Text":
        if len(words.splitlines()) > 1:
            raise ValueError(f"{name} has more than one line.")
        text = cls(words)
        text.name = name
        return text


class Policy(EmailPolicy):
    """Folds texts and addresses itself. Headers with parameters are ASCII, and folded by the library."""

    def header_store_parse(self, name: str, value):
        is_text = isinstance(value, str) and self.header_factory.is_text(name)
        return (name, Text.of(name, value)) if is_text else super().header_store_parse(name, value)

    def fold(self, name: str, value) -> str:
        if hasattr(value, "params"):
            return super().fold(name, value)
        if hasattr(value, "addresses"):
            return f"{name}: {self._addresses(name, value.addresses)}{self.linesep}"
        return f"{name}: {self._text(name, str(value))}{self.linesep}"

    def fold_binary(self, name: str, value) -> bytes:
        return self.fold(name, value).encode("ascii")

    def _text(self, name: str, text: str) -> str:
        if text.isascii() and ENCODED_WORD not in text:
            is_short = len(f"{name}: {text}") <= LONGEST_LINE
            return text if is_short else Header(text, header_name=name).encode(linesep=self.linesep)
        return self._encoded(name, text)

    def _encoded(self, name: str, text: str) -> str:
        header = Header(text, "utf-8", maxlinelen=LONGEST_LINE, header_name=name)
        return header.encode(linesep=self.linesep)

    def _addresses(self, name: str, addresses: tuple[Address, ...]) -> str:
        """Return each address on a line of its own."""
        return f",{self.linesep} ".join(self._address(name, address) for address in addresses)

    def _address(self, name: str, address: Address) -> str:
        shown = address.display_name
        if shown.isascii() and ENCODED_WORD not in shown:
            return str(address)
        return f"{self._encoded(name, shown)}{self.linesep} <{address.addr_spec}>"


POLICY = Policy(linesep="\r\n", header_factory=Headers())
