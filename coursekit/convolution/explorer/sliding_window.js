// The sliding window: image, kernel and output as grids, and the sum of the shown output value.

const LARGEST_CELL = 42;
const SMALLEST_CELL = 16;
const GRID_HEIGHT = 290;
const ROOM_FOR_WEIGHT = 27;
const BETWEEN = 92;
const PROBLEM_WIDTH = 250;
const STEP_MS = 650;

/** A grid with its title above. */
function panel(name, roles) {
  const title = make("p", { class: "ck-title" });
  const grid = cellGrid(name, roles);
  return { box: make("div", { class: `ck-panel ck-panel-${name}` }, title, grid.element), title, grid };
}

/** One product, "pixel·weight". */
function termElement(term) {
  const element = make("span", { class: "ck-term", "data-tap": term.tap }, `${term.pixel}·${term.weight}`);
  if (term.value === 0) element.classList.add("ck-zero");
  if (term.padding) {
    element.classList.add("ck-from-padding");
    element.title = "this zero comes from the padding";
  }
  return element;
}

/** The sum over several lines, one for each row of the kernel, as in the kernel itself. */
function sumLines(figure) {
  if (figure.shown === null) return [];
  const [row, column] = figure.shown;
  const lines = [];
  const wide = figure.kernel_columns > 3;
  for (let first = 0; first < figure.terms.length; first += figure.kernel_columns) {
    const terms = figure.terms.slice(first, first + figure.kernel_columns);
    const line = make("div", { class: `ck-sum-line${wide ? " ck-wide" : ""}` });
    line.append(make("span", { class: "ck-sum-head" }, first === 0 ? `output[${row}, ${column}] =` : "+"));
    terms.forEach((term, i) => line.append(i ? "+" : "", termElement(term)));
    lines.push(line);
  }
  lines.at(-1).append(make("strong", { class: "ck-sum-value" }, ` ${figure.value_text}`));
  return lines;
}

/** What the marks on the image mean; only those that are there. */
function legendItems(figure) {
  const cells = figure.image.flat();
  const items = [
    [figure.window !== null, "ck-mark-window", "the window"],
    [cells.some((cell) => cell.start), "ck-mark-start", "upper left corner of a window"],
    [cells.some((cell) => cell.padding), "ck-mark-padding", "padding"],
    [cells.some((cell) => cell.unread), "ck-mark-unread", "never read"],
  ];
  return items.filter(([present]) => present).map(([, mark, text]) =>
    make("span", { class: "ck-legend-item" },
      make("span", { class: `ck-mark ${mark}`, "aria-hidden": "true" }), text));
}

