"""Keyed hashes: equal words are found again, and nobody without the key tells what the words were."""

from django.utils.crypto import salted_hmac


def keyed_hash(purpose: str, words: str) -> str:
    """Return 64 hexadecimal digits for `words`; others for the same words with another `purpose`."""
    return salted_hmac(purpose, words, algorithm="sha256").hexdigest()
