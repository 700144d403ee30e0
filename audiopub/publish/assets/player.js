// The transcript follows the voice; a click or Enter on a sentence or a chapter plays from there.
"use strict";
(() => {
  const audio = document.getElementById("audio");
  const sentences = [...document.querySelectorAll(".s")];
  const chapters = [...document.querySelectorAll(".chapters a")];
  if (!audio || !sentences.length) return;
  document.documentElement.classList.add("js");
  const starts = sentences.map((s) => Number(s.dataset.start));
  const marks = chapters.map((c) => Number(c.dataset.start));
  let now = null;
  let heard = null;

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

  const follow = () => {
    const sentence = sentences[place(starts, audio.currentTime)] || null;
    if (sentence !== now) {
      if (now) now.classList.remove("now");
      if (sentence) sentence.classList.add("now");
      if (sentence && !audio.paused) reveal(sentence);
      now = sentence;
    }
    const chapter = chapters[place(marks, audio.currentTime)] || null;
    if (chapter !== heard) {
      if (heard) heard.removeAttribute("aria-current");
      if (chapter) chapter.setAttribute("aria-current", "true");
      heard = chapter;
    }
  };

  const reveal = (element) => {
    const box = element.getBoundingClientRect();
    const top = audio.parentElement.getBoundingClientRect().bottom;
    if (box.top < top || box.bottom > innerHeight) {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      scrollTo({ top: scrollY + box.top - innerHeight / 3, behavior: calm ? "auto" : "smooth" });
    }
  };

  const playFrom = (seconds) => {
    audio.currentTime = seconds;
    audio.play().catch(() => {});
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
  for (const event of ["timeupdate", "seeked", "play"]) audio.addEventListener(event, follow);
  const tick = () => {
    follow();
    if (!audio.paused) requestAnimationFrame(tick);
  };
  audio.addEventListener("play", tick);
})();
