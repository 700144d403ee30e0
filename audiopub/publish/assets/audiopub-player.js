// <audiopub-player src="https://…/name.segments.json" article="#content"></audiopub-player>
// A player for the newspaper's own page. Paragraphs of the article (the selector in `article`) that the audio speaks can be clicked, or reached with
// the keyboard, to play from there, and the one that is heard is marked with the class "audiopub-heard". It asks no host but the audio's.
"use strict";
(() => {
  const TEXT = {
    vi: { play: "Nghe bài này", pause: "Tạm dừng", position: "Vị trí", of: "trên", back: "Lùi 15 giây", ahead: "Tới 30 giây", speed: "Tốc độ", from: "Nghe từ đoạn này", failed: "Không tải được âm thanh." },
    en: { play: "Listen to this article", pause: "Pause", position: "Position", of: "of", back: "Back 15 seconds", ahead: "Ahead 30 seconds", speed: "Speed", from: "Listen from here", failed: "The audio could not be loaded." },
  };
  const LOOK = `
    :host { display: block; margin: 1rem 0; color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --accent: var(--audiopub-accent, #7a1f1f); }
    @media (prefers-color-scheme: dark) { :host { --accent: var(--audiopub-accent, #f0b7a4); } }
    * { box-sizing: border-box; }
    .box { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .75rem; padding: .6rem .8rem; }
    button, select { font: inherit; color: inherit; background: none; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: .5rem; min-height: 2.5rem; padding: 0 .6rem; cursor: pointer; }
    .play { display: flex; align-items: center; gap: .5rem; border: 0; border-radius: 2rem; background: var(--accent); color: Canvas; padding: 0 1.1rem 0 .8rem; font-weight: 600; }
    .play svg { fill: currentColor; } .playing .to-play, .to-pause { display: none; } .playing .to-pause { display: block; }
    input { flex: 1 1 8rem; min-width: 6rem; accent-color: var(--accent); height: 2rem; }
    .time { font-variant-numeric: tabular-nums; opacity: .85; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }`;
  const PAGE_LOOK = `
    .audiopub-heard { background: color-mix(in srgb, currentColor 10%, transparent); box-shadow: -0.35rem 0 0 color-mix(in srgb, currentColor 45%, transparent); }
    .audiopub-from { font: 1rem/1 system-ui, sans-serif; color: inherit; background: none; border: 1px solid currentColor; border-radius: 50%; width: 1.6rem; height: 1.6rem; padding: 0; margin: 0 .4rem 0 0; vertical-align: middle; cursor: pointer; opacity: .65; }
    .audiopub-from:hover, .audiopub-from:focus-visible { opacity: 1; }
    .audiopub-from::before { content: "▸"; }`;

  const sheet = (css) => {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  };
  const letters = (text) => text.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    return (hours ? hours + ":" : "") + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60);
  };

  // Pairs the paragraphs of the map with elements of the page: in order, by their letters alone, since a page may break and space its text otherwise.
  const paired = (rows, elements) => {
    const pairs = [];
    let from = 0;
    for (const row of rows) {
      const wanted = letters(row.text);
      if (wanted.length < 8) continue;
      for (let at = from; at < elements.length; at += 1) {
        const found = letters(elements[at].textContent);
        // What a page prints before a lead, such as the place or the agency, the audio leaves out.
        const start = found.indexOf(wanted);
        if (start >= 0 && start <= 24) {
          pairs.push({ row, element: elements[at] });
          from = at + 1;
          break;
        }
      }
    }
    return pairs;
  };

  class AudiopubPlayer extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const language = (this.lang || (this.closest("[lang]") || {}).lang || "vi").slice(0, 2);
      this.text = TEXT[language] || TEXT.vi;
      const shadow = this.attachShadow({ mode: "open" });
      shadow.adoptedStyleSheets = [sheet(LOOK)];
      const address = new URL(this.getAttribute("src"), document.baseURI);
      fetch(address, { credentials: "omit" })
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
        .then((map) => this.build(shadow, map))
        .catch(() => {
          shadow.textContent = this.text.failed;
        });
    }

    build(shadow, map) {
      const text = this.text;
      const audio = new Audio();
      audio.preload = "none";
      audio.src = map.audio.url;
      this.audio = audio;
      shadow.innerHTML = `<div class="box" role="group"><button type="button" class="play"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path class="to-play" d="M7 4.5v15l12.5-7.5z"/><path class="to-pause" d="M6 5h4v14H6zM14 5h4v14h-4z"/></svg><span class="label"></span></button><input type="range" min="0" step="0.1" value="0"><span class="time"></span><button type="button" class="back">−15</button><button type="button" class="ahead">+30</button><label><span class="unseen"></span><select></select></label></div>`;
      const find = (selector) => shadow.querySelector(selector);
      const [box, play, seek, time, rate] = [".box", ".play", "input", ".time", "select"].map(find);
      box.setAttribute("aria-label", map.show + ": " + map.title);
      find(".label").textContent = text.play;
      find(".back").setAttribute("aria-label", text.back);
      find(".ahead").setAttribute("aria-label", text.ahead);
      find(".unseen").textContent = text.speed;
      seek.max = map.audio.duration;
      seek.setAttribute("aria-label", text.position);
      for (const pace of [0.75, 1, 1.25, 1.5, 2]) rate.add(new Option(String(pace).replace(".", ",") + "×", pace, pace === 1, pace === 1));

      const pairs = this.hasAttribute("article") ? this.attach(map) : [];
      let heard = null;
      const show = () => {
        const at = audio.currentTime;
        seek.value = at;
        const said = clock(at) + " / " + clock(map.audio.duration);
        if (time.textContent !== said) {
          time.textContent = said;
          seek.setAttribute("aria-valuetext", clock(at) + " " + text.of + " " + clock(map.audio.duration));
        }
        const now = audio.paused && !at ? null : pairs.filter((pair) => pair.row.start <= at + 0.01).pop() || null;
        if (now !== heard) {
          if (heard) heard.element.classList.remove("audiopub-heard");
          if (now) now.element.classList.add("audiopub-heard");
          heard = now;
        }
      };
      const state = () => {
        play.classList.toggle("playing", !audio.paused);
        find(".label").textContent = audio.paused ? text.play : text.pause;
      };
      const go = (seconds) => {
        audio.currentTime = Math.min(Math.max(0, seconds), map.audio.duration);
        show();
      };
      play.addEventListener("click", () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()));
      find(".back").addEventListener("click", () => go(audio.currentTime - 15));
      find(".ahead").addEventListener("click", () => go(audio.currentTime + 30));
      seek.addEventListener("input", () => go(Number(seek.value)));
      rate.addEventListener("change", () => {
        audio.playbackRate = Number(rate.value);
      });
      for (const event of ["timeupdate", "seeked", "loadedmetadata"]) audio.addEventListener(event, show);
      for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, state);
      audio.addEventListener("error", () => {
        time.textContent = text.failed;
      });
      show();
      this.dispatchEvent(new CustomEvent("audiopub-ready", { bubbles: true, detail: { paragraphs: pairs.length } }));
    }

    attach(map) {
      const article = document.querySelector(this.getAttribute("article"));
      if (!article) return [];
      const playFrom = (row) => {
        this.audio.currentTime = row.start;
        this.audio.play().catch(() => {});
      };
      const rows = map.paragraphs.filter((row) => !["opening", "closing", "notice"].includes(row.kind));
      const pairs = paired(rows, [...article.querySelectorAll("h1, h2, h3, h4, p, li, blockquote, div")].filter((e) => !e.querySelector("p, li, h2, h3, h4, div")));
      if (pairs.length) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet(PAGE_LOOK)];
      for (const { row, element } of pairs) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "audiopub-from";
        button.setAttribute("aria-label", this.text.from);
        button.addEventListener("click", (event) => {
          event.stopPropagation();
          playFrom(row);
        });
        element.prepend(button);
        element.addEventListener("click", (event) => {
          if (!event.target.closest("a, button, input, label, select, textarea") && !String(getSelection())) playFrom(row);
        });
      }
      return pairs;
    }

    disconnectedCallback() {
      if (this.audio) this.audio.pause();
    }
  }
  if (!customElements.get("audiopub-player")) customElements.define("audiopub-player", AudiopubPlayer);
})();
