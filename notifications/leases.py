"""Who holds a row, and the line past which it may have left.

A row is claimed under a lease and fenced into `sending` before its provider is called.
Each step is an update that finds the row as it must be, so that whoever comes second
changes nothing. Locked rows are passed over, never waited for: a sender must not stand
in the way of somebody who takes a message back.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from notifications import holds, outcomes
from notifications.channels import circuit
from notifications.models import Attempt, Message, MessageQuerySet, State

BATCH = 50
TEXTS = 5
# The order in which a sender takes up rows, and in which it calls.
IN_TURN = ("priority", "next_try", "pk")
LEASE = timedelta(seconds=120)
# What was decided about a row is good for so long; then it is looked at anew. A row
# that is taken back past its fence can still leave within this time (promise P5).
GOOD_FOR = timedelta(seconds=30)


def can_leave(at: datetime) -> MessageQuerySet:
    """The due rows that a sender should take up now.

    Rows of a closed channel wait, but come up shortly before their use ends.
    """
    ending = Q(expires_at__lte=at + outcomes.FALL_BACK_BEFORE_END)
    closed = Q(channel__in=circuit.closed(at))
    return Message.objects.due(at).filter(~closed | ending)


def claim(*, at: datetime, token: UUID) -> list[int]:
    """Up to fifty due rows, now ours for two minutes, the most urgent first.

    Of texts at most five: each is a call of its own, and a sender that dies keeps what
    it holds from the others until the lease is over.
    """
    with transaction.atomic(durable=True):
        rows = locked(can_leave(at)).order_by(*IN_TURN)
        found = list(rows.values_list("pk", "channel")[:BATCH])
        texts = [pk for pk, channel in found if channel == Message.Channel.SMS]
        late = set(texts[TEXTS:])
        ids = [pk for pk, _ in found if pk not in late]
        Message.objects.filter(pk__in=ids).update(
            state=State.CLAIMED, lease_until=at + LEASE, lease_token=token
        )
    return ids


def held(token: UUID) -> MessageQuerySet:
    """The claimed rows of this lease, with what the last look needs, in one query."""
    mine = Message.objects.filter(state=State.CLAIMED, lease_token=token)
    return holds.with_consent(mine).order_by(*IN_TURN)


def fence(*, ids: Collection[int], token: UUID, at: datetime) -> dict[int, Attempt]:
    """The rows that are still ours, each with the try that may now begin.

    A row that was withdrawn, taken over or has run out is left out. Durable, or a crash
    during the calls would leave no trace of them.
    """
    with transaction.atomic(durable=True):
        rows = Message.objects.filter(
            pk__in=ids,
            state=State.CLAIMED,
            lease_token=token,
            lease_until__gt=at,
            expires_at__gt=at,
            withdrawn_at=None,
        )
        made = dict(locked(rows).order_by("pk").values_list("pk", "attempts"))
        Message.objects.filter(pk__in=made).update(
            state=State.SENDING, attempts=F("attempts") + 1, lease_until=at + LEASE
        )
        tries = Attempt.objects.bulk_create(
            Attempt(
                message_id=pk,
                number=attempts + 1,
                started_at=at,
                phase=Attempt.Phase.CALLING,
            )
            for pk, attempts in made.items()
        )
    return {attempt.message_id: attempt for attempt in tries}


def step_back(*, attempts: Collection[Attempt], token: UUID) -> None:
    """Rows that were fenced and, as their own sender knows, never called."""
    if not attempts:
        return
    with transaction.atomic():
        Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).delete()
        Message.objects.filter(
            pk__in=[attempt.message_id for attempt in attempts],
            state=State.SENDING,
            lease_token=token,
        ).update(state=State.PENDING, attempts=F("attempts") - 1, lease_until=None)


def give_back(*, token: UUID) -> None:
    """Rows that were claimed and not reached are anybody's again."""
    Message.objects.filter(state=State.CLAIMED, lease_token=token).update(
        state=State.PENDING, lease_until=None
    )


def take_back(*, at: datetime) -> None:
    """Leases that ran out. Claimed rows left nothing. Of the mails that one sender had
    fenced together, it was calling the first; the others were never called and are due
    again, so that no crash counts against them."""
    late = Message.objects.filter(lease_until__lte=at)
    late.filter(state=State.CLAIMED).update(state=State.PENDING, lease_until=None)
    sending = late.filter(state=State.SENDING)
    if not sending.exists():
        return
    with transaction.atomic():
        calling: dict[tuple[UUID | None, str], int] = {}
        rows = locked(sending).order_by(*IN_TURN)
        keys = [(row.pk, (row.lease_token, row.channel)) for row in rows]
        for pk, lease in keys:
            calling.setdefault(lease, pk)
        first = set(calling.values())
        _never_called([pk for pk, _ in keys if pk not in first])
        Message.objects.filter(pk__in=first).update(
            **outcomes.waiting(
                state=State.UNCERTAIN,
                until=at + outcomes.LOOK_AFTER,
                reason="the sender stopped in the middle",
            )
        )


def _never_called(messages: Collection[int]) -> None:
    Attempt.objects.filter(
        message__in=messages, number=F("message__attempts"), outcome=""
    ).delete()
    Message.objects.filter(pk__in=messages).update(
        state=State.PENDING, attempts=F("attempts") - 1, lease_until=None
    )


@contextmanager
def quick_commits() -> Iterator[None]:
    """Commits inside outlive a killed process at once, a power cut a moment later.

    For news of mails only: a mail whose good news is lost goes out once more under the
    same Message-ID, and its fence was safe before. Waiting for the disk after each mail
    costs more than the mail. Inside a transaction nothing changes.
    """
    if connection.in_atomic_block:
        yield
        return
    sqlite = connection.vendor == "sqlite"
    setting = "PRAGMA synchronous = {}" if sqlite else "SET synchronous_commit = {}"
    _run(setting.format("NORMAL" if sqlite else "off"))
    try:
        yield
    finally:
        _run(setting.format("FULL" if sqlite else "DEFAULT"))


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def locked(rows: MessageQuerySet) -> MessageQuerySet:
    """Locked for us, without those that another holds. SQLite needs no row locks: its
    transactions begin with the write lock."""
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows
