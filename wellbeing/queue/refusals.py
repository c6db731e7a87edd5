"""Why something about the queue is not done, or not yet."""


class OnHold(Exception):
    """The study is paused there, and its queue with it. Support goes on."""


class NotAsked(Exception):
    """The study's protocol gives no work of this kind to people."""


class CannotTakeIt(Exception):
    """The person cannot take this on now. Why is nobody's business, nor kept here."""


class GoneMeanwhile(Exception):
    """Somebody else was quicker, or it was put on hold, taken off or finished."""


class Busy(Exception):
    """The queue of the study is being changed for longer than one can wait."""


class NotAChoice(Exception):
    """The protocol does not offer this answer, or not for this piece of work."""


class NothingElse(Exception):
    """There is no other piece of work that could be offered instead."""


class WorthKnowing(Exception):
    """There is something that the coordinator has not seen yet, and may go past."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("There is something to know first.")
        self.sentences = sentences
