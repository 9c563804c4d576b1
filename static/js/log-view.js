// A log of any length: only the rows on screen are in the page. Text goes in as text, never as HTML.
import { afterCarriageReturns, nodes, plain } from "./ansi.js";

const ROW = 18;
const MARGIN = 30;
const WRAPPED_ROWS = 2000;

export class LogView {
  constructor(element) {
    this.element = element;
    this.lines = [""];
    this.follow = true;
    this.paused = false;
    this.wrapped = false;
    this.query = "";
    this.hits = [];
    this.current = -1;
    this.drawn = "";
    this.spacer = document.createElement("div");
    this.spacer.className = "spacer";
    this.rows = document.createElement("div");
    this.rows.className = "rows";
    element.replaceChildren(this.spacer, this.rows);
    element.addEventListener("scroll", () => this.onScroll(), { passive: true });
  }

  get length() {
    return this.lines.length - (this.lines.at(-1) === "" ? 1 : 0);
  }

  append(text) {
    const parts = text.split("\n");
    const from = this.lines.length - 1;
    this.lines[from] = keepLastUpdate(this.lines[from] + parts[0]);
    for (let index = 1; index < parts.length; index += 1) this.lines.push(keepLastUpdate(parts[index]));
    if (this.query) this.search(this.query, from);
    this.schedule();
  }

  schedule() {
    if (this.paused || this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => { this.pending = false; this.draw(); });
  }

  setPaused(paused) { this.paused = paused; if (!paused) this.schedule(); }

  setFollow(follow) { this.follow = follow; this.schedule(); }

  setWrapped(wrapped) {
    this.wrapped = wrapped;
    this.element.classList.toggle("wrapped", wrapped);
    this.drawn = "";
    this.schedule();
  }

  search(query, from = 0) {
    const needle = query.toLowerCase();
    this.query = query;
    this.hits = from ? this.hits.filter((line) => line < from) : [];
    if (needle) for (let line = from; line < this.lines.length; line += 1) {
      if (plain(afterCarriageReturns(this.lines[line])).toLowerCase().includes(needle)) this.hits.push(line);
    }
    if (!from) this.current = -1;
    this.drawn = "";
    this.schedule();
    this.onSearch?.();
  }

  step(direction) {
    if (!this.hits.length) return;
    this.current = (this.current + direction + this.hits.length + (this.current < 0 && direction < 0 ? 1 : 0)) % this.hits.length;
    this.setFollow(false);
    this.onFollow?.(false);
    this.drawn = "";
    if (!this.wrapped) this.element.scrollTop = Math.max(0, this.hits[this.current] * ROW - this.element.clientHeight / 2);
    this.draw();
    this.element.querySelector(".current")?.scrollIntoView({ block: "center" });
    this.onSearch?.();
  }

  onScroll() {
    const bottom = this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < ROW * 2;
    if (this.settling) { this.settling = false; return; }
    if (this.follow !== bottom && !this.paused) { this.follow = bottom; this.onFollow?.(bottom); }
    if (!this.wrapped) this.draw();
  }

  range() {
    if (this.wrapped) {
      // Wrapped rows have no fixed height, so a window around the end or the current hit is drawn.
      const centre = this.current >= 0 && !this.follow ? this.hits[this.current] + WRAPPED_ROWS / 2 : this.length;
      const last = Math.min(this.length, Math.max(WRAPPED_ROWS, centre));
      return [Math.max(0, last - WRAPPED_ROWS), last];
    }
    const top = this.follow && !this.paused ? Math.max(0, this.length * ROW - this.element.clientHeight) : this.element.scrollTop;
    const first = Math.max(0, Math.floor(top / ROW) - MARGIN);
    return [first, Math.min(this.length, first + Math.ceil(this.element.clientHeight / ROW) + 2 * MARGIN)];
  }

  draw() {
    const [first, last] = this.range();
    const key = `${first}:${last}:${this.lines[last - 1]?.length}:${this.query}:${this.current}:${this.wrapped}`;
    this.spacer.style.height = this.wrapped ? "0" : `${this.length * ROW}px`;
    if (key !== this.drawn) {
      this.drawn = key;
      this.rows.replaceChildren(...this.build(first, last));
      this.rows.style.transform = this.wrapped ? "" : `translateY(${first * ROW}px)`;
    }
    if (this.follow && !this.paused) {
      const bottom = this.element.scrollHeight - this.element.clientHeight;
      if (Math.abs(this.element.scrollTop - bottom) > 1) { this.settling = true; this.element.scrollTop = bottom; }
    }
  }

  build(first, last) {
    const hits = new Set(this.query ? this.hits : []);
    const built = [];
    for (let index = first; index < last; index += 1) {
      const row = document.createElement("div");
      row.className = "line";
      if (this.lines[index].startsWith("[platform] ")) row.classList.add("platform");
      if (hits.has(index)) row.classList.add("hit");
      if (index === this.hits[this.current]) row.classList.add("current");
      row.append(nodes(afterCarriageReturns(this.lines[index])));
      built.push(row);
    }
    return built;
  }
}

// A progress bar sends thousands of updates on one line; only the last can ever be seen.
function keepLastUpdate(line) {
  const at = line.lastIndexOf("\r", line.length - 2);
  return at > 0 ? line.slice(at) : line;
}
