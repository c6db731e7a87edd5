"""How old somebody is who reads a text with ease. Pure, and for English only.

The grade of Flesch and Kincaid (0.39 words a sentence + 11.8 syllables a word - 15.59)
plus five years. Syllables are counted by groups of vowels, without a silent e at the
end. It is a rough measure, so that short texts are left alone.
"""

import re

# Fewer words say more about chance than about reading.
ENOUGH_WORDS = 20
_WORD = re.compile(r"[A-Za-z][A-Za-z’']*")
_END = re.compile(r"[.?:;\n]+")


def reading_age(text: str) -> int | None:
    """In whole years; None for a text that is too short to tell."""
    words = _WORD.findall(text)
    if len(words) < ENOUGH_WORDS:
        return None
    sentences = max(1, sum(bool(_WORD.search(one)) for one in _END.split(text)))
    syllables = sum(map(_syllables, words))
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    return max(5, round(grade) + 5)


def longest_sentence(text: str) -> str:
    sentences = (one.strip() for one in _END.split(text))
    return max(sentences, key=lambda one: len(_WORD.findall(one)))


def _syllables(word: str) -> int:
    lower = word.lower()
    groups = len(re.findall(r"[aeiouy]+", lower))
    silent = lower.endswith("e") and not lower.endswith("le") and groups > 1
    return max(1, groups - silent)
