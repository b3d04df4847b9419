// The kernel editor: photograph, weights to type into, filtered photograph.

const LARGEST_SCALE = 1.75;
const TYPING_PAUSE_MS = 250;
const BETWEEN = 84;

const fieldWidth = (columns) => (columns > 3 ? 44 : 54);

function render({ model, el }) {
  const [root, releaseKeys] = explorerFrame(el, "kernel-editor", "kernel editor");
  const { bar, refresh } = controlBar(model);
  const reset = make("button", { type: "button", class: "ck-reset" }, "undo edits");
  bar.append(reset);

  const photo = model.get("photo");
  const input = make("img", {
    class: "ck-photo ck-photo-input", src: photo.source, alt: "the photograph before filtering",
  });
  const result = make("img", { class: "ck-photo ck-photo-output" });
  const title = (text) => make("p", { class: "ck-title" }, text);
  const kernelTitle = title("kernel");
  const outputTitle = title("output");
  const weights = make("div", { class: "ck-weights", role: "group", "aria-label": "weights of the kernel" });
  const total = make("p", { class: "ck-total" });
  const legend = make("p", { class: "ck-legend" });
  const problem = make("p", { class: "ck-problem", role: "status" });
  const kernelBox = make("div", { class: "ck-panel-kernel" }, kernelTitle, weights, total);
  const outputBox = make("div", { class: "ck-panel-output" }, outputTitle, result, problem, legend);
  const panels = make("div", { class: "ck-panels" },
    make("div", {}, title(`photograph ${photo.height}×${photo.width}`), input),
    make("span", { class: "ck-sign ck-operator", title: "cross-correlation" }, "⋆"), kernelBox,
    make("span", { class: "ck-sign", "aria-hidden": "true" }, "="),
    outputBox);
  const meaning = make("p", { class: "ck-meaning", "aria-live": "polite" });
  const note = make("p", { class: "ck-note" });
  const measured = make("p", { class: "ck-measured" });
  root.append(bar, panels, meaning, note, measured);

  let fields = [];
  let width = 900;
  let pause = null;

  const typed = () => fields.map((row) => row.map(({ field }) => field.value));
  const commit = () => {
    clearTimeout(pause);
    pause = null;
    move(model, { cells: typed() });
  };

  function build(cells) {
    clearTimeout(pause);
    pause = null;
    fields = cells.map((row, i) => row.map((_, j) => {
      const field = make("input", {
        type: "text", inputmode: "decimal", class: "ck-weight-field", spellcheck: "false",
        autocomplete: "off", "aria-label": `weight in row ${i}, column ${j}`,
        title: "type a number or a fraction such as 1/9; arrow keys change it by 0.1, with Shift by 1",
      });
      const applied = make("span", { class: "ck-applied" });
      field.addEventListener("input", () => {
        clearTimeout(pause);
        pause = setTimeout(commit, TYPING_PAUSE_MS);
      });
      field.addEventListener("change", commit);
      field.addEventListener("focus", () => field.select());
      field.addEventListener("keydown", (event) => nudge(event, field));
      return { field, applied, box: make("div", { class: "ck-weight-cell" }, field, applied) };
    }));
    weights.replaceChildren(
      ...fields.map((row) => make("div", { class: "ck-row" }, ...row.map(({ box }) => box))),
    );
  }

  function nudge(event, field) {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const value = Number(field.value.replace("−", "-").replace(",", "."));
    if (!direction || Number.isNaN(value)) return;
    event.preventDefault();
    const changed = value + direction * (event.shiftKey ? 1 : 0.1);
    field.value = String(Math.round(changed * 1e4) / 1e4).replace("-", "−");
    commit();
  }

  function draw() {
    const figure = model.get("figure");
    refresh(model.get("state"));
    const rows = figure.cells.length;
    const columns = figure.cells[0].length;
    if (fields.length !== rows || fields[0].length !== columns) build(figure.cells);
    kernelTitle.textContent = `kernel ${rows}×${columns}${figure.edited ? ", edited" : ""}`;
    reset.disabled = !figure.edited;
    weights.style.setProperty("--ck-field", `${fieldWidth(columns)}px`);
    figure.cells.forEach((row, i) => row.forEach((text, j) => {
      const { field, applied } = fields[i][j];
      const wrong = figure.wrong !== null && figure.wrong[0] === i && figure.wrong[1] === j;
      // What is being typed is not replaced under the writer's hands.
      if (!(pause && document.activeElement === field)) field.value = text;
      field.setAttribute("aria-invalid", String(wrong));
      applied.textContent = figure.weight_texts[i][j] === text ? "" : figure.weight_texts[i][j];
    }));
    weights.classList.toggle("ck-normalised", figure.problem === null && figure.note.includes("divided"));
    outputBox.classList.toggle("ck-panel-problem", figure.problem !== null);
    problem.hidden = figure.problem === null;
    problem.textContent = figure.problem ?? "";
    result.hidden = figure.pixels === null;
    if (figure.pixels) {
      result.src = figure.pixels.source;
      result.alt = `the photograph after filtering. ${figure.meaning}`;
      outputTitle.textContent = `output ${figure.pixels.height}×${figure.pixels.width}`;
    } else {
      outputTitle.textContent = "no output";
    }
    total.textContent = figure.total_text;
    legend.textContent = figure.legend;
    meaning.textContent = figure.meaning;
    note.textContent = figure.note;
    measured.textContent = figure.measured;
    layout(figure, columns);
  }

  function layout(figure, columns) {
    const room = Math.max(160, width - BETWEEN - columns * fieldWidth(columns)) / 2;
    const scale = Math.min(room / photo.width, LARGEST_SCALE, 260 / photo.height);
    input.style.width = `${photo.width * scale}px`;
    input.style.height = `${photo.height * scale}px`;
    if (!figure.pixels) return;
    result.style.width = `${figure.pixels.width * scale}px`;
    result.style.height = `${figure.pixels.height * scale}px`;
  }

  // A kernel chosen from the gallery replaces what was typed.
  root.addEventListener("ck-chosen", (event) => {
    if (event.detail === "kernel") model.set("state", { ...model.get("state"), cells: null });
  });
  reset.addEventListener("click", () => move(model, { cells: null }));

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
    clearTimeout(pause);
    forget();
    releaseKeys();
  };
}

export default { render };
