// The common part of all explorers. A view draws `figure` and writes `state`; Python computes.

/** Create an element: attributes by name, then children (elements or text). */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Move some controls. The state as last written is the base, so that quick moves add up. */
function move(model, changes) {
  model.set("state", { ...model.get("state"), ...changes });
  model.save_changes();
}

/**
 * The frame of an explorer in `el`. Plain keys belong to the focused control, not to the notebook
 * (where an arrow key would leave the cell and "x" would cut it); combinations such as Ctrl+S and
 * Shift+Enter still reach the notebook. Returns the frame and a function that lets go of the keys.
 */
function explorerFrame(el, name, label) {
  const root = make("div", { class: `ck-explorer ck-${name}`, role: "group", "aria-label": label });
  const sort = ({ target, key, ctrlKey, metaKey, shiftKey }) => {
    if (!root.contains(target)) return;
    const moving = key.startsWith("Arrow") || key === "Home" || key === "End";
    const combined = ctrlKey || metaKey || (shiftKey && key === "Enter");
    target.toggleAttribute("data-lm-suppress-shortcuts", moving || !combined);
  };
  // JupyterLab listens on the document in the capture phase; only the window is asked earlier.
  window.addEventListener("keydown", sort, true);
  el.append(root);
  return [root, () => window.removeEventListener("keydown", sort, true)];
}

/** The row of controls that Python declared. `refresh` shows the present state. */
function controlBar(model) {
  const bar = make("div", { class: "ck-controls" });
  const refreshers = model.get("controls").map((control) => {
    const { name, label, help } = control;
    const box = make("label", { class: `ck-control ck-control-${name}`, title: help });
    bar.append(box);
    if (control.kind === "slider") {
      const reading = make("output", { class: "ck-reading" });
      const input = make("input", {
        type: "range", min: control.low, max: control.high, step: 1, "aria-label": label,
      });
      input.addEventListener("input", () => move(model, { [name]: Number(input.value) }));
      box.append(make("span", { class: "ck-label" }, `${label} `, reading), input);
      return (state) => {
        input.value = state[name];
        reading.textContent = state[name];
      };
    }
    if (control.kind === "choice") {
      const select = make("select", { "aria-label": label });
      for (const [value, text] of control.options) select.append(make("option", { value }, text));
      select.addEventListener("change", () => {
        select.dispatchEvent(new CustomEvent("ck-chosen", { bubbles: true, detail: name }));
        move(model, { [name]: select.value });
      });
      box.append(make("span", { class: "ck-label" }, label), select);
      return (state) => { select.value = state[name]; };
    }
    const input = make("input", { type: "checkbox", "aria-label": label });
    input.addEventListener("change", () => move(model, { [name]: input.checked }));
    box.append(make("span", { class: "ck-label" }, label), input);
    return (state) => { input.checked = state[name]; };
  });
  return { bar, refresh: (state) => refreshers.forEach((refresh) => refresh(state)) };
}

/** A table of numbered, shaded cells of one size; `draw` reuses its elements where it can. */
function cellGrid(name, roles) {
  const element = make("div", { class: `ck-grid ck-grid-${name}`, role: roles.grid });
  const frame = make("div", { class: "ck-frame", "aria-hidden": "true" });
  let shape = "";
  let elements = [];

  function rebuild(cells) {
    elements = cells.map((row) => row.map(() => {
      const value = make("span", { class: "ck-value" });
      const weight = make("span", { class: "ck-weight" });
      return make("div", { class: "ck-cell", role: roles.cell }, value, weight);
    }));
    element.replaceChildren(
      ...elements.map((row) => make("div", { class: "ck-row", role: roles.row }, ...row)), frame,
    );
  }

  function draw(cells, size) {
    const present = `${cells.length} ${cells.length ? cells[0].length : 0}`;
    if (present !== shape) rebuild(cells);
    shape = present;
    element.hidden = cells.length === 0;
    const longest = Math.max(2, ...cells.flat().map((cell) => cell.text.length));
    element.style.setProperty("--ck-cell", `${size}px`);
    element.style.setProperty("--ck-digits", `${Math.min(0.42 * size, (1.45 * size) / longest)}px`);
    cells.forEach((row, i) => row.forEach((cell, j) => {
      const box = elements[i][j];
      box.firstChild.textContent = cell.text || "·";
      box.className = "ck-cell";
      box.classList.toggle("ck-negative", cell.shade < 0);
      box.classList.toggle("ck-padding", cell.padding);
      box.classList.toggle("ck-start", cell.start);
      box.classList.toggle("ck-unread", cell.unread);
      box.classList.toggle("ck-gap", cell.text === "");
      box.style.setProperty("--ck-shade", Math.abs(cell.shade));
      if (cell.tap >= 0) box.dataset.tap = cell.tap;
      else delete box.dataset.tap;
    }));
  }

  /** Put the frame around row, column, height, width; hide it for null. */
  function outline(window, size) {
    frame.hidden = window === null;
    if (window === null) return;
    const [top, left, height, width] = window.map((cells) => `${cells * size}px`);
    Object.assign(frame.style, { top, left, height, width });
  }

  return { element, draw, outline, cells: () => elements };
}

/** Call `layout` with the width of `element` whenever that changes. Returns how to stop. */
function onWidth(element, layout) {
  const observer = new ResizeObserver(() => layout(element.clientWidth));
  observer.observe(element);
  return () => observer.disconnect();
}
