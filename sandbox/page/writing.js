// What one writes: text, numbers, addresses. And files one sends.

import { fill, h, icon } from "./dom.js";
import { words } from "./mrkdwn.js";
import { count } from "./swedish.js";

const KINDS = {
  plain_text_input: { type: "text", problem: lengthProblem },
  number_input: {
    type: "text",
    inputmode: "decimal",
    problem: numberProblem,
    tidy: (value) => value.replace(",", ".").replace(/[\s ]/g, "").replace(/^[−–]/, "-"),
  },
  email_text_input: {
    type: "email",
    problem: (_, value) =>
      /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : "Skriv en e-postadress, till exempel namn@exempel.se.",
  },
  url_text_input: {
    type: "url",
    problem: (_, value) =>
      /^https?:\/\/[^\s/]+\S*$/i.test(value) ? null : "Skriv en hel webbadress, som börjar med https://.",
  },
};

function lengthProblem({ min_length: least, max_length: most }, value) {
  if (least && value.length < least) return `Skriv minst ${count(least, "tecken", "tecken")}.`;
  return most && value.length > most ? `Skriv högst ${count(most, "tecken", "tecken")} (nu ${value.length}).` : null;
}

function numberProblem({ is_decimal_allowed: decimals, min_value: least, max_value: most }, value) {
  const number = Number(value);
  if (value === "" || Number.isNaN(number)) return "Skriv ett tal.";
  if (!decimals && !Number.isInteger(number)) return "Skriv ett heltal.";
  if (least !== undefined && number < Number(least)) return `Talet ska vara minst ${least}.`;
  return most !== undefined && number > Number(most) ? `Talet ska vara högst ${most}.` : null;
}

/** A line or a box of text, a number, an e-mail address or a web address as a field. */
export function written(element, context) {
  const kind = KINDS[element.type];
  const value = (context.survivor ? context.survivor.value : element.initial_value) ?? "";
  const shared = {
    id: context.inputId,
    class: "written",
    placeholder: words(element.placeholder),
    "aria-label": context.inputId ? null : context.label,
    "aria-describedby": context.describedBy,
    value,
    maxlength: element.type === "plain_text_input" ? (element.max_length ?? 3000) : null,
  };
  const node = element.multiline
    ? h("textarea", { ...shared, rows: "4" })
    : h("input", { ...shared, type: kind.type, inputmode: kind.inputmode, autocomplete: "off" });
  const typed = () => (kind.tidy ? kind.tidy(node.value.trim()) : node.value);
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  node.addEventListener("input", () => context.stir(when.includes("on_character_entered") ? "written" : "quiet", node));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || element.multiline) return;
    event.preventDefault(); // Enter in a field does not send the form, as in Slack
    if (when.includes("on_enter_pressed")) context.stir("entered", node);
  });
  const empty = () => typed().trim() === "";
  return {
    node,
    control: node,
    read: () => ({ type: element.type, value: empty() ? null : typed() }),
    empty,
    problem: () => (empty() ? null : kind.problem(element, typed())),
  };
}

/** Rich text, written plain, as a field. */
export function richTextInput(element, context) {
  const start = context.survivor ? context.survivor.rich_text_value : element.initial_value;
  const node = h("textarea", {
    id: context.inputId,
    class: "written",
    rows: "4",
    placeholder: words(element.placeholder),
    "aria-describedby": context.describedBy,
    value: flat(start),
    on: { input: () => context.stir("quiet", node) },
  });
  const value = () => ({
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text: node.value }] }],
  });
  return {
    node,
    control: node,
    read: () => ({ type: element.type, rich_text_value: node.value.trim() ? value() : null }),
    empty: () => !node.value.trim(),
  };
}

const flat = (rich) =>
  (rich?.elements ?? []).map((part) => (part.elements ?? []).map((piece) => piece.text ?? "").join("")).join("\n");

/** Files as a field: they are uploaded as they are chosen. */
export function fileInput(element, context) {
  const files = [...(context.survivor?.files ?? [])];
  const most = element.max_files ?? 10;
  const types = element.filetypes?.map((type) => `.${type}`).join(",");
  const input = h("input", {
    id: context.inputId,
    type: "file",
    class: "unseen",
    multiple: most > 1,
    accept: types,
    "aria-describedby": context.describedBy,
  });
  const list = h("ul", { class: "files", "aria-live": "polite" });
  const show = (note) =>
    fill(
      list,
      files.map((file) =>
        h(
          "li",
          {},
          icon("file"),
          h("span", {}, file.name),
          h(
            "button",
            {
              type: "button",
              "aria-label": `Ta bort ${file.name}`,
              on: {
                click: () => {
                  files.splice(files.indexOf(file), 1);
                  show();
                },
              },
            },
            icon("close"),
          ),
        ),
      ),
      note ? h("li", { class: "files-note" }, note) : null,
    );
  input.addEventListener("change", async () => {
    for (const chosen of [...input.files].slice(0, most - files.length)) {
      show(`Laddar upp ${chosen.name} …`);
      const answer = await context.upload(chosen);
      if (answer.ok === false) {
        show(answer.error);
        return;
      }
      files.push({ id: answer.id, name: chosen.name, ...(answer.file ?? {}) });
    }
    input.value = "";
    show();
    context.stir("chosen", input);
  });
  show();
  const node = h(
    "div",
    { class: "file-field" },
    input,
    h("label", { class: "button", for: context.inputId }, icon("file"), "Välj fil"),
    list,
  );
  return {
    node,
    control: input,
    read: () => ({ type: element.type, files: [...files] }),
    empty: () => files.length === 0,
  };
}

/** The types of element `written` makes. */
export const WRITTEN = Object.keys(KINDS);
