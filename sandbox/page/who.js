// Choosing who one is: everybody by organisation, with name and function.

import { folded } from "./chooser.js";
import { openDialog } from "./dialog.js";
import { fill, h, icon } from "./dom.js";
import { portrait } from "./people.js";
import { session } from "./session.js";

/** A dialog with everybody; calls chosen(id). Without `me` it is the welcome, and cannot be closed without a choice. */
export function chooseWho(chosen) {
  const first = !session.me;
  const list = h("div", { class: "who-list" });
  const search = h("input", {
    type: "search",
    class: "written",
    placeholder: "Sök på namn, funktion eller organisation",
    "aria-label": "Sök person",
    autocomplete: "off",
  });
  const dialog = h(
    "dialog",
    { class: first ? "sheet sheet-who welcome" : "sheet sheet-who", "aria-labelledby": "who-title" },
    h(
      "div",
      { class: "sheet-head" },
      h(
        "div",
        {},
        h("h2", { id: "who-title" }, first ? "Välkommen! Vem vill du vara?" : "Byt person"),
        h("p", { class: "quiet" }, "Alla personer är påhittade. Du ser och gör det som personen får se och göra."),
      ),
      first
        ? null
        : h(
            "button",
            { type: "button", class: "sheet-close", "aria-label": "Stäng", on: { click: () => dialog.close() } },
            icon("close"),
          ),
    ),
    h("div", { class: "who-search" }, search),
    h("div", { class: "sheet-body" }, list),
  );

  function draw() {
    const wanted = folded(search.value.trim());
    const fits = (one) => folded(`${one.name} ${one.title} ${one.organisation}`).includes(wanted);
    const found = [...session.people.values()].filter(fits);
    const organisations = [...new Set(found.map(({ organisation }) => organisation))];
    fill(
      list,
      organisations.map((organisation) =>
        h(
          "section",
          {},
          h("h3", {}, organisation || "Övriga"),
          h("ul", { class: "who-group" }, found.filter((one) => one.organisation === organisation).map(row)),
        ),
      ),
      found.length ? null : h("p", { class: "quiet" }, "Ingen passar in på det."),
    );
  }

  function row(one) {
    const isMe = one.id === session.me;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: isMe ? "who who-me" : "who",
          "aria-current": isMe ? "true" : null,
          data: { person: one.id },
          on: {
            click: () => {
              dialog.close();
              chosen(one.id);
            },
          },
        },
        portrait(one.id),
        h("span", { class: "who-words" }, h("strong", {}, one.name), h("small", {}, one.title || "Utan funktion")),
        isMe ? icon("tick") : null,
      ),
    );
  }

  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") list.querySelector("button")?.click();
  });
  if (first) dialog.addEventListener("cancel", (event) => event.preventDefault());
  draw();
  openDialog(dialog);
  search.focus();
}
