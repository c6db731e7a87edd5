"""How much is measured. The quick scale tells whether something broke, no more."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Rows in the town, and how often each thing is done."""

    people: int
    activities: int
    past_days: int
    messages: int
    times: int
    rounds: int
    at_rest: int
    mails: int


FULL = Scale(
    people=1_000,
    activities=100_000,
    past_days=360,
    messages=60_000,
    times=60,
    rounds=100,
    at_rest=100_000,
    mails=1_000,
)
QUICK = Scale(
    people=1_000,
    activities=5_000,
    past_days=40,
    messages=2_000,
    times=20,
    rounds=10,
    at_rest=10_000,
    mails=80,
)
