"""Why a time was suggested, as one word to keep and as a sentence to read. Pure.

The sentence is for the supporter. It says nothing of what a person likes, or of whom
they would rather not meet: those are the person's own.
"""

from sessions.planner.facts import Need, Opening, cost_of

FIRST, NEAREST, LEFT, TAKEN, NONE = "first", "nearest", "left", "taken", "none"

SENTENCES = {
    FIRST: "The first time that suits you both.",
    NEAREST: "The time nearest to the one agreed.",
    LEFT: "The nearest time that is left when everybody gets one.",
    TAKEN: "Every time that would suit is needed by somebody who has fewer.",
    NONE: "No time that suits both is open in these weeks.",
}


def why(need: Need, opening: Opening | None) -> str:
    """The word for one answer."""
    if opening is None:
        return TAKEN if need.openings else NONE
    cost = cost_of(need, opening)
    if any(cost_of(need, other) < cost - 1e-9 for other in need.openings):
        return LEFT
    return FIRST if need.promised_by is not None else NEAREST


def sentence(word: str) -> str:
    return SENTENCES[word]
