// Line charts side by side, with a verdict and notes: the view of two explorers.

const CHART = { width: 430, height: 270, left: 62, right: 12, top: 26, bottom: 42 };
const DASH = { solid: "", dashed: "6 4", dotted: "2 3" };

function svgElement(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function marker(series, x, y) {
  const common = { class: "ck-marker", fill: `var(--ck-${series.colour})` };
  if (series.marker === "square") {
    return svgElement("rect", { ...common, x: x - 3, y: y - 3, width: 6, height: 6 });
  }
  return svgElement("circle", { ...common, cx: x, cy: y, r: 3.2 });
}

function chart(panel) {
  const { width, height, left, right, top, bottom } = CHART;
  const [x0, x1] = panel.xlim;
  const [y0, y1] = panel.ylim;
  const across = (x) => left + ((x - x0) / (x1 - x0)) * (width - left - right);
  const up = (y) => height - bottom - ((y - y0) / (y1 - y0)) * (height - top - bottom);
  const svg = svgElement("svg", {
    viewBox: `0 0 ${width} ${height}`, class: "ck-chart", role: "img",
    "aria-label": `${panel.title}: ${panel.ylabel} over ${panel.xlabel}`,
  });
  svg.append(svgElement("text", { x: left, y: 16, class: "ck-chart-title" }, panel.title));
  for (const [x, label] of panel.xticks) {
    svg.append(svgElement("line", { x1: across(x), x2: across(x), y1: top, y2: height - bottom, class: "ck-rule" }));
    svg.append(svgElement("text", { x: across(x), y: height - bottom + 15, class: "ck-tick" }, label));
  }
  for (const [y, label] of panel.yticks) {
    svg.append(svgElement("line", { x1: left, x2: width - right, y1: up(y), y2: up(y), class: "ck-rule" }));
    svg.append(svgElement("text", { x: left - 6, y: up(y) + 4, class: "ck-tick ck-tick-y" }, label));
  }
  svg.append(svgElement("text", { x: (left + width - right) / 2, y: height - 8, class: "ck-axis" }, panel.xlabel));
  svg.append(svgElement("text", {
    x: 0, y: 0, class: "ck-axis", transform: `translate(14 ${(top + height - bottom) / 2}) rotate(-90)`,
  }, panel.ylabel));
  for (const series of panel.series) {
    const points = series.points.map(([x, y]) => [across(x), up(y)]);
    svg.append(svgElement("polyline", {
      points: points.map((point) => point.join(",")).join(" "), class: "ck-line",
      stroke: `var(--ck-${series.colour})`, "stroke-dasharray": DASH[series.dash],
    }));
    if (series.marker !== "none") svg.append(...points.map(([x, y]) => marker(series, x, y)));
  }
  return svg;
}

function render({ model, el }) {
  const [root, releaseKeys] = explorerFrame(el, "charts", model.get("label"));
  const { bar, refresh } = controlBar(model);
  const scene = make("div", { class: "ck-panels" });
  const verdict = make("p", { class: "ck-verdict", "aria-live": "polite" });
  const notes = make("ul", { class: "ck-notes" });
  root.append(bar, scene, verdict, notes);

  function draw() {
    const figure = model.get("figure");
    refresh(model.get("state"));
    scene.replaceChildren(...figure.panels.map(chart));
    verdict.textContent = figure.verdict;
    notes.replaceChildren(...figure.notes.map((note) => make("li", {}, note)));
  }

  model.on("change:figure", draw);
  draw();
  return () => {
    model.off("change:figure", draw);
    releaseKeys();
  };
}

export default { render };
