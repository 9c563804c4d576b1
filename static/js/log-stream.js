// The log part of a live page: one event stream feeds it, and survives restarts of the server.
import { LogView } from "./log-view.js";

const TAIL = 20 * 1000 * 1000;
const byId = (id) => document.getElementById(id);

export function show(element, text) {
  element.textContent = text;
  element.hidden = !text;
}

export class LogStream {
  // words: `reconnecting` and `trimmed`; handlers: onStatus(status), onLines(lines), onEnd().
  constructor(api, words, handlers) {
    this.api = api;
    this.words = words;
    this.handlers = handlers;
    this.view = new LogView(byId("log"));
    this.offset = null;
    this.partial = "";
    byId("plain-log").hidden = true;
    byId("log").hidden = false;
    document.querySelector(".tools").hidden = false;
    this.buttons();
  }

  async begin() {
    try {
      const head = await fetch(`${this.api}/log`, { headers: { Range: "bytes=0-0" } });
      const size = Number((head.headers.get("Content-Range") || "/0").split("/")[1]);
      if (size > TAIL) show(byId("connection"), this.words.trimmed);
    } catch {
      // the stream below tells the reader when the server is away
    }
    this.connect();
  }

  connect() {
    const query = this.offset === null ? `tail=${TAIL}` : `offset=${this.offset}`;
    const source = new EventSource(`${this.api}/events?${query}`);
    source.addEventListener("open", () => show(byId("connection"), ""));
    source.addEventListener("log", (event) => this.take(event));
    source.addEventListener("status", (event) => this.handlers.onStatus(JSON.parse(event.data)));
    source.addEventListener("end", () => { source.close(); this.handlers.onEnd?.(); });
    source.addEventListener("error", () => {
      show(byId("connection"), this.words.reconnecting);
      // A server that is away makes some browsers give up for good: begin anew where we were.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.connect(), 1000);
    });
  }

  take(event) {
    const { offset: start, next, text } = JSON.parse(event.data);
    if (this.offset !== null && start < this.offset) return; // sent again after a reconnect
    this.offset = next;
    this.view.append(text);
    const lines = (this.partial + text).split("\n");
    this.partial = lines.pop().slice(-65536);
    this.handlers.onLines?.(lines);
  }

  buttons() {
    const view = this.view;
    const follow = toggle("follow", (on) => view.setFollow(on));
    toggle("pause", (on) => view.setPaused(on));
    toggle("wrap", (on) => view.setWrapped(on));
    view.onFollow = (on) => follow.setAttribute("aria-pressed", String(on));
    view.onSearch = () => {
      byId("found").textContent = view.query ? `${view.current + 1} / ${view.hits.length}` : "";
    };
    let typing;
    byId("find").addEventListener("input", (event) => {
      clearTimeout(typing);
      typing = setTimeout(() => view.search(event.target.value), 150);
    });
    byId("find").addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); view.step(event.shiftKey ? -1 : 1); }
    });
    byId("next").addEventListener("click", () => view.step(1));
    byId("previous").addEventListener("click", () => view.step(-1));
  }
}

function toggle(id, act) {
  const button = byId(id);
  button.addEventListener("click", () => {
    const pressed = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(pressed));
    act(pressed);
  });
  return button;
}
