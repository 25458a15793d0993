"""The pages that are measured, and what each is compared with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    bare: str
    is_staff: bool = False


PAGES = (
    Page("home", "/", "/bench/bare/home"),
    Page("list", "/ideer/", "/bench/bare/list"),
    Page("idea", "/ideer/{slug}/", "/bench/bare/idea/{slug}"),
    Page("search", "/ideer/?q=klubb", "/bench/bare/list?q=klubb"),
    Page("events", "/arrangementer/", "/bench/bare/events"),
    Page("event", "/arrangementer/{event}/", "/bench/bare/event/{event}"),
    Page("queue", "/arbeidsflate/ideer/", "/bench/bare-staff/queue", is_staff=True),
)
