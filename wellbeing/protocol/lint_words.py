"""Words in a protocol that make a duty of an offer, or that judge. Pure."""

from collections.abc import Iterator

from wellbeing.lib.kind_words import unkind_words
from wellbeing.protocol import vocabulary
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.finding import Finding
from wellbeing.protocol.lines import said


def words_to_avoid(document: Protocol) -> Iterator[Finding]:
    for path, value in vocabulary.leaves(document):
        if not isinstance(value, str) or not vocabulary.is_prose(path):
            continue
        for found in unkind_words(value):
            yield Finding(
                "must" if found.duty else "should", said(path), found.sentence
            )
