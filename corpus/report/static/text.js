"use strict";

// Shows the annotation that is pointed at or focused, and draws lines to what it refers to. Without scripts the list
// below the text says the same.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const drawn = document.querySelector(".drawn");
  const panel = document.querySelector(".panel");

  for (const mark of document.querySelectorAll(".beside .m[data-c]")) {
    mark.addEventListener("click", (event) => {
      event.stopPropagation();
      window.location.hash = `x-${mark.dataset.c}`;
    });
  }
  if (!drawn || !panel) return;

  const shown = panel.querySelector(".shown");
  const stops = [...drawn.querySelectorAll(".m[id]")];
  const pieces = new Map();
  for (const mark of drawn.querySelectorAll(".m")) {
    const { a } = mark.dataset;
    if (!pieces.has(a)) pieces.set(a, []);
    pieces.get(a).push(mark);
  }
  let selected = null;
  let overlay = null;
  let hovered = null;

  const entryOf = (id) => document.getElementById(`d-${id}`);
  const firstOf = (id) => document.getElementById(`a-${id}`);

  function unlit() {
    for (const each of drawn.querySelectorAll(".lit, .leads, .held")) each.classList.remove("lit", "leads", "held");
    overlay?.remove();
    overlay = null;
  }

  function show(id) {
    const entry = entryOf(id);
    unlit();
    if (!entry) return;
    const copy = document.createElement("div");
    for (const child of entry.childNodes) copy.append(child.cloneNode(true));
    shown.replaceChildren(copy);
    panel.classList.add("open");
    for (const piece of pieces.get(id) ?? []) piece.classList.add("lit");
    for (const link of entry.querySelectorAll("a.to, a.back")) {
      for (const piece of pieces.get(link.dataset.to) ?? []) {
        if (!piece.dataset.p) piece.classList.add(link.classList.contains("to") ? "leads" : "held");
      }
    }
  }

  function select(id) {
    selected = id;
    show(id);
    lines();
  }

  function deselect() {
    selected = null;
    hovered = null;
    unlit();
    panel.classList.remove("open");
    shown.replaceChildren();
  }

  // From the words of the selected annotation to those that it refers to, and from those that refer to it.
  function lines() {
    overlay?.remove();
    overlay = null;
    const entry = selected && entryOf(selected);
    const from = selected && firstOf(selected);
    if (!entry || !from) return;
    const ground = drawn.getBoundingClientRect();
    const made = document.createElementNS(SVG, "svg");
    made.setAttribute("class", "lines");
    made.setAttribute("aria-hidden", "true");
    made.setAttribute("width", String(ground.width));
    made.setAttribute("height", String(ground.height));
    for (const link of entry.querySelectorAll("a.to, a.back")) {
      const to = firstOf(link.dataset.to);
      if (!to) continue;
      const isBack = link.classList.contains("back");
      line(made, ground, isBack ? to : from, isBack ? from : to, link.dataset.p, isBack);
    }
    if (made.childNodes.length) {
      drawn.append(made);
      overlay = made;
    }
  }

  function line(svg, ground, from, to, name, isBack) {
    const one = from.getClientRects()[0];
    const other = to.getClientRects()[0];
    if (!one || !other) return;
    const x1 = one.left + one.width / 2 - ground.left;
    const x2 = other.left + other.width / 2 - ground.left;
    const up = Math.abs(one.top - other.top) < 4 ? 26 : 14;
    const y1 = one.top - ground.top + 2;
    const y2 = other.top - ground.top + 2;
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", `M ${x1} ${y1} C ${x1} ${y1 - up} ${x2} ${y2 - up} ${x2} ${y2}`);
    path.setAttribute("class", isBack ? "back" : "to");
    const end = document.createElementNS(SVG, "circle");
    end.setAttribute("cx", String(x2));
    end.setAttribute("cy", String(y2));
    end.setAttribute("r", "3");
    const text = document.createElementNS(SVG, "text");
    text.setAttribute("x", String((x1 + x2) / 2));
    text.setAttribute("y", String((y1 + y2) / 2 - up * 0.75));
    text.setAttribute("text-anchor", "middle");
    text.textContent = name;
    svg.append(path, end, text);
  }

  // One stop for the tabulator key; from there the arrows lead from mark to mark.
  function stopAt(mark) {
    for (const each of stops) each.tabIndex = -1;
    mark.tabIndex = 0;
  }

  function go(mark) {
    stopAt(mark);
    mark.focus();
    mark.scrollIntoView({ block: "nearest" });
    // A window that is not in front is told of no focus.
    if (selected !== mark.dataset.a) select(mark.dataset.a);
  }

  if (stops.length) stops[0].tabIndex = 0;
  drawn.addEventListener("focusin", (event) => {
    const mark = event.target.closest(".m[id]");
    if (!mark) return;
    stopAt(mark);
    if (selected !== mark.dataset.a) select(mark.dataset.a);
  });
  drawn.addEventListener("keydown", (event) => {
    const at = stops.indexOf(document.activeElement);
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const visible = stops.filter((each) => !each.classList.contains("off"));
    const here = visible.indexOf(document.activeElement);
    const target = {
      ArrowRight: visible[here + 1],
      ArrowLeft: visible[here - 1],
      Home: visible[0],
      End: visible[visible.length - 1],
    }[event.key];
    if (target) {
      event.preventDefault();
      go(target);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") deselect();
  });
  drawn.addEventListener("click", (event) => {
    const mark = event.target.closest(".m:not(.off)");
    if (!mark) {
      deselect();
      return;
    }
    firstOf(mark.dataset.a)?.focus({ preventScroll: true });
    select(mark.dataset.a);
  });
  drawn.addEventListener("mouseover", (event) => {
    const id = event.target.closest(".m:not(.off)")?.dataset.a ?? null;
    if (id === hovered) return;
    hovered = id;
    if (id && id !== selected) show(id);
    else if (selected) select(selected);
  });
  panel.querySelector(".close").addEventListener("click", deselect);
  window.addEventListener("resize", lines);

  for (const box of document.querySelectorAll(".legend input")) {
    box.hidden = false;
    box.addEventListener("change", () => {
      for (const entry of document.querySelectorAll(".entry")) {
        if (entry.dataset.label !== box.value) continue;
        for (const piece of pieces.get(entry.id.slice(2)) ?? []) piece.classList.toggle("off", !box.checked);
      }
    });
  }
  panel.hidden = !stops.length;

  // A link from another page leads to a mark.
  function follow() {
    const target = window.location.hash.startsWith("#a-") && document.getElementById(window.location.hash.slice(1));
    if (target) go(target);
  }
  window.addEventListener("hashchange", follow);
  follow();
})();
