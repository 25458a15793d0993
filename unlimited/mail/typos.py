"""Addresses that look mistyped, and what was probably meant. A form asks once, and never refuses.

A short list, and no look-up of the domain: a form does not wait for the network, and works without it.
"""

# Where most people in Norway have their mail.
KNOWN = (
    "gmail.com", "hotmail.com", "hotmail.no", "outlook.com", "live.no", "live.com", "online.no", "icloud.com",
    "yahoo.com", "yahoo.no", "getmail.no", "broadpark.no", "altibox.no", "lyse.net", "protonmail.com", "telenor.com",
)  # fmt: skip
# One slip away from one of those, and in use.
REAL = frozenset({"email.com", "ymail.com", "mail.com", "line.no", "love.com", "life.com", "like.com", "lime.no"})
# Endings that no domain has.
ENDINGS = {
    "con": "com", "cmo": "com", "ocm": "com", "cim": "com", "vom": "com", "xom": "com", "comm": "com", "coom": "com",
    "nno": "no", "noo": "no", "n0": "no", "ner": "net", "nett": "net", "ogr": "org",
}  # fmt: skip


def probably_meant(address: str) -> str:
    """Return the address that was probably meant; empty where `address` looks right."""
    name, at, domain = address.lower().rpartition("@")
    if not at or domain in KNOWN or domain in REAL:
        return ""
    meant = next((known for known in KNOWN if is_one_slip_away(domain, known)), "") or _with_right_ending(domain)
    return f"{name}@{meant}" if meant else ""


def is_one_slip_away(typed: str, meant: str) -> bool:
    """Say whether one letter is missing, doubled, wrong, or two have changed places."""
    while typed and meant and typed[0] == meant[0]:
        typed, meant = typed[1:], meant[1:]
    while typed and meant and typed[-1] == meant[-1]:
        typed, meant = typed[:-1], meant[:-1]
    is_one_letter = max(len(typed), len(meant)) == 1
    return is_one_letter or (len(typed) == len(meant) == 2 and typed == meant[::-1])


def _with_right_ending(domain: str) -> str:
    name, dot, ending = domain.rpartition(".")
    return f"{name}.{ENDINGS[ending]}" if dot and ending in ENDINGS else ""
