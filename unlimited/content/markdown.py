"""What people write, as safe HTML: a small part of Markdown, then an allow-list."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML

_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "a"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


class _SpelledOutLinks(RendererHTML):
    """Shows where a link leads instead of leading there."""

    def link_open(self, tokens, idx, options, env) -> str:
        env.setdefault("links", []).append(str(tokens[idx].attrs.get("href", "")))
        return ""

    def link_close(self, tokens, idx, options, env) -> str:
        address = env["links"].pop()
        is_said_already = tokens[idx - 1].content in (address, address.removeprefix("mailto:"))
        return "" if is_said_already else f" ({nh3.clean_text(address)})"


def _parser(renderer) -> MarkdownIt:
    # Headings, pictures, code and raw HTML are not for a neighbour's idea; a line break is meant as one.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=renderer)
    return parser.disable(["heading", "lheading", "image", "hr", "code", "fence", "backticks", "reference"])


_WITH_LINKS = _parser(RendererHTML)
_WITHOUT_LINKS = _parser(_SpelledOutLinks)


def to_html(text: str, *, links: bool = False) -> str:
    """Return `text` as safe HTML. Links lead somewhere only with `links`: once a person has read and approved it."""
    html = (_WITH_LINKS if links else _WITHOUT_LINKS).render(text)
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="nofollow ugc noopener"
    ).strip()
