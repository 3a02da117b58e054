// Everything works without this file. It copies examples, applies filters at once, and tells of new events.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      button.textContent = "Selected: press Ctrl-C";
    }
  });
}

const wide = matchMedia("(min-width: 721px)");
for (const form of document.querySelectorAll("form[data-apply]")) {
  form.addEventListener("change", () => {
    if (wide.matches) form.requestSubmit(); // on a phone the form closes, so it waits for Apply
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (!field.value) field.disabled = true;
  });
}
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[data-apply] :disabled")) field.disabled = false;
});

for (const filters of document.querySelectorAll(".filters")) {
  if (wide.matches) filters.open = true; // a phone shows the news first
}

const news = document.querySelector("[data-stream]");
if (news) {
  let count = 0;
  const stream = new EventSource("/stream?after=" + encodeURIComponent(news.dataset.stream));
  stream.addEventListener("event", (message) => {
    const verdict = JSON.parse(message.data).verdict;
    if (verdict === "repeat" || verdict === "background") return;
    count += 1;
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = count === 1 ? "1 new event: show" : count + " new events: show";
    news.replaceChildren(link, " · ");
    news.hidden = false;
  });
}
