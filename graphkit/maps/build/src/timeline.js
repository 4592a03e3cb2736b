// When: how many ties began in each part of the time, a window over it, and a play button that moves it.
import { byId, make } from "./dom.js";
import { day, moment, t } from "./words.js";

const FEW_DAYS = 5 * 86_400_000; // within them, the time of day counts
const STEPS = 200; // of the sliders
const FRAMES = 60; // of a playback
const PACE = 160; // milliseconds between them
const STILL_PACE = 900; // where less motion is asked for

export class Timeline {
  constructor(head, state) {
    Object.assign(this, { state, head, timer: 0 });
    const { bars, start, end } = head.time;
    byId("when").hidden = end <= start;
    if (end <= start) return;
    Object.assign(this, { start, end }); // the few ties before `start` count to its first part
    const most = Math.max(1, ...bars);
    const svg = byId("bars");
    svg.setAttribute("viewBox", `0 0 ${bars.length} 1`);
    this.bars = bars.map((count, place) => {
      const bar = document.createElementNS(svg.namespaceURI, "rect");
      const high = count ? Math.max(0.06, Math.sqrt(count / most)) : 0;
      for (const [name, value] of Object.entries({ x: place + 0.08, y: 1 - high, width: 0.84, height: high })) bar.setAttribute(name, value);
      svg.append(bar);
      return bar;
    });
    [this.low, this.high] = [byId("from"), byId("until")];
    for (const slider of [this.low, this.high]) {
      slider.max = STEPS;
      slider.addEventListener("input", () => this.chosen(slider));
    }
    byId("play").addEventListener("click", () => (this.timer ? this.stop() : this.play()));
    byId("always").addEventListener("click", () => this.window(null, null));
    state.onChange(() => this.show());
    this.show();
  }

  tick(step) {
    return this.start + Math.round(((this.end - this.start) * step) / STEPS);
  }

  step(tick, otherwise) {
    return tick === null ? otherwise : Math.max(0, Math.round((STEPS * (tick - this.start)) / (this.end - this.start)));
  }

  // The two handles never pass each other.
  chosen(slider) {
    let [low, high] = [Number(this.low.value), Number(this.high.value)];
    this.stop(); // it shows the state as it was, so the handles are read before
    if (low > high) [low, high] = slider === this.low ? [low, low] : [high, high];
    this.window(low === 0 ? null : this.tick(low), high === STEPS ? null : this.tick(high));
  }

  window(from, until) {
    this.state.set({ from, until });
  }

  // A narrow window wanders through the time; otherwise time fills up from the start.
  play() {
    const { state } = this;
    const wanders = state.from !== null && state.until !== null;
    const width = wanders ? state.until - state.from : 0;
    const stretch = this.end - this.start;
    const began = state.until === null || state.until >= this.end ? this.start : wanders ? state.from : state.until;
    let frame = Math.max(0, Math.round((FRAMES * (began - this.start)) / stretch));
    const next = () => {
      const now = this.start + Math.round((stretch * ++frame) / FRAMES);
      const end = wanders ? now + width : now;
      this.window(wanders ? now : state.from, end >= this.end ? null : end);
      this.timer = end >= this.end ? 0 : setTimeout(next, matchMedia("(prefers-reduced-motion: reduce)").matches ? STILL_PACE : PACE);
      this.show();
    };
    next();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.show();
  }

  show() {
    const { state, head } = this;
    const [from, until] = [state.from, state.until ?? this.end];
    this.low.value = this.step(state.from, 0);
    this.high.value = this.step(state.until, STEPS);
    const { origin, tick, end } = head.time;
    const at = (ticks) => (end * tick < FEW_DAYS ? moment : day)(origin + ticks * tick);
    this.low.setAttribute("aria-valuetext", from === null ? t("beginning") : at(from));
    this.high.setAttribute("aria-valuetext", at(until));
    byId("span").textContent = from === null ? t("time_until", { until: at(until) }) : t("time_span", { from: at(from), until: at(until) });
    byId("play").textContent = t(this.timer ? "pause" : "play");
    byId("always").hidden = !state.narrowed;
    const part = (this.end - this.start) / this.bars.length;
    this.bars.forEach((bar, place) => bar.classList.toggle("out", this.start + (place + 1) * part < (from ?? 0) || this.start + place * part > until));
  }
}

export const noTime = (head) => (head.time.without ? make("p", { className: "soft", textContent: t("ties_without_time", { count: head.time.without }) }) : null);
