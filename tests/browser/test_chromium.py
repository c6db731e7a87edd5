"""No browser test is left out where it counts."""

import pytest

from tests.browser.chromium import the_chromium

pytestmark = pytest.mark.browser


def test_without_a_chromium_the_tests_are_skipped_at_home_and_fail_in_ci(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception):
        the_chromium()
    monkeypatch.setenv("CI", "yes")
    with pytest.raises(pytest.fail.Exception):
        the_chromium()
