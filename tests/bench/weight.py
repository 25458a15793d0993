"""What a first visit weighs: all that the front page loads, as the server sends it to a browser that takes brotli."""

import re
from dataclasses import dataclass

import brotli

from tests.bench.server import Server

LINK = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass(frozen=True)
class Weight:
    """Bytes. The page itself is compressed as a proxy in front would do it: the server sends it as it is."""

    page: int
    files: int
    fonts: int

    @property
    def without_font(self) -> int:
        return self.page + self.files


def first_visit(server: Server) -> Weight:
    _headers, page = server.get("/")
    files = {path: _sent(server, path) for path in set(LINK.findall(page.decode()))}
    fonts = sum(size for path, size in files.items() if path.endswith(".woff2"))
    return Weight(len(brotli.compress(page, quality=5)), sum(files.values()) - fonts, fonts)


def _sent(server: Server, path: str) -> int:
    return len(server.get(path, **{"Accept-Encoding": "br"})[1])
