// Counts the letters of a text message while it is typed. The page says the same number
// when it is opened, and the server counts again when it is saved.

for (const said of document.querySelectorAll("[data-count-of]")) {
  const field = document.getElementById(said.dataset.countOf);
  const values = JSON.parse(said.dataset.values);
  const { sender, alphabet, double } = said.dataset;

  const parts = (text) => {
    const letters = [...text];
    const plain = letters.every((one) => alphabet.includes(one) || double.includes(one));
    const size = plain
      ? text.length + letters.filter((one) => double.includes(one)).length
      : text.length;
    const [one, joined] = plain ? [160, 153] : [70, 67];
    return size <= one ? 1 : Math.ceil(size / joined);
  };
  const count = () => {
    const typed = field.value.trim().replace(/\s+/g, " ");
    const text = sender + typed.replace(/\{([^{}]*)\}/g, (all, name) => values[name] ?? all);
    const many = parts(text);
    said.querySelector("b").textContent =
      `${text.length} letters, ${many} ${many === 1 ? "text" : "texts"}`;
  };
  field.addEventListener("input", count);
}
