"""One row per figure, and how rows are printed."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("what", "measured", "floor", "ratio", "target", "met")


@dataclass(frozen=True)
class Row:
    """One figure. `met` is None where nothing was promised."""

    what: str
    measured: str
    floor: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        met = {None: "", True: "yes", False: "NO"}[self.met]
        return self.what, self.measured, self.floor, ratio, self.target, met


def printed(rows: Sequence[Row]) -> str:
    """The rows as columns of plain text."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADINGS))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )
