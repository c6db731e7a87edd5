"""Sums about groups: how to split one, and how much supervision in one counts. Pure."""


def split(people: int, most: int) -> list[int]:
    """Sizes of as few groups as hold everybody, as even as can be: 15 by 13 is 8, 7.

    `most` is at least 1. Nobody makes no group.
    """
    groups = -(-people // most)
    if not groups:
        return []
    each, more = divmod(people, groups)
    return [each + (number < more) for number in range(groups)]


def credited(
    minutes: int, supervised: int, *, group_of: int, group_share: float
) -> float:
    """Minutes of supervision that one of `supervised` people may count.

    Alone all of them; in a group of up to `group_of` people the share that was agreed;
    in a larger one the time divided by the people.
    """
    if supervised <= 1:
        return float(minutes)
    if supervised <= group_of:
        return minutes * group_share
    return minutes / supervised
