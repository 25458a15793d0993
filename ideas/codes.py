"""The code on a paper slip: short enough to type, too long to guess, kept only as a keyed hash."""

import datetime as dt
import secrets

from django.utils.crypto import salted_hmac

from unlimited.links import register_link

SLIP = register_link(
    "ideas.desk_entry",
    lasts=dt.timedelta(days=90),
    revoked_by="a new slip; claiming the case. Its time begins once the case is closed",
)

# No letter that looks like a digit (I, L, O) and no U: eleven of 32 signs are 55 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 11
READ_AS = str.maketrans("OIL", "011")


def new_code() -> str:
    """Return a new random code, without its spaces."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))


def read_code(typed: str) -> str:
    """Return the code that a person meant: any case, any spaces or hyphens, O for 0, I and L for 1.

    What cannot be a code comes back too, and is no code's hash: right and wrong are the same work.
    """
    signs = "".join(sign for sign in typed if sign.isalnum())
    return signs.upper().translate(READ_AS)


def in_groups(code: str) -> str:
    """Return the code as it is printed and read aloud: *ABCD EFGH JKM*."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def hash_of(code: str) -> str:
    """Return what is stored of a code. Without this site's key codes cannot be tried against it."""
    return salted_hmac(SLIP.name, read_code(code), algorithm="sha256").hexdigest()
