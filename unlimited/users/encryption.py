"""Secrets of second factors are encrypted in the database: a copy of the database is not enough to make a code.

The first of the setting MFA_KEYS writes; without it, a key made of SECRET_KEY does. All others are read: the rest of
MFA_KEYS, and those made of SECRET_KEY and SECRET_KEY_FALLBACKS. `manage.py encrypt_factors` writes each secret anew by
the newest key.
"""

import base64

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

FACTORS = b"second factors"
# What is encrypted begins so; anything else is from before.
MARK = "fernet:"


def encrypt(text: str) -> str:
    return MARK + _fernet().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Return the secret. Raises InvalidToken where none of the keys fits."""
    return _fernet().decrypt(stored.removeprefix(MARK)).decode() if stored.startswith(MARK) else stored


def encrypt_all() -> int:
    """Write every secret anew by the newest key, each row locked; return how many rows hold one."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    ids = list(Authenticator.objects.filter(type__in=kinds).order_by("pk").values_list("pk", flat=True))
    return sum(_encrypt_row(pk) for pk in ids)


def _encrypt_row(pk: int) -> bool:
    with transaction.atomic():
        row = Authenticator.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
        if row is None:
            return False
        for name in ("secret", "seed"):
            if name in row.data:
                row.data[name] = encrypt(decrypt(row.data[name]))
        if "migrated_codes" in row.data:
            row.data["migrated_codes"] = [encrypt(decrypt(code)) for code in row.data["migrated_codes"]]
        row.save(update_fields=["data"])
    return True


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in (*settings.MFA_KEYS, *derived_keys(FACTORS))])


def derived_keys(purpose: bytes) -> list[bytes]:
    """Return the keys for `purpose` that are made of SECRET_KEY and SECRET_KEY_FALLBACKS, the newest first."""
    return [_key_of(secret, purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _key_of(secret: str, purpose: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
