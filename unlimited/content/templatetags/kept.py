"""Parts of a page that are rendered once, not for each visitor.

`{% once %}…{% endonce %}` says the same to everyone: rendered once per language in each process.
`{% kept version idea %}…{% endkept %}` says the same as long as `version`, a text that names what it depends on, is the
same, in each process. It knows the names that follow and no others.

Neither knows the request, so that nothing of one person can come before another.
"""

from django import template
from django.template import Context, TemplateSyntaxError
from django.template.base import FilterExpression, NodeList
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from unlimited.content.fragments import render_once

register = template.Library()


def _render(nodelist: NodeList, context: Context, **known) -> SafeString:
    fresh = Context({"LANGUAGE_CODE": get_language(), **known})
    with fresh.bind_template(context.template):
        return nodelist.render(fresh)


class OnceNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.said: dict[str, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.said:
            self.said[language] = _render(self.nodelist, context)
        return self.said[language]


class KeptNode(template.Node):
    def __init__(self, nodelist: NodeList, place: str, version: FilterExpression, names: list[str]) -> None:
        self.nodelist = nodelist
        self.place = place
        self.version = version
        self.names = names

    def render(self, context: Context) -> SafeString:
        return render_once(
            f"{self.place}:{get_language()}:{self.version.resolve(context)}",
            lambda: _render(self.nodelist, context, **{name: context[name] for name in self.names}),
        )


@register.tag
def once(parser, token) -> OnceNode:
    return OnceNode(_until(parser, "endonce"))


@register.tag
def kept(parser, token) -> KeptNode:
    _tag, version, *names = token.split_contents()
    number = parser.extra_data["kept"] = parser.extra_data.get("kept", 0) + 1
    place = f"{parser.origin.template_name}:{number}"
    return KeptNode(_until(parser, "endkept"), place, parser.compile_filter(version), names)


def _until(parser, end: str) -> NodeList:
    nodelist = parser.parse((end,))
    parser.delete_first_token()
    if nodelist.get_nodes_by_type(BlockNode):
        raise TemplateSyntaxError("A {% block %} cannot be kept: each page would show the first page's.")
    return nodelist
