"""The body of a request arrives whole, or not at all.

A phone that loses its net in the middle of sending leaves half a form behind. Servers hand that on as if it were all,
and half a text would be saved over a whole one.
"""

from collections.abc import Callable
from typing import BinaryIO

# A browser that is still sending does not look at the answer. Of what nobody wants, this much is read away first.
MOST_UNWANTED = 32 * 2**20
PIECE = 64 * 2**10


class BrokenOffError(ConnectionError):
    """The body ended before its announced length. Django makes an UnreadablePostError of it."""


class WholeBody:
    """`wsgi.input` that knows how much is still to come."""

    def __init__(self, stream: BinaryIO, length: int):
        self.stream, self.left = stream, length

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, or what is left where that is less; raise where it does not come."""
        wanted = self.left if size < 0 else min(size, self.left)
        pieces = []
        while wanted:
            piece = self.stream.read(wanted)
            if not piece:
                raise BrokenOffError
            pieces.append(piece)
            wanted -= len(piece)
            self.left -= len(piece)
        return b"".join(pieces)

    def readline(self, size: int = -1) -> bytes:
        line = self.stream.readline(self.left if size < 0 else min(size, self.left))
        if not line and self.left:
            raise BrokenOffError
        self.left -= len(line)
        return line

    def read_away(self) -> None:
        """Take in what the page did not want, so that the browser hears what it has to say."""
        if self.left > MOST_UNWANTED:
            return
        try:
            while self.left:
                self.read(min(PIECE, self.left))
        except OSError:
            self.left = 0


def with_whole_body(application: Callable) -> Callable:
    """Return the WSGI application with that promise about its bodies."""

    def handle(environ, start_response):
        length = environ.get("CONTENT_LENGTH") or "0"
        body = WholeBody(environ["wsgi.input"], int(length) if length.isdecimal() else 0)
        answer = application({**environ, "wsgi.input": body}, start_response)
        body.read_away()
        return answer

    return handle
