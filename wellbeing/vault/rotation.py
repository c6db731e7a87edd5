"""Giving the vault a new key. Safe to stop anywhere and to start again."""

from datetime import date

from wellbeing.vault import keys, sealing
from wellbeing.vault.models import Wrap


def rotate(*, on: date) -> tuple[keys.Key, sealing.Counts]:
    """Add a key made on this day and seal everything to it; finish an old run first.

    Nothing is sealed to a key before the file with it is safe on the disk.
    """
    if not _begun():
        keys.add(on=on)
    return keys.newest(), sealing.rewrap()


def _begun() -> bool:
    """Whether an earlier run stopped half way: wraps under older keys of the ring."""
    older = [f"{sealing.APP_KEY}{key.id}" for key in keys.ring()[1:]]
    return Wrap.objects.filter(key_id__in=older).exists()
