// How an article is read: the dialog about a word, and words that are selected with the mouse, a finger or the keyboard.
(() => {
  "use strict";
  const box = document.querySelector(".reading");
  const dialog = document.getElementById("say-dialog");
  const button = document.querySelector("[data-say-selected]");
  if (!box || !dialog) return;

  document.addEventListener("htmx:after:swap", () => {
    if (dialog.querySelector("#say-title") && !dialog.open && dialog.dataset.asked) {
      dialog.showModal();
      delete dialog.dataset.asked;
    }
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (/\/say\?/.test(event.detail.ctx.request.action)) dialog.dataset.asked = "yes";
  });
  dialog.addEventListener("close", () => {
    for (const sound of dialog.querySelectorAll("audio")) sound.pause();
  });

  // What was shown of the impact was that of another word, reading or scope.
  dialog.addEventListener("input", (event) => {
    if (!event.target.matches("[data-resets]")) return;
    const impact = dialog.querySelector("#impact");
    impact.replaceChildren(dialog.querySelector("[data-first]").content.cloneNode(true));
    htmx.process(impact);
  });

  let chosen = null;
  const look = () => {
    const selection = getSelection();
    const text = String(selection).trim();
    const line = selection.anchorNode && selection.anchorNode.parentElement && selection.anchorNode.parentElement.closest("li[data-sentence]");
    chosen = line && text && text.length <= 120 && !text.includes("\n") ? { sentence: line.dataset.sentence, word: text } : null;
    if (!button) return;
    button.hidden = !chosen;
    if (!chosen) return;
    const place = selection.getRangeAt(0).getBoundingClientRect();
    button.style.setProperty("left", Math.max(8, Math.min(innerWidth - button.offsetWidth - 8, place.left)) + "px");
    button.style.setProperty("top", Math.min(innerHeight - 60, place.bottom + 8) + "px");
  };
  document.addEventListener("selectionchange", look);
  addEventListener("scroll", look, { passive: true });
  if (button) {
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (!chosen) return;
      const asked = new URLSearchParams(chosen);
      htmx.ajax("GET", `${box.dataset.path}/say?${asked}`, { target: "#say" });
      getSelection().removeAllRanges();
    });
  }
})();
