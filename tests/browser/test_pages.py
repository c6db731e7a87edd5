"""Every page, looked at as people of every kind would: small, large, dark, by keys.

One browser and one window for each person; the pages are walked through in a loop.
"""

import os
from pathlib import Path

import axe_playwright_python
import pytest

pytestmark = pytest.mark.browser

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
RUN_AXE = """
async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.map((one) => one.id + ": " + one.nodes[0].html);
}
"""
WIDTH = "document.documentElement.scrollWidth"
PUBLIC = ("/accounts/login/", "/help-now/", "/privacy/", "/demo/inbox/", "/nowhere/")
PAGES = {
    "Ada Okafor": (
        *("/", "/log/", "/activities/", "/support/", "/support/ask/", "/times/"),
        *("/check-ins/", "/protocol/", "/settings/", "/demo/inbox/"),
    ),
    "Pat Quigley": ("/", "offer", "check_in"),
    "Dr Jo Whitfield": (
        *("/requests/", "/week/", "/availability/", "/availability/time-off/"),
        *("booking", "offer_other_times"),
    ),
    "Lou Brennan": (
        *("/load/", "/plan/", "/people/", "/studies/", "log", "import"),
        *("/message-texts/", "/message-texts/time_kept/"),
        "/message-texts/time_kept/edit/",
    ),
    "Sam Reid": ("/", "/alerts/"),
    "Ash Webb": ("/", "/post/"),
}
# Pages whose address holds an id: where a link to them stands, and what it reads.
LINKS = {
    "offer": ("/support/", ".links a[href^='/offers/']"),
    "check_in": ("/check-ins/", ".card a[href^='/check-ins/']"),
    "booking": ("/requests/", "a[href^='/bookings/']"),
    "offer_other_times": ("/requests/", "a[href$='/offer/']"),
    "log": ("/studies/", "a[href$='/log/']"),
    "import": ("/studies/", "a[href$='/import/']"),
}
EXPECTED = {"/nowhere/": 404}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Where pictures of the pages are put: SCREENSHOTS, or pytest's own folder."""
    folder = os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("pictures")
    Path(folder).mkdir(exist_ok=True)
    return Path(folder)


def addresses(window, pages):
    """The pages by name, with the real address of each."""
    found = {}
    for name in pages:
        if name in LINKS:
            page, link = LINKS[name]
            window.open(page)
            found[name] = window.page.locator(link).first.get_attribute("href")
        else:
            found[name] = name
    return found


def resize(window, width, height=900):
    window.page.set_viewport_size({"width": width, "height": height})


def barriers(window, scheme, width):
    """What axe finds in the page as it stands, in one scheme at one width."""
    window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    resize(window, width)
    found = window.page.evaluate(RUN_AXE, list(RULES))
    return [f"{scheme} {width}: {problem}" for problem in found]


def sideways(window):
    """Where the page is wider than the screen: small, and with text twice as large."""
    found = []
    resize(window, 320, 640)
    if (width := window.page.evaluate(WIDTH)) > 320:
        found.append(f"320: {width} wide")
    resize(window, 390, 844)
    window.page.evaluate("document.documentElement.style.fontSize = '200%'")
    if (width := window.page.evaluate(WIDTH)) > 390:
        found.append(f"200% text: {width} wide")
    window.page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def look_at(window, address, picture):
    """Everything that is wrong with one page."""
    status = window.open(address)
    found = [] if status == EXPECTED.get(address, 200) else [f"status {status}"]
    if (headings := window.page.locator("h1").count()) != 1:
        found.append(f"{headings} headings of the first level")
    resize(window, 390, 844)
    window.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    window.page.screenshot(path=picture, full_page=True)
    found += sideways(window)
    window.page.evaluate(AXE)
    for scheme in ("light", "dark"):
        for width in (390, 1280):
            found += barriers(window, scheme, width)
    return found


@pytest.mark.parametrize("who", ["", *PAGES])
def test_pages_can_be_used_by_anybody(who, be, pictures):
    window = be(who or None)
    pages = addresses(window, PAGES[who] if who else PUBLIC)
    whose = (who or "nobody").split()[-1].lower()
    found = {}
    for name, address in pages.items():
        picture = (
            pictures / f"{whose}-{name.strip('/').replace('/', '-') or 'home'}.png"
        )
        if problems := look_at(window, address, picture):
            found[name] = problems
    assert found == {}


FOCUSED = """
() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const shown = here.closest("label") || here;
  const box = shown.getBoundingClientRect();
  const middle = [box.left + box.width / 2, box.top + box.height / 2];
  const onTop = document.elementFromPoint(...middle);
  const drawn = [here, shown].map((one) => getComputedStyle(one)).some((style) =>
    style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  return {
    name: here.name || here.id || here.textContent.trim(),
    ring: drawn,
    seen: onTop !== null && (shown.contains(onTop) || onTop.contains(shown)),
  };
}
"""
CONTROLS = """
() => [...document.querySelector("main").querySelectorAll(
    "input, select, button, summary, a[href]")]
  .filter((one) => one.type !== "hidden" && one.checkVisibility())
  .map((one) => one.name || one.id || one.textContent.trim())
"""


UNFOLD = "document.querySelectorAll('main details').forEach((one) => one.open = true)"


def walk(window, most=60):
    """Where the focus stands after each press of Tab, until it leaves the page."""
    steps = []
    for _ in range(most):
        window.page.keyboard.press("Tab")
        step = window.page.evaluate(FOCUSED)
        if step is None:
            break
        steps.append(step)
    return steps


def test_every_control_of_the_log_form_is_reached_and_seen_by_keys_alone(be):
    ada = be("Ada Okafor")
    ada.open("/log/")
    ada.page.evaluate(UNFOLD)
    controls = set(ada.page.evaluate(CONTROLS))
    steps = walk(ada)
    assert steps[0]["name"] == "Skip to the form"
    assert controls - {step["name"] for step in steps} == set()
    # The small calendar inside a date field has the browser's own ring.
    ringed = {step["name"] for step in steps if step["ring"]}
    assert {step["name"] for step in steps} - ringed == set()
    assert [step["name"] for step in steps if not step["seen"]] == []


def test_the_log_form_can_be_sent_by_keys_alone(be):
    cleo = be("Cleo Hartley")
    cleo.open("/log/")
    cleo.page.locator("[name=which]").first.focus()
    cleo.page.keyboard.press("Space")
    cleo.page.locator("[name=talk]").first.focus()
    cleo.page.keyboard.press("ArrowUp")
    assert cleo.page.locator("[name=talk][value=no]").is_checked()
    cleo.page.keyboard.press("Enter")
    cleo.page.wait_for_url("**/activities/**")
    assert cleo.heading == "Not this time. That is fine."
