// The live page of a deployment: status, health strip, figures and log.
import { LogStream, show } from "./log-stream.js";
import { TimeCharts } from "./time-charts.js";

const REFRESH = 5000;
const page = document.getElementById("deployment");
const words = page.dataset;
const byId = (id) => document.getElementById(id);
const charts = new TimeCharts(byId("charts"), words.time, {
  requests: [["running", words.requestsRunning, 1], ["waiting", words.requestsWaiting, 1]],
  tokens: [["tokens_per_second", words.tokens, 1]],
  first: [["first_token_ms", words.first, 1]],
  cache: [["kv_cache", words.cache, 100]],
});
let last = 0;
let ended = false;

function showStatus(status) {
  const badge = byId("status").querySelector(".badge");
  const down = status.status === "running" && !status.health_ok;
  badge.className = `badge deploy ${status.status}${down ? " unhealthy" : ""}`;
  badge.textContent = words[status.status];
  show(byId("phase"), status.status === "starting" ? status.phase : "");
  show(byId("reason"), status.reason);
  byId("reason").classList.toggle("error", status.status === "failed");
  show(byId("notice"), status.notice);
  const healthy = words.healthy.replace("{ms}", status.health_ms);
  byId("health").textContent = status.status === "running" ? (status.health_ok ? healthy : words.unhealthy) : "";
  byId("play").hidden = !(status.status === "running" && status.health_ok);
  showStrip(status.history);
  if (status.stop_requested && byId("stop")) {
    byId("stop").querySelector("button").hidden = true;
    byId("force").hidden = false;
  }
  if (status.finished_at) for (const id of ["stop", "force"]) byId(id)?.remove();
}

function showStrip(states) {
  const cells = byId("strip").querySelectorAll("i");
  states.forEach((state, index) => { if (cells[index]) cells[index].className = state; });
}

async function refresh() {
  try {
    const query = last ? `?since=${last}` : "";
    const samples = await (await fetch(`${words.api}/metrics${query}`)).json();
    if (samples.length) { last = samples.at(-1).at; charts.add(samples); }
  } catch {
    // the log's stream tells the reader when the server is away
  }
  if (!ended) setTimeout(refresh, REFRESH);
}

new LogStream(words.api, words, { onStatus: showStatus, onEnd: () => { ended = true; page.dataset.ended = "1"; } }).begin();
refresh();
