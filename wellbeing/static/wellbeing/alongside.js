// Everything works without this file. It only stops a second press of the same button
// while the first is on its way, and moves the reader to the list of errors.

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});
// "Another day" and "A different one" need fields that are folded away at first.
const needed = { when: ["today", "other"], which: ["other"] };
const folded = { when: "times", which: "different" };
document.addEventListener("change", ({ target }) => {
  if (needed[target.name]?.includes(target.value)) {
    document.getElementById(folded[target.name])?.setAttribute("open", "");
  }
});
document.getElementById("errors")?.focus();
// A page that waits for something looks again by itself; without this, there is a link.
async function lookAgain() {
  const waiting = document.querySelector("[data-look-again]");
  if (!waiting) return;
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = page.querySelector("[data-look-again]");
    if (!news) {
      location.reload();
      return;
    }
    waiting.replaceWith(news);
  }
  setTimeout(lookAgain, 1000);
}
setTimeout(lookAgain, 1000);
