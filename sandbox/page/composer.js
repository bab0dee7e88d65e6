// Where one writes: a message or a slash command, with the commands and their words shown while typing.

import { tell } from "./api.js";
import { folded } from "./chooser.js";
import { announce, fill, h, icon, newId } from "./dom.js";
import { session } from "./session.js";
import { count } from "./swedish.js";

const drafts = new Map(); // "me/channel" → what was written and not sent
const lastSent = new Map(); // "me/channel" → what was sent last, for arrow up

/** The composer of one conversation. Gives {node, focus()}. */
export function composer(place) {
  const key = `${session.me}/${place.id}`;
  const id = newId("write");
  const list = h("div", {
    id: `${id}-list`,
    class: "completions",
    role: "listbox",
    "aria-label": "Kommandon",
    hidden: true,
  });
  const usage = h("p", { class: "usage", hidden: true });
  const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
  const target = place.kind === "im" ? place.name : `#${place.name}`;
  const box = h("textarea", {
    id,
    rows: "1",
    placeholder: `Skriv till ${target}`,
    "aria-label": `Meddelande till ${target}`,
    "aria-controls": list.id,
    "aria-autocomplete": "list",
    "aria-describedby": `${id}-help`,
    value: drafts.get(key) ?? "",
  });
  const sender = h(
    "button",
    { type: "button", class: "send", "aria-label": "Skicka", on: { click: () => send() } },
    icon("send"),
  );
  let matches = [];
  let active = -1;
  let sending = false;

  function measure() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
    sender.disabled = !box.value.trim();
  }

  function look() {
    drafts.set(key, box.value);
    measure();
    const typed = box.value;
    const name = typed.match(/^\/\S*$/) ? folded(typed.slice(1)) : null;
    const all = session.world?.commands ?? [];
    matches = name === null ? [] : all.filter(({ command }) => folded(command.slice(1)).startsWith(name));
    if (name !== null && !matches.length)
      matches = all.filter((one) => folded(`${one.command} ${one.description}`).includes(name));
    drawList();
    const whole = typed.match(/^(\/\S+)\s/);
    const command = whole && all.find((one) => one.command === whole[1]);
    fill(
      usage,
      command ? [h("code", {}, `${command.command} ${command.usage_hint ?? ""}`.trim()), " ", command.description] : [],
    );
    usage.hidden = !command;
  }

  function drawList() {
    const was = list.hidden;
    list.hidden = matches.length === 0;
    fill(
      list,
      matches.map((one, index) =>
        h(
          "div",
          {
            id: `${id}-${index}`,
            role: "option",
            class: "completion",
            "aria-selected": "false",
            on: {
              mousedown: (event) => {
                event.preventDefault();
                complete(one);
              },
            },
          },
          h("span", { class: "completion-name" }, one.command),
          one.usage_hint ? h("span", { class: "completion-hint" }, one.usage_hint) : null,
          h("span", { class: "completion-words" }, one.description),
        ),
      ),
    );
    mark(matches.length ? 0 : -1);
    if (was && matches.length)
      announce(`${count(matches.length, "kommando", "kommandon")}. Välj med piltangenterna och Tabb.`);
  }

  function mark(index) {
    active = index;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    if (index < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", `${id}-${index}`);
      list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  function complete(one) {
    box.value = `${one.command} `;
    box.focus();
    look();
  }

  async function send() {
    const text = box.value.trim();
    if (!text || sending) return;
    sending = true;
    lastSent.set(key, text);
    trouble.hidden = true;
    node.classList.add("sending");
    box.value = "";
    look();
    const answer = await tell("say", { as: session.me, channel: place.id, text });
    sending = false;
    node.classList.remove("sending");
    if (answer.ok === false) {
      if (!box.value) box.value = text; // nothing a person typed is lost
      drafts.set(key, box.value);
      measure();
      fill(trouble, icon("warning"), answer.error);
      trouble.hidden = false;
    }
  }

  box.addEventListener("input", () => {
    trouble.hidden = true;
    look();
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const listed = !list.hidden;
    if (listed && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      mark((active + (event.key === "ArrowDown" ? 1 : matches.length - 1)) % matches.length);
    } else if (listed && event.key === "Escape") {
      matches = [];
      drawList();
    } else if (listed && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      complete(matches[active]);
    } else if (event.key === "ArrowUp" && !box.value && lastSent.has(key)) {
      event.preventDefault();
      box.value = lastSent.get(key);
      measure();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (listed && matches[active].command !== box.value.trim()) complete(matches[active]);
      else send();
    }
  });

  const node = h(
    "div",
    { class: "composer" },
    list,
    trouble,
    usage,
    h("div", { class: "composer-box" }, box, sender),
    h(
      "p",
      { id: `${id}-help`, class: "composer-help" },
      h("kbd", {}, "/"),
      " visar kommandon · ",
      h("kbd", {}, "Enter"),
      " skickar · ",
      h("kbd", {}, "Skift + Enter"),
      " ny rad",
    ),
  );
  requestAnimationFrame(look);
  return { node, focus: () => box.focus() };
}
