// Buttons and the menu behind three dots.

import { confirmed } from "./dialog.js";
import { fill, h, icon } from "./dom.js";
import { closesOnEscape, floating } from "./floating.js";
import { text } from "./mrkdwn.js";

/** A button as a field. */
export function button(element, { press }) {
  const look = { primary: "button-primary", danger: "button-danger" }[element.style] ?? "";
  const node = h(
    "button",
    {
      type: "button",
      class: `button ${look}`,
      "aria-label": element.accessibility_label ?? null,
      data: { action: element.action_id },
    },
    text(element.text),
  );
  if (element.url) node.append(h("span", { class: "unseen" }, " (öppnas i en ny flik)"));
  node.addEventListener("click", async () => {
    if (!(await confirmed(element.confirm))) return;
    if (element.url) open(element.url, "_blank", "noopener");
    await press({ type: "button", text: element.text, value: element.value, style: element.style }, node);
  });
  return { node, control: node };
}

/** An overflow menu as a field. */
export function overflow(element, { press, label }) {
  const opener = h(
    "button",
    {
      type: "button",
      class: "button button-icon",
      "aria-label": label || "Fler val",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    icon("more"),
  );
  const menu = h("div", { class: "options menu", role: "menu" });
  const node = h("span", { class: "choose-wrap" }, opener, menu);
  const popup = floating(opener, menu, () => opener.setAttribute("aria-expanded", "false"));
  fill(
    menu,
    element.options.map((option) =>
      h(
        "button",
        {
          type: "button",
          role: "menuitem",
          class: "option",
          on: {
            click: async () => {
              popup.close();
              opener.focus();
              if (!(await confirmed(element.confirm))) return;
              if (option.url) open(option.url, "_blank", "noopener");
              await press({ type: "overflow", selected_option: option }, opener);
            },
          },
        },
        h(
          "span",
          { class: "option-words" },
          h("span", {}, text(option.text)),
          option.description ? h("small", {}, text(option.description)) : null,
        ),
      ),
    ),
  );
  opener.addEventListener("click", () => {
    if (popup.isOpen()) {
      popup.close();
      return;
    }
    popup.open();
    opener.setAttribute("aria-expanded", "true");
    menu.firstChild.focus();
  });
  node.addEventListener("keydown", (event) => {
    if (closesOnEscape(event, popup)) {
      opener.focus();
      return;
    }
    const items = [...menu.children];
    const step = { ArrowDown: 1, ArrowUp: items.length - 1 }[event.key];
    if (!step || !popup.isOpen()) return;
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step) % items.length].focus();
  });
  return { node, control: opener };
}
