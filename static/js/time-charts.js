// Curves over time: each chart of one or two series out of the same samples.
import uPlot from "../vendor/uplot/uPlot.esm.js";
import { width } from "./charts.js";

const KEPT = 720;
const HEIGHT = 180;

export class TimeCharts {
  // charts: {key: [[field, label, factor], …]}; a holder is [data-chart=key].
  constructor(section, time, charts) {
    this.section = section;
    this.time = time;
    this.charts = charts;
    this.samples = [];
    this.plots = new Map();
    window.addEventListener("resize", () => this.resize());
  }

  add(samples) {
    this.samples = [...this.samples, ...samples].slice(-KEPT);
    if (this.samples.length < 2) return;
    this.section.hidden = false;
    for (const [key, series] of Object.entries(this.charts)) {
      const data = [this.samples.map((one) => one.at), ...series.map(([field, , factor]) => this.samples.map((one) => (one[field] === null ? null : one[field] * factor)))];
      if (this.plots.has(key)) this.plots.get(key).setData(data);
      else this.plots.set(key, this.make(this.holder(key), series, data));
    }
  }

  holder(key) { return this.section.querySelector(`[data-chart="${key}"]`); }

  make(holder, series, data) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const strokes = [colour("--accent"), colour("--warn")];
    return new uPlot({
      width: width(holder), height: HEIGHT, cursor: { y: false },
      axes: [{ ...axis, space: 70, values: (_plot, ticks) => ticks.map((tick) => new Date(tick * 1000).toTimeString().slice(0, 8)) }, { ...axis, size: 52 }],
      scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
      series: [{ label: this.time, value: "{HH}:{mm}:{ss}" }, ...series.map(([, label], index) => ({ label, stroke: strokes[index], width: 1.5, spanGaps: true, value: (_plot, value) => (value === null || value === undefined ? "–" : String(Math.round(value * 10) / 10)) }))],
    }, data, holder);
  }

  resize() {
    for (const [key, plot] of this.plots) plot.setSize({ width: width(this.holder(key)), height: HEIGHT });
  }
}
