"""One Chromium for the whole test process, whoever asks for it first.

Playwright's loop stands in the thread that started it, and a second one in the same
process is refused. So every test that looks at a page shares this one.
"""

import os
import shutil
from functools import cache

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-dev-shm-usage"),
]


def the_chromium() -> Browser:
    """The browser of this process. Skips without one, and fails without one in CI."""
    where = next(filter(None, map(shutil.which, NAMES)), None)
    if where is None:
        reason = "There is no Chromium here: apt-get install chromium-headless-shell."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # Django would take Playwright's loop in this thread for its own.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"
    return _launched(where)


def put_away() -> None:
    """Close what was opened. Harmless when nothing was, and when done twice."""
    if _playwright.cache_info().currsize:
        _playwright().stop()
        _launched.cache_clear()
        _playwright.cache_clear()


@cache
def _playwright() -> Playwright:
    return sync_playwright().start()


@cache
def _launched(where: str) -> Browser:
    return _playwright().chromium.launch(executable_path=where, args=FLAGS)
