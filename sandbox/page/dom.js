// Building elements: h("p", {class: "x"}, "text", child), and a few drawn icons. Text goes in as text, never as HTML.

/** An element with attributes, listeners (on: {click}) and children; null, false and undefined are left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value" || name === "checked") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Replaces everything inside `node`. */
export function fill(node, ...children) {
  node.replaceChildren(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

const DRAWINGS = {
  hash: "M6 3 4.6 17M14.4 3 13 17M3 7.2h14.2M2.6 12.8h14.2",
  lock: "M5 9h10v8H5zM7 9V6.4a3 3 0 0 1 6 0V9",
  home: "M3 9.4 10 3.4l7 6V17h-4.6v-4.6H7.6V17H3z",
  down: "m5 7.6 5 5 5-5",
  left: "m12.4 4.6-5 5.4 5 5.4",
  right: "m7.6 4.6 5 5.4-5 5.4",
  close: "m5 5 10 10M15 5 5 15",
  menu: "M3 5.4h14M3 10h14M3 14.6h14",
  clock: "M10 2.6a7.4 7.4 0 1 0 0 14.8 7.4 7.4 0 0 0 0-14.8zM10 5.8V10l3 2",
  calendar: "M3.4 4.8h13.2v12H3.4zM3.4 8.4h13.2M6.8 2.8v3.6M13.2 2.8v3.6",
  send: "M3.2 3.6 17.4 10 3.2 16.4l1.6-5.2L11.4 10 4.8 8.8z",
  more: "M4.4 10h.01M10 10h.01M15.6 10h.01",
  tick: "m4 10.6 4 4 8-9",
  people:
    "M7.4 9.2a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8zM1.8 16.4c.3-3 2.6-4.6 5.6-4.6s5.3 1.6 5.6 4.6" +
    "M13.2 3.6a2.8 2.8 0 0 1 0 5.4M15.2 12.2c1.8.6 2.9 2 3 4.2",
  warning: "M10 3 1.900 16.800h16.200zM10 8v4.200M10 14.600h.01",
  eye:
    "M1.8 10S4.8 4.6 10 4.6 18.2 10 18.2 10 15.2 15.4 10 15.4 1.8 10 1.8 10z" +
    "M10 12.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z",
  file: "M5 2.800h6.400L15.600 7v10.200H5zM11.200 2.800V7.200h4.400",
  bolt: "M11 2.600 4.600 11.400h4.600L8.600 17.400l6.800-9h-4.800z",
};

/** A drawn icon, hidden from screen readers: words beside it or an aria-label say what it means. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", DRAWINGS[name]);
  svg.append(path);
  return svg;
}

let lastId = 0;

/** An id no other element has. */
export function newId(stem) {
  lastId += 1;
  return `${stem}-${lastId}`;
}

/** Says a sentence to screen readers. */
export function announce(sentence) {
  const region = document.getElementById("said");
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = sentence;
  });
}
