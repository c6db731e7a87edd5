"""One thing to look at again in a protocol before it is signed. Pure."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["must", "should"]


@dataclass(frozen=True)
class Finding:
    """`where` is a place in the document; `sentence` says what is there and why it
    matters."""

    level: Level
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.level}: {self.where}: {self.sentence}"
