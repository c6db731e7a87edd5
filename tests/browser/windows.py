"""A browser window as one person uses it. It notes whatever the page complains of."""

import re
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

from tests.browser.demo import Demo

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
# Reported through the console, so that one place collects everything.
TELL_OF_THE_POLICY = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("blocked: " + event.violatedDirective + " " + event.blockedURI))
"""


class Window:
    """One browser context with one page; `page` is Playwright's own."""

    def __init__(self, browser: Browser, demo: Demo, **options: Any) -> None:
        self.demo = demo
        self.complaints: list[str] = []
        self.taps = 0
        self._context = browser.new_context(base_url=demo.url, **options)
        self._context.add_init_script(TELL_OF_THE_POLICY)
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("console", self._note_said)
        self.page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        self.page.on("request", lambda sent: self._note_host(sent.url))

    def be(self, who: str) -> None:
        """Sign in as somebody of the story, by the button that carries the name."""
        self._context.clear_cookies()
        self.page.goto("/accounts/login/")
        self.press(who)
        self.taps = 0

    def open(self, path: str) -> int:
        """Go to a path; the HTTP status."""
        answer = self.page.goto(path)
        assert answer is not None, path
        return answer.status

    def press(self, name: str) -> None:
        """Press the button or follow the link with this name, to the page after it."""
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        self.follow(button.or_(link).first)

    def follow(self, where: Locator) -> None:
        """Press something that leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            self.tap(where)

    def tap(self, where: Locator) -> None:
        where.click()
        self.taps += 1

    def choose(self, label: str) -> None:
        """Tick a choice by the words that it begins with, as a finger would."""
        words = re.compile(rf"^\s*{re.escape(label)}")
        self.tap(self.page.locator("label.choice").filter(has_text=words).first)

    def unfold(self, summary: str) -> None:
        """Open what is folded away behind these words."""
        self.tap(self.page.locator("summary").filter(has_text=summary))

    def said(self, where: str) -> list[str]:
        """What each element there says, with runs of white space made one space."""
        found = self.page.locator(where).all_inner_texts()
        return [" ".join(text.split()) for text in found]

    @property
    def heading(self) -> str:
        return self.said("h1")[0]

    @property
    def words(self) -> str:
        """Everything that the page says."""
        return self.said("body")[0]

    def source(self, path: str) -> str:
        """The HTML of a page as the server sent it, without what is random in it."""
        html = self._context.request.get(path).text()
        html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
        return UUID.sub("(id)", html)

    def close(self) -> None:
        self._context.close()

    def _note_said(self, said: ConsoleMessage) -> None:
        # An answer of 404 or 422 is what some tests come for; the browser logs it.
        if said.type == "error" and "status of 4" not in said.text:
            self.complaints.append(f"{self.page.url}: {said.text}")

    def _note_host(self, url: str) -> None:
        if not url.startswith(self.demo.url + "/"):
            self.complaints.append(f"{self.page.url} asked another host: {url}")
