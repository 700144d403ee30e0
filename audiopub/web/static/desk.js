// What pages of the desk do that HTML alone does not: passing messages, dialogs, fields that submit. Everything is delegated, so pieces that htmx brings work too.
(() => {
  "use strict";
  const words = document.body.dataset;

  function toast(text, kind, link) {
    const box = document.createElement("div");
    box.className = "toast" + (kind ? " " + kind : "");
    const said = document.createElement("p");
    said.textContent = text;
    if (link) {
      const door = document.createElement("a");
      Object.assign(door, { href: link, target: "_blank", rel: "noopener", textContent: words.signIn });
      said.append(" ", door);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.setAttribute("aria-label", words.close);
    close.textContent = "✕";
    close.addEventListener("click", () => box.remove());
    box.append(said, close);
    document.getElementById("toasts").append(box);
    if (kind !== "stop") setTimeout(() => box.remove(), 7000);
  }

  document.addEventListener("desk:told", (event) => toast(event.detail.text, event.detail.kind));

  // What somebody wrote here and has not sent.
  const written = () => [...document.querySelectorAll("main textarea:not([readonly]), main input:not([type=hidden], [type=range], [type=checkbox], [type=radio])")]
    .some((field) => field.value !== field.defaultValue || "conflict" in field.dataset);
  let isOut = false;

  // Signed out, the page has to be asked for again, which leads to the login; where something would be lost by that, one signs in beside it.
  function signedOut() {
    if (!written()) return location.reload();
    if (!isOut) toast(words.signedOut, "stop", "/desk/login");
    isOut = true;
    return undefined;
  }

  // An answer of failure that no part of the page takes becomes a passing message.
  document.addEventListener("htmx:response:error", (event) => {
    const { response, sourceElement, text } = event.detail.ctx;
    if (response.status === 401) return signedOut();
    isOut = false;
    if (sourceElement.closest(`[hx-status\\:${response.status}]`)) return undefined;
    if (!/^text\/html/.test(response.headers.get("content-type") || "")) return toast((text || words.failed).slice(0, 400).trim(), "stop");
    const found = new DOMParser().parseFromString(text || "", "text/html");
    const said = (found.querySelector("[data-error], .notice, main p, p") || {}).textContent;
    return toast((said || words.failed).trim(), "stop");
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx && !event.detail.ctx.response) toast(words.offline, "stop");
  });

  document.addEventListener("click", (event) => {
    const opens = event.target.closest("[data-opens]");
    if (opens) document.getElementById(opens.dataset.opens).showModal();
    const closes = event.target.closest("[data-closes]");
    if (closes) closes.closest("dialog").close();
    if (event.target instanceof HTMLDialogElement) event.target.close();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  // Several articles at once: the bar shows how many are picked, the dialog names them and takes them along.
  const bar = document.querySelector(".bulkbar");
  const picked = () => [...document.querySelectorAll("#list input[name=names]:checked")];
  const count = () => {
    const many = picked().length;
    bar.hidden = !many;
    bar.querySelector("[data-picked]").textContent = many;
  };
  if (bar) {
    document.addEventListener("change", (event) => {
      if (event.target.matches("[data-picks-all]")) for (const box of document.querySelectorAll("#list input[name=names]")) box.checked = event.target.checked;
      if (event.target.matches("[data-picks-all], [name=names]")) count();
    });
    document.addEventListener("htmx:after:swap", count);
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if ("unpick" in button.dataset) {
        for (const box of document.querySelectorAll("#list input[type=checkbox]")) box.checked = false;
        return count();
      }
      const dialog = document.getElementById("bulk-" + button.dataset.bulk);
      const list = dialog.querySelector("[data-chosen]");
      list.replaceChildren(...picked().map((box) => {
        const item = document.createElement("li");
        const name = document.createElement("input");
        Object.assign(name, { type: "hidden", name: "names", value: box.value });
        item.append(box.dataset.title, name);
        return item;
      }));
      return dialog.showModal();
    });
    count();
  }

  // What of a page's section is chosen is in sight, also where the sections are wider than the screen.
  for (const here of document.querySelectorAll(".sections [aria-current], .tabs [aria-current]")) {
    const box = here.closest("ul");
    if (box.scrollWidth > box.clientWidth) box.scrollLeft = here.offsetLeft - 40;
  }
  window.desk = { toast };
})();
