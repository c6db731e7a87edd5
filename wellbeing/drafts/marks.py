"""Two protocols read aloud, side by side: which words stay, come and go. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from wellbeing.protocol.agreed_aloud import Reading

Kind = Literal["same", "ins", "del"]
# Two sentences with less than this in common are one that went and one that came:
# marked word by word they would read as neither.
ALIKE = 0.5


@dataclass(frozen=True)
class Piece:
    """Some words, and whether they stay, come or go."""

    kind: Kind
    text: str


Sentence = tuple[Piece, ...]


@dataclass(frozen=True)
class MarkedPart:
    """One numbered part; `kind` is `ins` or `del` when the whole part is."""

    part: int
    title: str
    kind: Kind
    sentences: tuple[Sentence, ...]

    @property
    def changed(self) -> bool:
        pieces = (piece for sentence in self.sentences for piece in sentence)
        return any(piece.kind != "same" for piece in pieces)


def change(before: str | None, after: str | None) -> Sentence:
    """One difference as a sentence: word by word where the two are alike."""
    if before and after and _alike(before, after) >= ALIKE:
        return _words(before, after)
    both: list[Piece] = []
    if before:
        both.append(Piece("del", before))
    if after:
        both.append(Piece("ins", after))
    return tuple(both)


def marked(before: Sequence[Reading], after: Sequence[Reading]) -> list[MarkedPart]:
    """Every part of either, in order of its number. A part became the one of the same
    number and title, or else of the same title, or else of the same number."""
    left = list(before)
    pairs: dict[int, Reading] = {}
    for same in (_number_and_title, _title, _number):
        for place, new in enumerate(after):
            if place in pairs:
                continue
            for old in left:
                if same(old) == same(new):
                    pairs[place] = old
                    left.remove(old)
                    break
    parts = [_part(pairs.get(place), new) for place, new in enumerate(after)]
    parts += [_whole(old, "del") for old in left]
    return sorted(parts, key=lambda one: one.part)


def _number_and_title(reading: Reading) -> object:
    return reading.part, reading.title


def _title(reading: Reading) -> object:
    return reading.title


def _number(reading: Reading) -> object:
    return reading.part


def _part(old: Reading | None, new: Reading) -> MarkedPart:
    if old is None:
        return _whole(new, "ins")
    sentences = tuple(_sentences(old.sentences, new.sentences))
    return MarkedPart(new.part, new.title, "same", sentences)


def _whole(reading: Reading, kind: Kind) -> MarkedPart:
    sentences = tuple((Piece(kind, text),) for text in reading.sentences)
    return MarkedPart(reading.part, reading.title, kind, sentences)


def _sentences(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Sentence]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, from_a, to_a, from_b, to_b in matcher.get_opcodes():
        if tag == "equal":
            yield from ((Piece("same", text),) for text in old[from_a:to_a])
        else:
            yield from _replaced(old[from_a:to_a], new[from_b:to_b])


def _replaced(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Sentence]:
    """Sentences that changed, each beside the one it came from when they are alike."""
    left = list(old)
    for text in new:
        origin = max(left, key=lambda one: _alike(one, text), default="")
        if origin and _alike(origin, text) >= ALIKE:
            left.remove(origin)
            yield _words(origin, text)
        else:
            yield (Piece("ins", text),)
    yield from ((Piece("del", text),) for text in left)


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(a=one.split(), b=other.split(), autojunk=False).ratio()


def _words(old: str, new: str) -> Sentence:
    """Word by word. Pieces are put together with one space in between."""
    a, b = old.split(), new.split()
    pieces: list[Piece] = []
    matcher = SequenceMatcher(a=a, b=b, autojunk=False)
    for tag, from_a, to_a, from_b, to_b in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", " ".join(a[from_a:to_a])))
            continue
        if to_a > from_a:
            pieces.append(Piece("del", " ".join(a[from_a:to_a])))
        if to_b > from_b:
            pieces.append(Piece("ins", " ".join(b[from_b:to_b])))
    return tuple(pieces)
