"""One way to take turns: the rows of the people concerned, in order of their key.

Everything that gives or takes a time locks the people first, so that two requests for
one time stand in line, and so that no two ever wait for each other.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock

from django.db import (
    IntegrityError,
    OperationalError,
    connection,
    transaction,
)

from sessions import guard
from wellbeing.people.models import User

# PostgreSQL: deadlock_detected, lock_not_available.
LOST_STATES = {"40P01", "55P03"}

_waiting = Lock()


class LostTheRace(Exception):
    """Somebody else was quicker; the database refused, and nothing was written."""


class WaitedTooLong(LostTheRace):
    """Others kept what was needed for seconds. Whoever asks again may have it."""


def lock_people(*keys: int) -> None:
    """Wait until nobody else gives or takes a time of these people.

    SQLite needs no row lock: its transactions begin with the write lock. NO KEY leaves
    rows that only point at a person undisturbed.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=keys)
    list(rows.order_by("pk").values_list("pk", flat=True))


def _line() -> AbstractContextManager[object]:
    """SQLite lets those who wait sleep up to a tenth of a second, so that fifty people
    take seconds. Those of one process stand in line here instead, unless they are in a
    transaction and hold SQLite's own lock already. It is for speed alone.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return nullcontext()
    return _waiting


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A transaction (or a savepoint of one) in which a lost race raises LostTheRace."""
    try:
        with _line(), transaction.atomic():
            yield
    except IntegrityError as problem:
        if guard.refused(str(problem)):
            raise LostTheRace from problem
        raise
    except OperationalError as problem:
        if in_line_too_long(problem):
            raise WaitedTooLong from problem
        raise


def in_line_too_long(problem: Exception) -> bool:
    """Whether the database gave up waiting for others, and nothing else was wrong."""
    state = getattr(problem.__cause__, "sqlstate", None)
    return state in LOST_STATES or "database is locked" in str(problem)
