"""A small protocol whose lines are known, and short ways to change it."""

from pathlib import Path

import pytest
import yaml

from wellbeing.protocol.reading import read
from wellbeing.protocol.values import BadProtocol

EXAMPLES = sorted(Path("wellbeing/protocols").glob("*.yaml"))

TEXT = """\
protocol: A small study
zone: Europe/London
working_days:
  days: [mon, tue, wed, thu, fri]
  opens: "09:00"
  closes: "17:30"
activities:
  interview:
    roles: [interviewer]
    usual_minutes: {least: 10, most: 180}
kinds:
  debrief: {called: debrief, with: [psychologist], minutes: 50}
  quiet_time: {called: quiet paid hour, minutes: 60}
offers:
  after_interview:
    part: 1
    title: After an interview
    when: {after: interview}
    for: [interviewer]
    kinds: [debrief, quiet_time]
    window: P2WD
    open: P7D
    logged_within: P28D
    pencil:
      kind: debrief
      kept_until: {days: 1, time: "10:00", at_latest_before: PT2H, at_least: PT1H}
    reminder: P2D
  any_day:
    part: 2
    title: On any day
    when: {standing: true}
    for: [interviewer]
    kinds: [debrief, quiet_time]
    window: P2WD
    open: P7D
check_ins:
  day_after:
    part: 3
    title: The day after
    when: {after: interview}
    for: [interviewer]
    days: 1
    time: "10:00"
    open: P3D
    form: short
requests: {part: 4, answer_within: PT4WH}
signoff: {part: 5, need: {lived_experience: 1}}
review_every: P90D
limits_part: 6
limits:
  interview: {days_7: {pace: 2, limit: 3}}
"""


def changed(*replacements: tuple[str, str], text: str = TEXT) -> str:
    """The small protocol with each first text put in the place of the other."""
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def problems(text: str) -> list[str]:
    with pytest.raises(BadProtocol) as caught:
        read(text)
    return caught.value.problems


def problems_with(*replacements: tuple[str, str]) -> list[str]:
    return problems(changed(*replacements))


def document(*replacements: tuple[str, str]):
    return read(changed(*replacements))


def with_data(change, text: str = TEXT):
    """The document after `change` has had its way with the bare data."""
    data = yaml.safe_load(text)
    change(data)
    return read(yaml.safe_dump(data, allow_unicode=True))
