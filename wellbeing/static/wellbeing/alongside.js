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