function render({ model, el }) {
  const [root, releaseKeys] = explorerFrame(el, "sliding-window", "sliding window explorer");
  const { bar, refresh } = controlBar(model);
  const play = make("button", { type: "button", class: "ck-play" });
  bar.append(play);

  const still = { grid: "img" };
  const image = panel("image", still);
  const kernel = panel("kernel", still);
  const output = panel("output", { grid: "grid", row: "row", cell: "gridcell" });
  output.grid.element.setAttribute("aria-label", "output: arrow keys choose a value");
  const problem = make("p", { class: "ck-problem", role: "status" });
  const hint = make("p", { class: "ck-hint" }, "Point at a value, click it, or use the arrow keys.");
  output.box.append(hint, problem);
  const sign = make("span", { class: "ck-sign ck-operator" });
  const equals = make("span", { class: "ck-sign", "aria-hidden": "true" }, "=");
  const panels = make("div", { class: "ck-panels" }, image.box, sign, kernel.box, equals, output.box);

  const legend = make("p", { class: "ck-legend" });
  const sum = make("div", { class: "ck-sum", "aria-live": "polite" });
  const size = make("p", { class: "ck-size" });
  const notes = make("ul", { class: "ck-notes" });
  const work = make("div", { class: "ck-work" }, sum, size);
  const below = make("div", { class: "ck-below" }, work, notes);
  root.append(bar, panels, legend, below);

  let width = 900;

  function cellSize(figure) {
    const grids = [figure.image, figure.kernel, figure.output];
    const columns = grids.reduce((sum, cells) => sum + (cells.length ? cells[0].length : 0), 0);
    const rows = Math.max(...grids.map((cells) => cells.length));
    const kept = BETWEEN + (figure.problem === null ? 0 : PROBLEM_WIDTH);
    const fitting = Math.min((width - kept) / columns, GRID_HEIGHT / rows, LARGEST_CELL);
    return Math.max(SMALLEST_CELL, Math.floor(fitting));
  }

  function draw() {
    const figure = model.get("figure");
    const state = model.get("state");
    const cell = cellSize(figure);
    refresh(state);
    image.title.textContent = figure.image_title;
    kernel.title.textContent = figure.kernel_title;
    output.title.textContent = figure.output_title;
    sign.textContent = figure.flipped ? "∗" : "⋆";
    sign.title = figure.flipped ? "convolution" : "cross-correlation";
    image.grid.draw(figure.image, cell);
    kernel.grid.draw(figure.kernel, cell);
    output.grid.draw(figure.output, cell);
    image.grid.element.setAttribute("aria-label", figure.image_title);
    kernel.grid.element.setAttribute("aria-label", figure.kernel_title);
    image.grid.outline(figure.window, cell);
    kernel.grid.outline([0, 0, figure.kernel.length, figure.kernel[0].length], cell);
    output.box.classList.toggle("ck-panel-problem", figure.problem !== null);
    output.grid.outline(figure.shown && [...figure.shown, 1, 1], cell);
    drawWeights(figure, cell);
    drawChoice(figure);
    problem.hidden = figure.problem === null;
    hint.hidden = figure.problem !== null;
    problem.textContent = figure.problem ?? "";
    equals.hidden = figure.problem !== null;
    play.disabled = figure.problem !== null;
    legend.replaceChildren(...legendItems(figure));
    const longest = Math.max(0, ...figure.terms.map((t) => t.pixel.length + t.weight.length + 1));
    sum.style.setProperty("--ck-term", `${longest}ch`);
    sum.replaceChildren(...sumLines(figure));
    work.hidden = figure.problem !== null;
    size.textContent = figure.size_text && `Output size, ${figure.size_text}`;
    notes.replaceChildren(...figure.notes.map((note) => make("li", {}, note)));
  }

  /** Write each weight beside the pixel that it meets, where there is room. */
  function drawWeights(figure, cell) {
    const texts = figure.kernel.flat().filter((k) => k.tap >= 0).map((k) => k.text);
    const room = cell >= ROOM_FOR_WEIGHT;
    root.classList.toggle("ck-with-weights", room);
    figure.image.forEach((row, i) => row.forEach(({ tap }, j) => {
      image.grid.cells()[i][j].lastChild.textContent = room && tap >= 0 ? `×${texts[tap]}` : "";
    }));
  }

  /** Mark the chosen output value; keep the keyboard's focus on it if it was in the output. */
  function drawChoice(figure) {
    const focused = output.grid.element.contains(document.activeElement);
    output.grid.cells().forEach((row, i) => row.forEach((box, j) => {
      const chosen = figure.chosen[0] === i && figure.chosen[1] === j;
      box.tabIndex = chosen ? 0 : -1;
      box.setAttribute("aria-selected", String(chosen));
      box.setAttribute("aria-label", `row ${i}, column ${j}: ${figure.output[i][j].text}`);
      box.dataset.row = i;
      box.dataset.column = j;
      box.classList.toggle("ck-chosen", chosen);
      if (chosen && focused && document.activeElement !== box) box.focus({ preventScroll: true });
    }));
  }

  function outputSize() {
    const { output: cells } = model.get("figure");
    return cells.length ? [cells.length, cells[0].length] : [0, 0];
  }

  /** The chosen position as last written, even if Python has not answered yet. */
  function chosen() {
    const { row, column } = model.get("state");
    const [rows, columns] = outputSize();
    return [Math.min(row, rows - 1), Math.min(column, columns - 1)];
  }

  function choose(row, column) {
    const [rows, columns] = outputSize();
    if (row < 0 || column < 0 || row >= rows || column >= columns) return;
    move(model, { row, column, hover: null });
  }

  const at = (event) => {
    const box = event.target.closest(".ck-cell");
    return box && [Number(box.dataset.row), Number(box.dataset.column)];
  };
  output.grid.element.addEventListener("pointerover", (event) => {
    const position = at(event);
    if (position && event.pointerType !== "touch" && !playing) move(model, { hover: position });
  });
  output.grid.element.addEventListener("pointerleave", () => {
    if (model.get("state").hover !== null) move(model, { hover: null });
  });
  output.grid.element.addEventListener("click", (event) => {
    const position = at(event);
    if (!position) return;
    stop();
    choose(...position);
    output.grid.cells()[position[0]][position[1]].focus({ preventScroll: true });
  });
  output.grid.element.addEventListener("keydown", (event) => {
    const [row, column] = chosen();
    const [rows, columns] = outputSize();
    const all = event.ctrlKey || event.metaKey;
    const target = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [all ? 0 : row, 0], End: [all ? rows - 1 : row, columns - 1],
    }[event.key];
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    stop();
    choose(...target);
  });

  // A pixel, its weight and their product light up together.
  root.addEventListener("pointerover", (event) => {
    const tap = event.target.closest("[data-tap]")?.dataset.tap;
    for (const element of root.querySelectorAll("[data-tap]")) {
      element.classList.toggle("ck-linked", tap !== undefined && element.dataset.tap === tap);
    }
  });

  let playing = null;
  function label() {
    play.textContent = playing ? "❚❚ stop" : "▶ slide";
    play.setAttribute("aria-label", playing ? "stop sliding the window" : "slide the window");
  }
  function stop() {
    clearInterval(playing);
    playing = null;
    label();
  }
  function step() {
    const [rows, columns] = outputSize();
    if (!root.isConnected || rows === 0) return stop();
    const [row, column] = chosen();
    const next = (row * columns + column + 1) % (rows * columns);
    choose(Math.floor(next / columns), next % columns);
  }
  play.addEventListener("click", () => {
    if (playing) return stop();
    playing = setInterval(step, STEP_MS);
    label();
    step();
  });
  label();

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
    stop();
    releaseKeys();
  };
}

export default { render };
