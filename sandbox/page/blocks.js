// Block Kit's blocks → elements of the page, with the fields in them.

import { h, icon, newId } from "./dom.js";
import { field } from "./elements.js";
import { mrkdwn, text, words } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/**
 * Draws blocks. surface: {press(action, control) → answer, options(blockId, actionId, query), upload(file),
 * survivors (Slack's state values from before), level (of headings)}.
 * Gives {node, fields, state()}: state() is {values: {block_id: {action_id: …}}}.
 */
export function drawBlocks(blocks, surface) {
  const drawing = { surface, fields: [] };
  drawing.state = () => {
    const values = {};
    for (const one of drawing.fields) if (one.read) (values[one.blockId] ??= {})[one.actionId] = one.read();
    return { values };
  };
  drawing.node = h(
    "div",
    { class: "blocks" },
    (blocks ?? []).map((block, index) => draw(block, index, drawing)),
  );
  return drawing;
}

function draw(block, index, drawing) {
  const blockId = block.block_id ?? `block-${index}`;
  const make = BLOCKS[block.type];
  if (!make) return h("p", { class: "unknown" }, `Okänt block: ${block.type}`);
  try {
    const node = make(block, blockId, drawing);
    node.dataset.block = blockId;
    return node;
  } catch (mistake) {
    // one malformed block does not take the rest with it
    console.error(mistake);
    return h("p", { class: "unknown" }, `Det här blocket (${block.type}) går inte att visa.`);
  }
}

function put(element, blockId, drawing, more = {}) {
  const { surface } = drawing;
  const actionId = element.action_id ?? "";
  const press = (action, control) =>
    surface.press(
      { ...action, block_id: blockId, action_id: actionId, action_ts: (Date.now() / 1000).toFixed(6) },
      control,
      drawing.state(),
    );
  const made = field(element, {
    label: words(element.placeholder) || (element.type === "overflow" ? "Fler val" : "Val"),
    required: false,
    ...more,
    press,
    survivor: surface.survivors?.[blockId]?.[actionId],
    options: (typed) => surface.options(blockId, actionId, typed),
    upload: (file) => surface.upload(file),
    stir(kind, control) {
      more.calm?.();
      if (kind !== "quiet" && (more.dispatches ?? true)) press(made.read(), control);
    },
  });
  drawing.fields.push({ ...made, blockId, actionId, element, ...more.asField });
  return made.node;
}

const BLOCKS = {
  header: (block, _, { surface }) => h(`h${surface.level ?? 3}`, { class: "b-header" }, text(block.text)),
  divider: () => h("hr", { class: "b-divider" }),
  rich_text: (block) => h("div", { class: "b-section" }, richText(block)),
  markdown: (block) => h("div", { class: "b-section b-text" }, mrkdwn(asMrkdwn(block.text))),
  section,
  context,
  actions,
  image,
  input,
  table,
};

function section(block, blockId, drawing) {
  const body = h(
    "div",
    { class: "b-text" },
    block.text ? h("div", {}, text(block.text)) : null,
    block.fields
      ? h(
          "div",
          { class: "b-fields" },
          block.fields.map((one) => h("div", {}, text(one))),
        )
      : null,
  );
  if (!block.accessory) return h("div", { class: "b-section" }, body);
  const label = words(block.text)
    .replace(/[*_~`]/g, "")
    .split("\n")[0]
    .slice(0, 90);
  return h(
    "div",
    { class: "b-section b-with-accessory" },
    body,
    h("div", { class: "b-accessory" }, put(block.accessory, blockId, drawing, label ? { label } : {})),
  );
}

function context(block) {
  return h(
    "div",
    { class: "b-context" },
    block.elements.map((element) =>
      element.type === "image" ? field(element, {}).node : h("span", {}, text(element)),
    ),
  );
}

function actions(block, blockId, drawing) {
  return h(
    "div",
    { class: "b-actions" },
    block.elements.map((element) => put(element, blockId, drawing)),
  );
}

function image(block) {
  return h(
    "figure",
    { class: "b-image" },
    block.title ? h("figcaption", {}, text(block.title)) : null,
    field({ ...block, type: "image" }, {}).node,
  );
}

function input(block, blockId, drawing) {
  const id = newId("field");
  const grouped = ["checkboxes", "radio_buttons", "datetimepicker"].includes(block.element.type);
  const label = words(block.label);
  const problem = h("p", { id: `${id}-problem`, class: "problem", role: "alert", hidden: true });
  const hint = block.hint ? h("p", { id: `${id}-hint`, class: "hint" }, text(block.hint)) : null;
  const required = !block.optional;
  const caption = [label, required ? null : h("span", { class: "optional" }, "valfritt")];
  const node = h("div", { class: "b-input" });
  const showProblem = (sentence) => {
    problem.replaceChildren(...(sentence ? [icon("warning"), sentence] : []));
    problem.hidden = !sentence;
    node.classList.toggle("b-input-wrong", Boolean(sentence));
    const { control } = drawing.fields.find((one) => one.blockId === blockId && one.showProblem) ?? {};
    if (sentence) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  };
  const made = put(block.element, blockId, drawing, {
    label,
    inputId: id,
    required,
    describedBy: hint ? `${hint.id} ${problem.id}` : problem.id,
    dispatches: block.dispatch_action === true,
    calm: () => showProblem(null),
    asField: { required, showProblem, label },
  });
  node.append(
    grouped ? h("p", { class: "label" }, caption) : h("label", { class: "label", for: id }, caption),
    made,
    ...(hint ? [hint] : []),
    problem,
  );
  const { control } = drawing.fields.at(-1);
  if (required && control && !grouped) control.setAttribute("aria-required", "true");
  return node;
}

function table(block) {
  const cell = (one, tag) => h(tag, {}, one.type === "rich_text" ? richText(one) : (one.text ?? ""));
  const [head, ...rows] = block.rows;
  return h(
    "div",
    { class: "b-table" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((one) => cell(one, "th")),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            row.map((one) => cell(one, "td")),
          ),
        ),
      ),
    ),
  );
}

/** The little of standard markdown a markdown block needs, as mrkdwn. */
function asMrkdwn(source) {
  return source
    .replace(/\*\*(.+?)\*\*/g, "*$1*")
    .replace(/^#{1,6} +(.+)$/gm, "*$1*")
    .replace(/^[-*] +/gm, "• ")
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, "<$2|$1>");
}

/** Every field's problem, shown at it. Gives the first field that has one, or null. */
export function firstProblem(drawing) {
  let first = null;
  for (const one of drawing.fields.filter(({ showProblem }) => showProblem)) {
    const sentence = one.problem?.() ?? (one.required && one.empty?.() ? "Fyll i det här fältet." : null);
    one.showProblem(sentence);
    if (sentence) first ??= one;
  }
  return first;
}

/** Shows the errors an app answered with, {block_id: text}. Gives the first field that has one, or null. */
export function showErrors(drawing, errors) {
  let first = null;
  for (const one of drawing.fields.filter(({ showProblem }) => showProblem)) {
    const sentence = errors[one.blockId];
    if (!sentence) continue;
    one.showProblem(sentence);
    first ??= one;
  }
  return first;
}
