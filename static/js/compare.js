// The curves of several runs over one another, a chart for each metric.
import { stepPlot, token, width } from "./charts.js";

const section = document.getElementById("curves");
const plots = [];

function draw(metric, curves, runs) {
  const holder = section.querySelector(`[data-metric="${CSS.escape(metric)}"]`);
  const steps = [...new Set(curves.flat().map(([step]) => step))].sort((one, other) => one - other);
  if (!holder || steps.length < 2) return;
  holder.hidden = false;
  const rows = curves.map((points) => {
    const values = new Map(points);
    return steps.map((step) => values.get(step) ?? null);
  });
  const series = runs.map((run, index) => ({ label: run.id.slice(0, 8), stroke: token(`--s${index + 1}`) }));
  plots.push([holder, stepPlot(holder, [steps, ...rows], section.dataset.step, series)]);
}

const found = await (await fetch(section.dataset.api)).json();
for (const [metric, curves] of Object.entries(found.curves ?? {})) draw(metric, curves, found.runs);
window.addEventListener("resize", () => plots.forEach(([holder, plot]) => plot.setSize({ width: width(holder), height: 200 })));
