"""Sums about groups: how to split one, and how much supervision in one counts. Pure."""

# Up to so many supervised together, each may count half the time.
SMALL = 4


def split(people: int, most: int) -> list[int]:
    """Sizes of as few groups as hold everybody, as even as can be: 15 by 13 is 8, 7.

    `most` is at least 1. Nobody makes no group.
    """
    groups = -(-people // most)
    if not groups:
        return []
    each, more = divmod(people, groups)
    return [each + (number < more) for number in range(groups)]


def credited(minutes: int, supervised: int) -> float:
    """Minutes of supervision that one of `supervised` people may count.

    Alone all of them; in a group of up to four half; in a larger one their share. This
    is the formula of the professional bodies (BACP), not a number of the team.
    """
    if supervised <= 1:
        return float(minutes)
    return minutes / 2 if supervised <= SMALL else minutes / supervised
