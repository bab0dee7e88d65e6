// Dialogs: the browser's own <dialog> keeps the focus inside and gives it back afterwards.

import { h, newId } from "./dom.js";
import { text, words } from "./mrkdwn.js";

/** Opens a dialog above the page; on close it is removed. Returns the element. */
export function openDialog(dialog) {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    (before?.isConnected && before !== document.body ? before : document.getElementById("middle")).focus();
  });
  dialog.showModal();
  return dialog;
}

/** Asks "are you sure" as Slack's confirm object says. Gives a promise of true or false. */
export function confirmed(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((decided) => {
    const titleId = newId("sure");
    const finish = (answer) => {
      decided(answer);
      dialog.close();
    };
    const yes = h(
      "button",
      {
        type: "button",
        class: `button ${confirm.style === "danger" ? "button-danger" : "button-primary"}`,
        on: { click: () => finish(true) },
      },
      words(confirm.confirm ?? "Ja"),
    );
    const dialog = h(
      "dialog",
      {
        class: "sheet sheet-small",
        role: "alertdialog",
        "aria-labelledby": titleId,
        "aria-describedby": `${titleId}-text`,
        on: { cancel: () => decided(false) },
      },
      h("div", { class: "sheet-head" }, h("h2", { id: titleId }, words(confirm.title ?? "Är du säker?"))),
      h("div", { class: "sheet-body", id: `${titleId}-text` }, text(confirm.text)),
      h(
        "div",
        { class: "sheet-foot" },
        h(
          "button",
          { type: "button", class: "button", on: { click: () => finish(false) } },
          words(confirm.deny ?? "Avbryt"),
        ),
        yes,
      ),
    );
    openDialog(dialog);
    yes.focus();
  });
}
