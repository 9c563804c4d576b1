// Loss and learning-rate curves from metrics lines.
import uPlot from "../vendor/uplot/uPlot.esm.js";

export class Charts {
  constructor(section, labels) {
    this.section = section;
    this.labels = labels;
    this.points = new Map();
    this.plots = new Map();
    window.addEventListener("resize", () => this.resize());
  }

  add(points) {
    for (const point of points) {
      if (Number.isInteger(point.step) && point.event === undefined) this.points.set(point.step, point);
    }
    if (!this.pending) {
      this.pending = true;
      setTimeout(() => { this.pending = false; this.draw(); }, 250);
    }
  }

  draw() {
    const rows = [...this.points.values()].sort((one, other) => one.step - other.step);
    if (rows.length < 2) return;
    this.section.hidden = false;
    for (const holder of this.section.querySelectorAll("[data-chart]")) {
      const key = holder.dataset.chart;
      const data = [rows.map((row) => row.step), rows.map((row) => (Number.isFinite(row[key]) ? row[key] : null))];
      if (this.plots.has(key)) this.plots.get(key).setData(data);
      else this.plots.set(key, this.make(holder, key, data));
    }
  }

  make(holder, key, data) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    return new uPlot({
      width: width(holder), height: 200, cursor: { y: false },
      scales: { x: { time: false } },
      axes: [axis, { ...axis, size: 62, values: (_, ticks) => ticks.map((tick) => Math.abs(tick) < 0.001 && tick ? tick.toExponential(0) : String(tick)) }],
      series: [{ label: this.labels.step }, { label: this.labels[key], stroke: colour("--accent"), width: 1.5, spanGaps: true }],
    }, data, holder);
  }

  resize() {
    for (const [key, plot] of this.plots) {
      plot.setSize({ width: width(this.section.querySelector(`[data-chart="${key}"]`)), height: 200 });
    }
  }
}

export function width(holder) {
  const style = getComputedStyle(holder);
  return holder.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
}
