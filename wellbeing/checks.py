"""System checks: mistakes that would open a door or lose a job stop the start."""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

# allauth guards its own pages; ours must say so themselves.
GUARDED_ELSEWHERE = ("allauth.",)


def every_pattern(
    entries: Sequence[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Each URL pattern of the product with its whole route."""
    for entry in get_resolver().url_patterns if entries is None else entries:
        route = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from every_pattern(entry.url_patterns, route)
        else:
            yield route, entry


def every_address_is_guarded(**kwargs: Any) -> list[CheckMessage]:
    """WB.E001: a pattern has no name. WB.E002: its view declares no policy."""
    problems: list[CheckMessage] = []
    for route, pattern in every_pattern():
        if not pattern.name:
            problems.append(Error(f"/{route} has no name.", id="WB.E001"))
        if pattern.callback.__module__.startswith(GUARDED_ELSEWHERE):
            continue
        if not hasattr(pattern.callback, "access_policy"):
            problems.append(
                Error(
                    f"/{route} declares no access policy.",
                    hint="Mark its view with one from wellbeing.lib.access.",
                    id="WB.E002",
                )
            )
    return problems


def no_job_runs_twice(**kwargs: Any) -> list[CheckMessage]:
    """WB.E003: the queue would hand a job out again while it still runs or waits."""
    queue: dict[str, Any] = settings.Q_CLUSTER
    rounds = 1 + ceil((queue["queue_limit"] + queue["bulk"]) / queue["workers"])
    if queue["retry"] > queue["timeout"] * rounds:
        return []
    least = queue["timeout"] * rounds
    return [Error(f"Q_CLUSTER: retry must be more than {least} s.", id="WB.E003")]


def no_admin(**kwargs: Any) -> list[CheckMessage]:
    """WB.E004: an admin would show rows past every policy, and jobs as pickles."""
    if not apps.is_installed("django.contrib.admin"):
        return []
    return [Error("django.contrib.admin must not be installed.", id="WB.E004")]
