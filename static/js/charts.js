// Curves from metrics lines: one chart for each holder whose metric the run has.
import uPlot from "../vendor/uplot/uPlot.esm.js";

export class Charts {
  constructor(section, step) {
    this.section = section;
    this.step = step;
    this.points = new Map();
    this.plots = new Map();
    window.addEventListener("resize", () => this.resize());
  }

  add(points) {
    for (const point of points) {
      if (!Number.isInteger(point.step) || ![undefined, "eval"].includes(point.event)) continue;
      this.points.set(point.step, { ...this.points.get(point.step), ...point });
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
      const known = rows.filter((row) => Number.isFinite(row[key]));
      if (known.length < 2) continue;
      holder.hidden = false;
      const data = [known.map((row) => row.step), known.map((row) => row[key])];
      if (this.plots.has(key)) this.plots.get(key).setData(data);
      else this.plots.set(key, this.make(holder, key, data));
    }
  }

  make(holder, key, data) {
    return stepPlot(holder, data, this.step, [{ label: holder.dataset.label, stroke: token("--accent") }]);
  }

  resize() {
    for (const [key, plot] of this.plots) {
      plot.setSize({ width: width(this.section.querySelector(`[data-chart="${key}"]`)), height: 200 });
    }
  }
}

export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// A plot over steps; series: [{label, stroke}, …], one for each row of data after the first.
export function stepPlot(holder, data, step, series) {
  const axis = { stroke: token("--muted"), grid: { stroke: token("--line"), width: 1 }, ticks: { show: false } };
  const shown = (tick) => (Math.abs(tick) < 0.001 && tick ? tick.toExponential(0) : String(tick));
  return new uPlot({
    width: width(holder), height: 200, cursor: { y: false },
    scales: { x: { time: false } },
    axes: [axis, { ...axis, size: 62, values: (_, ticks) => ticks.map(shown) }],
    series: [{ label: step }, ...series.map((one) => ({ width: 1.5, spanGaps: true, ...one }))],
  }, data, holder);
}

export function width(holder) {
  const style = getComputedStyle(holder);
  return holder.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
}
