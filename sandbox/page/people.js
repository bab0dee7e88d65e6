// How a person looks: initials in a calm colour, name, function and organisation.

import { h } from "./dom.js";
import { person } from "./session.js";

const COLOURS = ["#2d6a8f", "#2f7d6b", "#7a5c99", "#9a5b3c", "#4f6d3a", "#8a4a63", "#3f5f9e", "#6b6435"];

function colour(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return COLOURS[sum % COLOURS.length];
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
}

/** A square with initials; the bot has a tick. Decorative: the name stands beside it. */
export function portrait(id, isBot = person(id).bot) {
  if (isBot) return h("span", { class: "portrait portrait-bot", "aria-hidden": "true" }, tick());
  const { name } = person(id);
  return h("span", { class: "portrait", style: `background:${colour(id)}`, "aria-hidden": "true" }, initials(name));
}

function tick() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 32 32");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M9 17.5l4.5 4.5L23 11");
  svg.append(path);
  return svg;
}

/** "Kommunpolis · Polisen". */
export function functionOf({ title, organisation }) {
  return [title, organisation].filter(Boolean).join(" · ");
}

/** The organisation as a mark, for those who are not of the workspace's own. */
export function organisationMark({ external, organisation }) {
  return external && organisation ? h("span", { class: "mark mark-external" }, organisation) : null;
}
