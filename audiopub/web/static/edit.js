// The editing desk: what is changed is saved when its field is left; blocks are split, joined and walked through by keys.
(() => {
  "use strict";
  const blocks = document.getElementById("blocks");
  if (!blocks) return;
  const acts = (form, act) => form.querySelector(`button[name=act][value=${act}]`);
  const waiting = new WeakMap();

  const typed = (form) => !!form.elements.text && !form.elements.text.readOnly && form.elements.text.value !== form.elements.text.defaultValue;

  function send(form, act) {
    clearTimeout(waiting.get(form));
    const button = acts(form, act);
    if (button) form.requestSubmit(button);
  }

  // A field that is left is saved a moment later: the button that was pressed to leave it takes the text along.
  document.addEventListener("change", (event) => {
    const { target } = event;
    const form = target.closest("form.block:not(.conflict)");
    if (form && target.name === "text") waiting.set(form, setTimeout(() => send(form, "rewrite"), 150));
    if (form && target.name === "kind") send(form, "rekind");
    if (form && target.name === "included") send(form, "include");
    const titles = target.closest("#titles");
    if (titles && !titles.classList.contains("wrong")) titles.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.block");
    if (!form || !form.elements.at) return;
    clearTimeout(waiting.get(form));
    const { value, selectionStart } = form.elements.text;
    form.elements.at.value = [...value.slice(0, selectionStart)].length; // characters, as the server counts, not UTF-16
    form.elements.typed.value = typed(form) ? "yes" : "";
    const all = [...blocks.querySelectorAll("form.block")];
    const next = all[all.indexOf(form) + 1];
    const joins = event.submitter && event.submitter.value === "merge" && next && next.elements.typed && typed(next);
    if (joins) clearTimeout(waiting.get(next)); // its field goes with it: what was typed there is taken along
    form.elements.next_block.value = joins ? next.id : "";
    form.elements.next_text.value = joins ? next.elements.text.value : "";
    form.elements.next_version.value = joins ? next.elements.version.value : 0;
  }, true);

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest("form.block:not(.conflict)");
    if (!form || event.isComposing) return; // keys that an input method takes are not ours
    const field = form.elements.text;
    const ctrl = event.ctrlKey || event.metaKey;
    const all = () => [...blocks.querySelectorAll("form.block")];
    const go = (step) => {
      const next = all()[all().indexOf(form) + step];
      if (next) (next.elements.text || next.querySelector("button")).focus();
    };
    const keys = {
      Enter: ctrl && event.target === field && (() => send(form, "split")),
      j: ctrl && (() => send(form, "merge")),
      ArrowUp: event.altKey && (() => go(-1)),
      ArrowDown: event.altKey && (() => go(1)),
      x: event.altKey && (() => form.elements.included.click()),
      Escape: event.target === field && (() => { field.value = field.defaultValue; field.blur(); }),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("desk:saved", (event) => {
    const said = document.querySelector("#summary .saved");
    if (said) said.textContent = "✓ " + event.detail.text;
  });

  // Where a browser cannot make fields as high as their text.
  if (!CSS.supports("field-sizing", "content")) {
    const fit = (field) => {
      field.style.setProperty("height", "auto");
      field.style.setProperty("height", field.scrollHeight + 2 + "px");
    };
    const all = () => document.querySelectorAll(".block textarea, .titles textarea").forEach(fit);
    document.addEventListener("input", (event) => event.target.matches("textarea") && fit(event.target));
    document.addEventListener("htmx:after:swap", all);
    addEventListener("resize", all);
    document.fonts.ready.then(all);
  }

  // Nothing that was written is lost by leaving: what is not saved yet, and what two wrote at once.
  addEventListener("beforeunload", (event) => {
    const open = [...document.querySelectorAll("#blocks textarea:not([readonly]), #titles textarea")].some((field) => field.value !== field.defaultValue || "conflict" in field.dataset);
    if (open) event.preventDefault();
  });
})();
