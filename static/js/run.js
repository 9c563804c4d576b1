// The live page of a run: one event stream feeds status, log and charts, and survives restarts.
import { Charts } from "./charts.js";
import { LogView } from "./log-view.js";

const TAIL = 20 * 1000 * 1000;
const page = document.getElementById("run");
const words = page.dataset;
const byId = (id) => document.getElementById(id);
const view = new LogView(byId("log"));
const charts = new Charts(byId("charts"), { step: words.step, loss: words.loss, learning_rate: words.rate });
let offset = null;
let partial = "";

byId("plain-log").hidden = true;
byId("log").hidden = false;
document.querySelector(".tools").hidden = false;

function showStatus(status) {
  const badge = byId("status").querySelector(".badge");
  badge.className = `badge ${status.status}`;
  badge.textContent = words[status.status];
  byId("progress").value = status.progress;
  const steps = status.max_steps ? `${status.step} / ${status.max_steps}` : "";
  const eta = status.eta_seconds === null ? "" : ` · ${duration(status.eta_seconds)} ${words.remaining}`;
  byId("progress-text").textContent = steps + eta;
  show(byId("reason"), status.reason);
  byId("reason").classList.toggle("error", status.status === "failed");
  show(byId("notice"), status.notice);
  const stop = byId("stop");
  if (stop && status.stop_requested) { stop.querySelector("button").disabled = true; stop.querySelector("button").textContent = words.stopping; }
  if (stop && status.finished_at) stop.remove();
}

function show(element, text) {
  element.textContent = text;
  element.hidden = !text;
}

function duration(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function takeLog(event) {
  const { offset: start, next, text } = JSON.parse(event.data);
  if (offset !== null && start < offset) return; // sent again after a reconnect
  offset = next;
  view.append(text);
  const lines = (partial + text).split("\n");
  partial = lines.pop().slice(-65536);
  const points = lines.filter((line) => line.startsWith("{") && line.includes('"step"')).map(parse).filter(Boolean);
  if (points.length) charts.add(points);
}

function parse(line) {
  try { return JSON.parse(line); } catch { return null; }
}

function connect() {
  const query = offset === null ? `tail=${TAIL}` : `offset=${offset}`;
  const source = new EventSource(`${words.api}/events?${query}`);
  source.addEventListener("open", () => show(byId("connection"), ""));
  source.addEventListener("log", takeLog);
  source.addEventListener("status", (event) => showStatus(JSON.parse(event.data)));
  source.addEventListener("end", () => { source.close(); page.dataset.ended = "1"; });
  source.addEventListener("error", () => {
    show(byId("connection"), words.reconnecting);
    // A server that is away makes some browsers give up for good: begin anew where we were.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 1000);
  });
}

async function begin() {
  try {
    const metrics = await (await fetch(`${words.api}/metrics`)).json();
    charts.add(metrics.points);
    const head = await fetch(`${words.api}/log`, { headers: { Range: "bytes=0-0" } });
    const size = Number((head.headers.get("Content-Range") || "/0").split("/")[1]);
    if (size > TAIL) show(byId("connection"), words.trimmed);
  } catch {
    // the stream below tells the reader when the server is away
  }
  connect();
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
begin();
