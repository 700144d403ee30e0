// The player of an episode's page and of its iframe. The transcript follows the voice; a click or Enter on a sentence or a chapter plays from there.
"use strict";
(() => {
  const audio = document.getElementById("audio");
  if (!audio) return;
  const sentences = [...document.querySelectorAll(".s")];
  const chapters = [...document.querySelectorAll(".chapters a[data-start]")];
  const box = audio.closest(".player");
  const find = (selector) => box.querySelector(selector);
  const [controls, play, seek, elapsed, rate] = [".controls", ".play", ".seek", ".elapsed", ".rate"].map(find);
  const starts = sentences.map((s) => Number(s.dataset.start));
  const marks = chapters.map((c) => Number(c.dataset.start));
  document.documentElement.classList.add("js");
  audio.controls = false;
  controls.hidden = false;

  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    return (hours ? hours + ":" : "") + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60);
  };

  // The last of the ascending places that is not past the time; -1 before the first.
  const place = (places, time) => {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle] <= time + 0.01) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  let now = null;
  let heard = null;
  const follow = () => {
    const time = audio.currentTime;
    const sentence = sentences[place(starts, time)] || null;
    if (sentence !== now) {
      if (now) now.classList.remove("now");
      if (sentence) sentence.classList.add("now");
      if (sentence && !audio.paused) reveal(sentence);
      now = sentence;
    }
    const chapter = chapters[place(marks, time)] || null;
    if (chapter !== heard) {
      if (heard) heard.removeAttribute("aria-current");
      if (chapter) chapter.setAttribute("aria-current", "true");
      heard = chapter;
    }
    show(time);
  };

  const show = (time) => {
    const said = clock(time);
    if (elapsed.textContent !== said) {
      elapsed.textContent = said;
      seek.setAttribute("aria-valuetext", said + " " + seek.dataset.of + " " + clock(Number(seek.max)));
    }
    if (document.activeElement !== seek || !audio.paused) seek.value = time;
    seek.parentElement.style.setProperty("--heard", (100 * time) / Number(seek.max) + "%");
  };

  const reveal = (element) => {
    const place = element.getBoundingClientRect();
    if (place.top < box.getBoundingClientRect().bottom || place.bottom > innerHeight) {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      scrollTo({ top: scrollY + place.top - innerHeight / 3, behavior: calm ? "auto" : "smooth" });
    }
  };

  const playFrom = (seconds) => {
    audio.currentTime = seconds;
    audio.play().catch(() => {});
    follow();
  };
  const toggle = () => (audio.paused ? audio.play().catch(() => {}) : audio.pause());
  const skip = (seconds) => {
    audio.currentTime = Math.min(Math.max(0, audio.currentTime + seconds), Number(seek.max));
    follow();
  };

  for (const sentence of sentences) {
    sentence.tabIndex = 0;
    sentence.setAttribute("role", "button");
    sentence.addEventListener("click", () => {
      if (!String(getSelection())) playFrom(Number(sentence.dataset.start));
    });
    sentence.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      playFrom(Number(sentence.dataset.start));
    });
  }
  for (const chapter of chapters) {
    chapter.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      playFrom(Number(chapter.dataset.start));
    });
  }
  play.addEventListener("click", toggle);
  for (const button of box.querySelectorAll(".skip")) button.addEventListener("click", () => skip(Number(button.dataset.skip)));
  seek.addEventListener("input", () => {
    audio.currentTime = Number(seek.value);
    follow();
  });
  rate.addEventListener("change", () => {
    audio.playbackRate = Number(rate.value);
  });
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest && event.target.closest("input, select, textarea, button, a, summary, [role=button]");
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { " ": toggle, k: toggle, j: () => skip(-15), l: () => skip(30), ArrowLeft: () => skip(-5), ArrowRight: () => skip(5) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  const state = () => {
    const playing = !audio.paused;
    play.classList.toggle("playing", playing);
    play.setAttribute("aria-label", playing ? play.dataset.pause : play.dataset.play);
  };
  for (const event of ["timeupdate", "seeked", "play"]) audio.addEventListener(event, follow);
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, state);
  const tick = () => {
    follow();
    if (!audio.paused) requestAnimationFrame(tick);
  };
  audio.addEventListener("play", tick);
  for (const field of document.querySelectorAll(".address, .embed textarea")) field.addEventListener("focus", () => field.select());
  const from = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  if (from) audio.addEventListener("loadedmetadata", () => { audio.currentTime = Number(from[1]); }, { once: true });
  find(".track").style.setProperty("--wave", "url(" + JSON.stringify(new URL(box.dataset.wave, location.href).href) + ")");
})();
