// The graph stepper: nodes in columns, values in the forward pass, gradients in the backward pass.

const COLUMN = 110;
const ROW = 44;
const BOX = { width: 82, height: 34 };
const MARGIN = 8;
const LARGEST_SCALE = 1.25;

function svgElement(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function center(node) {
  return [
    MARGIN + BOX.width / 2 + node.column * COLUMN,
    MARGIN + BOX.height / 2 + node.row * ROW,
  ];
}

function nodeElement(node) {
  const [x, y] = center(node);
  const group = svgElement("g", { class: `ck-node ck-${node.phase}${node.leaf ? " ck-leaf" : ""}` });
  group.append(svgElement("rect", {
    x: x - BOX.width / 2, y: y - BOX.height / 2, width: BOX.width, height: BOX.height,
    rx: node.leaf ? 2 : 12,
  }));
  const head = node.name && node.symbol && !node.name.includes(node.symbol)
    ? `${node.symbol}  ${node.name}` : node.name || node.symbol;
  group.append(svgElement("text", { x, y: y - 4, class: "ck-node-name" }, head));
  if (node.value) group.append(svgElement("text", {
    x: node.gradient ? x - 20 : x, y: y + 11, class: "ck-node-value" }, node.value));
  if (node.gradient) group.append(svgElement("text", {
    x: x + 20, y: y + 11, class: "ck-node-gradient" }, node.gradient));
  return group;
}

function edgeElements(edge, nodes, fromTop) {
  const [startX, startY] = center(nodes[edge.start]);
  const [endX, endY] = center(nodes[edge.end]);
  const x1 = startX + BOX.width / 2;
  const x2 = endX - BOX.width / 2;
  const y2 = endY + (fromTop ? -6 : 6);
  const found = [svgElement("path", {
    d: `M ${x1} ${startY} C ${x1 + 14} ${startY}, ${x2 - 14} ${y2}, ${x2} ${y2}`,
    class: `ck-edge${edge.active ? " ck-active" : ""}`,
  })];
  if (edge.slope) found.push(svgElement("text", {
    x: x2 - 3, y: y2 + (fromTop ? -4 : 11), class: `ck-slope${edge.active ? " ck-active" : ""}`,
  }, edge.slope));
  return found;
}

function render({ model, el }) {
  const [root, releaseKeys] = explorerFrame(el, "graph-stepper", "graph stepper");
  const { bar, refresh } = controlBar(model);
  const back = make("button", { type: "button", class: "ck-back" }, "◀ back");
  const forward = make("button", { type: "button", class: "ck-forward" }, "step ▶");
  bar.append(back, forward);
  const scene = make("div", { class: "ck-scene" });
  const message = make("p", { class: "ck-message", "aria-live": "polite" });
  const legend = make("p", { class: "ck-legend" },
    make("span", { class: "ck-key ck-key-value" }, "value"),
    make("span", { class: "ck-key ck-key-gradient" }, "gradient"),
    make("span", { class: "ck-key ck-key-slope" }, "on an edge: the slope that the gradient is multiplied with"));
  root.append(bar, message, scene, legend);

  let width = 900;

  function draw() {
    const figure = model.get("figure");
    refresh({ ...model.get("state"), step: figure.step });
    const wide = 2 * MARGIN + BOX.width + (figure.columns - 1) * COLUMN;
    const high = 2 * MARGIN + BOX.height + (figure.rows - 1) * ROW;
    const scale = Math.min(LARGEST_SCALE, (width - 8) / wide);
    const svg = svgElement("svg", {
      viewBox: `0 0 ${wide} ${high}`, width: wide * scale, height: high * scale,
      role: "img", "aria-label": figure.summary,
    });
    figure.edges.forEach((edge) => {
      const into = figure.edges.filter((other) => other.end === edge.end);
      const rows = into.map((other) => figure.nodes[other.start].row);
      const top = into[rows.indexOf(Math.min(...rows))] === edge;
      svg.append(...edgeElements(edge, figure.nodes, top));
    });
    svg.append(...figure.nodes.map(nodeElement));
    scene.replaceChildren(svg);
    message.textContent = `Step ${figure.step} of ${figure.steps}. ${figure.message}`;
    back.disabled = figure.step === 0;
    forward.disabled = figure.step === figure.steps;
  }

  const go = (change) => move(model, { step: model.get("figure").step + change });
  back.addEventListener("click", () => go(-1));
  forward.addEventListener("click", () => go(1));
  // Another graph starts at its beginning.
  root.addEventListener("ck-chosen", () => model.set("state", { ...model.get("state"), step: 0 }));

  const forget = onWidth(root, (present) => {
    if (present > 0 && present !== width) {
      width = present;
      draw();
    }
  });
  model.on("change:figure", draw);
  draw();
  return () => {
    model.off("change:figure", draw);
    forget();
    releaseKeys();
  };
}

export default { render };
