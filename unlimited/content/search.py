"""The one rule by which everything is searched: which words of a text a typed word finds.

Typed words and searched texts are *folded* alike: small letters, without accents and without the letters that a
keyboard lacks, one space between words. A typed word finds a word that has it in it (half-typed, or a part of a
compound), other forms of it, and the same word in the other written Norwegian. All typed words have to be found. See
docs/decisions/search.md.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from django.db.models import CharField, Expression, F, Func, Q, TextField, Value
from django.db.models.functions import Concat, Lower, Replace

from unlimited.content.search_words import FREQUENT, GROUPS
from unlimited.content.text import clean_line

LONGEST_QUERY, MOST_WORDS, MOST_FORMS = 100, 6, 16
# Letter by letter, the same here and in the database; what becomes two letters is in `_DIGRAPHS`.
_MARKED = "øåäöáàâãāąčćçďđðèéêëēęěğìíîïīįłñńňŋòóôõőōřŕśšşșťțţŧùúûüūůűųýÿžźż"
_PLAIN = "oaaoaaaaaacccdddeeeeeeegiiiiiilnnnnoooooorrssssttttuuuuuuuuyyzzz"
_DIGRAPHS = (("æ", "ae"), ("aa", "a"), ("oe", "o"))
_TABLE = str.maketrans(_MARKED, _PLAIN)
# Endings of nouns, adjectives and verbs in both written forms, folded; the longest that fits is taken off.
_ENDINGS = ("enes", "anes", "ene", "ane", "ens", "ets", "ers", "ars", "en", "et", "er", "ar", "e", "a", "s", "t")
_ENDS = f"({'|'.join(_ENDINGS)})? "
# A root this long is looked for anywhere; a shorter one only at the end of a word, or *komme* would find *kommune*.
LONG_ROOT, SHORTEST_ROOT = 5, 3
# How alike a word has to be to be suggested.
NEAR_ENOUGH = 0.7


def folded(text: str) -> str:
    """Return `text` as it is compared."""
    text = unicodedata.normalize("NFC", text).lower().translate(_TABLE)
    for letters, plain in _DIGRAPHS:
        text = text.replace(letters, plain)
    return text


class Folded(Func):
    """The texts of these fields together, in the database as `folded` writes them, a space around each word."""

    function = "regexp_replace"
    template = r"(' ' || %(function)s(%(expressions)s, '[^[:alnum:]]+', ' ', 'g') || ' ')"
    output_field = TextField()

    def __init__(self, *fields: str | Expression):
        texts = [F(field) if isinstance(field, str) else field for field in fields]
        parts = [part for text in texts for part in (text, Value(" "))]
        lower = Lower(Concat(*parts, output_field=TextField()))
        plain = Func(lower, Value(_MARKED), Value(_PLAIN), function="translate", output_field=CharField())
        for letters, letter in _DIGRAPHS:
            plain = Replace(plain, Value(letters), Value(letter))
        super().__init__(plain)


def words_of(text: str) -> list[str]:
    """Return the folded words that are searched for: letters and digits only, so that no query can hurt.

    A sign between letters is no border where people leave it out: *Nord-Fron* and *nord fron* are the same two words.
    """
    words = re.findall(r"[^\W_]+", folded(clean_line(text[:LONGEST_QUERY])))
    telling = [word for word in words if word not in _FREQUENT]
    return list(dict.fromkeys(telling or words))[:MOST_WORDS]


@lru_cache(maxsize=2048)
def pattern_of(word: str) -> str:
    """Return the expression that finds a folded word in a folded text: itself, its forms, and its other spellings."""
    found: list[str] = []
    for form in [word, *_same_words(word)]:
        found += _patterns(form)
    return "|".join(list(dict.fromkeys(found))[:MOST_FORMS])


def text_fits(field: str, text: str) -> Q:
    """Return whether the folded `field` has all words of `text`; signs only, which are no words, fit nothing."""
    return _all_of(text, lambda word: Q(**{f"{field}__regex": pattern_of(word)}))


def names_fit(field: str, text: str) -> Q:
    """Like `text_fits`, for names of persons, which have no forms: *Hansen* is not *Hans*."""
    return _all_of(text, lambda word: Q(**{f"{field}__contains": word}))


def _all_of(text: str, fits) -> Q:
    words = words_of(text)
    if not words:
        return Q(pk=None) if text.strip() else Q()
    found = Q()
    for word in words:
        found &= fits(word)
    return found


def nearest(text: str, texts: Iterable[str]) -> str:
    """Return `text` with the words that `texts` lack replaced by the ones most like them, or nothing."""
    known = {folded(word): word for words in texts for word in re.findall(r"[^\W_]+", words)}
    result = []
    for word in re.findall(r"[^\W_]+", clean_line(text[:LONGEST_QUERY])):
        plain = folded(word)
        if any(plain in one for one in known) or len(plain) < SHORTEST_ROOT:
            result.append(word)
            continue
        alike = get_close_matches(plain, known, n=1, cutoff=NEAR_ENOUGH)
        if not alike:
            return ""
        result.append(known[alike[0]])
    return "" if folded(" ".join(result)) == folded(text.strip()) else " ".join(result)


def _patterns(word: str) -> list[str]:
    """A word of one or two letters begins words; a longer one is anywhere, and so are its long roots."""
    if len(word) < SHORTEST_ROOT:
        return [f" {word}"]
    return [word, *(root if len(root) >= LONG_ROOT else f"{root}{_ENDS}" for root in _roots(word) if root != word)]


def _roots(word: str) -> list[str]:
    """What forms of a word share: *verkstedene* and *verksted*, *ungdommer* and *ungdom*, *sykkel* and *sykler*."""
    ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= SHORTEST_ROOT), "")
    root = word.removesuffix(ending)
    roots = [root] if ending else []
    if ending and root.endswith("mm"):
        roots.append(root[:-1])
    if short := re.fullmatch(r"(.*[^aeiouy])e([lr])", word):
        stem, letter = short.groups()
        roots.append(re.sub(r"(.)\1$", r"\1", stem) + letter)
    if ending and (both := re.fullmatch(r"(.*[aeiouy])([^aeiouylr])([lr])", root)):
        stem, consonant, letter = both.groups()
        roots += [f"{stem}{consonant}e{letter}", f"{stem}{consonant}{consonant}e{letter}"]
    return [one for one in roots if len(one) >= SHORTEST_ROOT]


def _same_words(word: str) -> list[str]:
    """The word in other spellings: as a whole, or with a part of it replaced."""
    found = [other for whole in (word, *_roots(word)) for other in _WHOLE.get(whole, ())]
    # Twice: *sykehjem* is *sjukeheim*.
    once = _with_other_parts(word)
    return [*found, *once, *(twice for form in once[:MOST_FORMS] for twice in _with_other_parts(form))]


def _with_other_parts(word: str) -> list[str]:
    pairs = ((part, other) for part, others in _PARTS.items() if part in word for other in others)
    return [word.replace(part, other) for part, other in pairs]


def _read_groups() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    whole, parts = defaultdict(list), defaultdict(list)
    for line in GROUPS.split("\n"):
        group = line.split()
        for word in group:
            others = [folded(other.lstrip("-")) for other in group if other != word]
            plain = folded(word.lstrip("-"))
            whole[plain] += others
            if word.startswith("-"):
                parts[plain] += others
    return dict(whole), dict(parts)


_FREQUENT = frozenset(folded(word) for word in FREQUENT.split())
_WHOLE, _PARTS = _read_groups()
