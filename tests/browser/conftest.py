"""What the browser tests share: a Chromium, a running demo, and people in it."""

import pytest

from tests.browser.chromium import put_away, the_chromium
from tests.browser.demo import AFTERNOON, Demo
from tests.browser.windows import PHONE, Window


@pytest.fixture(scope="session")
def chromium():
    yield the_chromium()
    put_away()


@pytest.fixture(scope="module")
def demos(chromium, tmp_path_factory):
    """Start so many demos at once. Each tells its own story; all end with the file."""
    started = []

    def start(number, at=AFTERNOON):
        for count in range(number):
            folder = tmp_path_factory.mktemp(f"demo{count}")
            started.append(Demo(folder, at=at))
        return [one.wait_until_it_runs() for one in started]

    yield start
    stopped = [one for one in started if one.interrupt()]
    codes = [one.wait_until_it_stops() for one in stopped]
    assert codes == [0] * len(stopped), "Ctrl-C did not end a demo in good order"
    assert [one.url for one in stopped if one.answers()] == []


@pytest.fixture(scope="module")
def demo(demos):
    """The demo of this file, with the story just told."""
    return demos(1)[0]


@pytest.fixture(scope="module")
def windows(chromium):
    """Open a window of somebody's own; all are looked over and closed at the end."""
    opened = []

    def window(demo, who=None, **options):
        opened.append(Window(chromium, demo, **(PHONE | options)))
        if who:
            opened[-1].be(who)
        return opened[-1]

    yield window
    complaints = [said for one in opened for said in one.complaints]
    for one in opened:
        one.close()
    assert complaints == []


@pytest.fixture
def be(demo, windows):
    """A phone in which somebody of the story is signed in: `be("Ada Okafor")`."""

    def somebody(who=None, **options):
        return windows(demo, who, **options)

    return somebody
