// The live page of a run: one event stream feeds status, log and charts.
import { Charts } from "./charts.js";
import { LogStream, show } from "./log-stream.js";

const page = document.getElementById("run");
const words = page.dataset;
const byId = (id) => document.getElementById(id);
const charts = new Charts(byId("charts"), words.step);

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
  byId("waiting").hidden = !status.queue;
  byId("position").textContent = status.queue?.position ?? "";
  byId("why").textContent = status.queue?.why ?? "";
  const stop = byId("stop");
  if (stop && status.stop_requested) { stop.querySelector("button").disabled = true; stop.querySelector("button").textContent = words.stopping; }
  if (stop && status.finished_at) stop.remove();
}

function duration(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function takeLines(lines) {
  const points = lines.filter((line) => line.startsWith("{") && line.includes('"step"')).map(parse).filter(Boolean);
  if (points.length) charts.add(points);
}

function parse(line) {
  try { return JSON.parse(line); } catch { return null; }
}

async function begin() {
  try {
    const metrics = await (await fetch(`${words.api}/metrics`)).json();
    charts.add(metrics.points);
  } catch {
    // the stream tells the reader when the server is away
  }
  stream.begin();
}

const stream = new LogStream(words.api, words, {
  onStatus: showStatus,
  onLines: takeLines,
  onEnd: () => { page.dataset.ended = "1"; document.body.dispatchEvent(new Event("run-ended")); },
});
begin();
