// <desk-player>: plays a proof; the transcript follows the voice, a sentence that is pressed is played from; what was really played is counted.
(() => {
  "use strict";
  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const two = (number) => String(number).padStart(2, "0");
    return whole >= 3600 ? Math.floor(whole / 3600) + ":" + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60) : Math.floor(whole / 60) + ":" + two(whole % 60);
  };
  const ENOUGH = 0.97;

  class Player extends HTMLElement {
    connectedCallback() {
      const find = (selector) => this.querySelector(selector);
      this.audio = find("audio");
      this.lines = [...this.querySelectorAll("[data-start]")];
      this.starts = this.lines.map((line) => Number(line.dataset.start));
      this.seek = find("input[type=range]");
      this.toggle = find("[data-act=toggle]");
      this.length = Number(this.dataset.length);
      this.sent = !find("[data-share]");
      this.audio.controls = false;
      this.audio.hidden = true;
      find(".controls").hidden = false;
      find(".track").style.setProperty("--wave", `url(${JSON.stringify(new URL(this.dataset.wave, location.href).href)})`);
      this.toggle.addEventListener("click", () => this.playOrPause());
      for (const button of this.querySelectorAll("[data-skip]")) button.addEventListener("click", () => this.go(this.audio.currentTime + Number(button.dataset.skip)));
      find("[data-speed]").addEventListener("change", (event) => { this.audio.playbackRate = Number(event.target.value); });
      this.seek.addEventListener("input", () => this.go(Number(this.seek.value)));
      this.addEventListener("click", (event) => {
        const said = event.target.closest(".s");
        if (said && !String(getSelection())) this.go(Number(said.parentElement.dataset.start), true);
      });
      for (const name of ["timeupdate", "seeked", "play", "pause", "ended"]) this.audio.addEventListener(name, () => this.follow());
      this.audio.addEventListener("play", () => this.tick());
      for (const name of ["timeupdate", "ended", "pause"]) this.audio.addEventListener(name, () => this.count());
      this.keys = (event) => this.key(event);
      document.addEventListener("keydown", this.keys);
    }

    disconnectedCallback() {
      document.removeEventListener("keydown", this.keys);
    }

    playOrPause() {
      if (this.audio.paused) this.audio.play().catch(() => {});
      else this.audio.pause();
    }

    go(seconds, play) {
      this.audio.currentTime = Math.min(Math.max(0, seconds), this.length);
      if (play) this.audio.play().catch(() => {});
      this.follow();
    }

    tick() {
      this.follow();
      if (!this.audio.paused) requestAnimationFrame(() => this.tick());
    }

    // The last sentence that began by now.
    at(time) {
      let [low, high] = [0, this.starts.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.starts[middle] <= time + 0.01) low = middle + 1;
        else high = middle;
      }
      return this.lines[low - 1] || null;
    }

    follow() {
      const time = this.audio.currentTime;
      const playing = !this.audio.paused;
      this.classList.toggle("playing", playing);
      this.toggle.setAttribute("aria-label", playing ? this.dataset.pause : this.dataset.play);
      const shown = clock(time);
      const now = this.querySelector("[data-now]");
      if (now.textContent !== shown) {
        now.textContent = shown;
        this.seek.setAttribute("aria-valuetext", shown);
      }
      this.seek.value = time;
      this.seek.parentElement.style.setProperty("--heard", (100 * time) / this.length + "%");
      const line = this.at(time);
      if (line === this.line) return;
      if (this.line) this.line.removeAttribute("aria-current");
      this.line = line;
      if (!line) return;
      line.setAttribute("aria-current", "true");
      if (playing) this.reveal(line);
    }

    reveal(line) {
      const list = line.parentElement;
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      list.scrollTo({ top: line.offsetTop - list.offsetTop - list.clientHeight / 3, behavior: calm ? "auto" : "smooth" });
    }

    // Only what was really played counts: what was skipped over was not heard.
    count() {
      if (this.sent) return;
      let heard = 0;
      for (let place = 0; place < this.audio.played.length; place++) heard += this.audio.played.end(place) - this.audio.played.start(place);
      const share = heard / this.length;
      const told = this.querySelector("[data-share]");
      if (told) told.textContent = Math.min(100, Math.floor(100 * share)) + " %";
      if (share < ENOUGH) return;
      this.sent = true;
      fetch(this.dataset.heard, { method: "POST", headers: { "HX-Request": "true" } }).then((answer) => {
        if (!answer.ok) {
          this.sent = answer.status < 429; // what passes is asked again, with the next second that is played
          return;
        }
        this.querySelector("[data-heard-by]").textContent = "✓ " + this.dataset.said;
        this.setAttribute("data-done", "");
      }, () => { this.sent = false; });
    }

    key(event) {
      const busy = event.target.closest && event.target.closest("input, select, textarea, button, a, summary, dialog");
      if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = { " ": () => this.playOrPause(), k: () => this.playOrPause(), ArrowLeft: () => this.go(this.audio.currentTime - 10), ArrowRight: () => this.go(this.audio.currentTime + 10) }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    }
  }
  customElements.define("desk-player", Player);
})();
