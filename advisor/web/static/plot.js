// Draws one plot of a run with uPlot: lines over steps, bands shaded behind them, epochs and named checkpoints marked, points highlighted.

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const short = (value) => (value === null || value === undefined ? "–" : Number(value).toLocaleString("en", {maximumSignificantDigits: 4}));

// uPlot reads undefined as "not measured here" and null as a gap: a value that is not finite breaks the line.
function columns(lines) {
  const steps = [...new Set(lines.flatMap((line) => line.steps))].sort((a, b) => a - b);
  const place = new Map(steps.map((step, i) => [step, i]));
  const values = lines.map((line) => {
    const column = new Array(steps.length).fill(undefined);
    line.steps.forEach((step, i) => { column[place.get(step)] = line.values[i]; });
    return column;
  });
  return [steps, ...values];
}

function shade(u, plot) {
  const {ctx} = u, {left, top, width, height} = u.bbox, fills = new Map();
  const fill = (rank) => fills.get(rank) ?? fills.set(rank, rank === null ? "transparent" : colour(`rank-${rank}`)).get(rank); // looked up once per drawing
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  for (const stretch of plot.along) {
    const from = stretch.low === 0 ? left : u.valToPos(stretch.low, "x", true), to = u.valToPos(stretch.high, "x", true);
    ctx.fillStyle = fill(stretch.rank);
    ctx.fillRect(from, top, to - from, height);
  }
  for (const stretch of plot.across) {
    const high = stretch.high === null ? top : u.valToPos(stretch.high, "y", true);
    const low = stretch.low === null ? top + height : u.valToPos(stretch.low, "y", true);
    ctx.fillStyle = fill(stretch.rank);
    ctx.fillRect(left, high, width, low - high);
  }
  ctx.restore();
}

function mark(u, plot) {
  const {ctx} = u, {left, top, width, height} = u.bbox, scale = devicePixelRatio || 1;
  const line = (x, dash, style) => {
    ctx.strokeStyle = style;
    ctx.setLineDash(dash.map((d) => d * scale));
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
  };
  ctx.save();
  ctx.lineWidth = scale;
  ctx.font = `${12 * scale}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  for (const epoch of plot.epochs) {
    const x = u.valToPos(epoch.step, "x", true);
    if (x < left || x > left + width) continue;
    line(x, [1, 4], colour("dim"));
    ctx.fillStyle = colour("dim");
    ctx.fillText(`epoch ${epoch.label}`, Math.min(Math.max(x, left + 22 * scale), left + width - 22 * scale), top - 6 * scale);
  }
  for (const one of plot.marks) {
    const x = u.valToPos(one.step, "x", true);
    if (x < left || x > left + width) continue;
    line(x, [6, 3], colour("ink"));
    ctx.font = `600 ${12 * scale}px system-ui, sans-serif`;
    const half = ctx.measureText(one.label).width / 2 + 4 * scale;
    const at = Math.min(Math.max(x, left + half), left + width - half);
    ctx.fillStyle = colour("ink");
    ctx.fillRect(at - half, top - 39 * scale, 2 * half, 18 * scale);
    ctx.fillStyle = colour("page");
    ctx.fillText(one.label, at, top - 26 * scale);
  }
  ctx.restore();
}

function ring(u, plot, shown) {
  const {ctx} = u, scale = devicePixelRatio || 1;
  ctx.save();
  ctx.fillStyle = colour("mark");
  ctx.strokeStyle = colour("ink");
  ctx.lineWidth = 2 * scale;
  for (const {line, steps} of shown) {
    let last = -Infinity;
    const found = plot.lines.find((one) => one.name === line);
    if (!found) continue;
    const value = new Map(found.steps.map((step, i) => [step, found.values[i]]));
    for (const step of steps) {
      const y = value.get(step), at = u.valToPos(step, "x", true);
      if (at - last < 2 * scale) continue; // of many points, one where there is room for one
      last = at;
      ctx.beginPath();
      ctx.arc(at, y === null ? u.bbox.top + u.bbox.height : u.valToPos(y, "y", true), 7 * scale, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  }
  ctx.restore();
}

export function draw(figure) {
  const plot = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const box = figure.querySelector(".canvas"), readout = figure.querySelector(".readout");
  const data = columns(plot.lines);
  const many = data[0].length > 80;
  let shown = [];
  const axis = {stroke: () => colour("dim"), grid: {stroke: () => colour("line"), width: 1}, ticks: {stroke: () => colour("line")}, font: "12px system-ui, sans-serif"};
  const u = new uPlot({
    width: box.clientWidth || 320,
    height: Math.max(160, box.clientHeight),
    padding: [plot.marks.length ? 42 : plot.epochs.length ? 22 : 10, 14, 0, 0],
    legend: {show: false},
    cursor: {points: {size: 8}, drag: {x: true, y: false}},
    scales: {x: {time: false, range: (_, low, high) => (low === high ? [low - 1, high + 1] : [low - (high - low) * 0.02, high + (high - low) * 0.02])}},
    axes: [{...axis, label: null, size: 36, values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? tick.toLocaleString("en") : ""))}, {...axis, size: 52, values: (_, ticks) => ticks.map(short)}],
    series: [{}, ...plot.lines.map((line) => ({
      label: line.label,
      stroke: () => colour(line.role),
      width: many ? 1.25 : 2,
      dash: line.dashed ? [7, 4] : undefined,
      spanGaps: false,
      points: {show: !many, size: 7, fill: () => colour("page")},
    }))],
    hooks: {
      drawClear: [(self) => shade(self, plot)],
      draw: [(self) => { mark(self, plot); ring(self, plot, shown); }],
      setCursor: [(self) => {
        const i = self.cursor.idx;
        readout.textContent = i === null || i === undefined ? "\u00a0" : `Step ${data[0][i].toLocaleString("en")}: ${plot.lines.map((line, n) => `${line.label} ${short(data[n + 1][i])}`).join(", ")}`;
      }],
    },
  }, data, box);
  new ResizeObserver(() => {
    if (box.clientWidth && box.clientWidth !== u.width) u.setSize({width: box.clientWidth, height: u.height});
  }).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => u.redraw(false, true));
  return {
    highlight(points) {
      shown = points;
      figure.dataset.highlighted = String(points.filter((p) => plot.lines.some((line) => line.name === p.line)).reduce((sum, p) => sum + p.steps.length, 0));
      u.redraw(false, false);
    },
  };
}

export const drawAll = () => [...document.querySelectorAll("[data-plot]")].map(draw);
