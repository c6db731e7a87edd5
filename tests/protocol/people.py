"""Facts for tests of the plan, made plainly. Dates are in September 2020, as told."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from wellbeing.protocol.facts import Exposed, Facts, Held, Made, Version
from wellbeing.protocol.reading import read

LONDON = ZoneInfo("Europe/London")
TEXT = Path("wellbeing/protocols/interviews.yaml").read_text()
DOCUMENT = read(TEXT)


def versions_with(*rules: str) -> tuple[Version, ...]:
    """Versions 1 and 2 of the study, with only these rules of protocol A."""
    data = yaml.safe_load(TEXT)
    for part in ("offers", "check_ins"):
        data[part] = {key: rule for key, rule in data[part].items() if key in rules}
    document = read(yaml.safe_dump(data))
    return (
        Version(1, datetime(2019, 7, 1, tzinfo=UTC), document),
        Version(2, datetime(2020, 7, 27, tzinfo=UTC), document),
    )


VERSIONS = versions_with("after_interview", "any_day", "supervision", "day_after")
MEMBER = (Held("interviewer", date(2019, 7, 1), None),)


def london(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    """An instant in 2020, given as London wall time."""
    return datetime(2020, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def exposed(activity: int, ended: datetime, **extra: object) -> Exposed:
    given = {"kind": "interview", "role": "interviewer", "logged_at": ended, **extra}
    return Exposed(activity=activity, ended_at=ended, **given)  # type: ignore[arg-type]


def made(subject: str, at: datetime, **extra: object) -> Made:
    given = {"open_until": at + timedelta(days=7), "state": "open", **extra}
    return Made("after_interview", subject, made_at=at, **given)  # type: ignore[arg-type]


def facts(**extra: object) -> Facts:
    """An interviewer who already has this month's supervision offer."""
    month = Made(
        "supervision", "month:2020-09", london(1, 9), london(1, 9, month=10), "open"
    )
    offers = (month, *extra.pop("offers", ()))  # type: ignore[misc]
    given = {"zone": "Europe/London", "roles": MEMBER, "offers": offers, **extra}
    return Facts(**given)  # type: ignore[arg-type]
