// Selects of every kind, checkboxes and radio buttons as fields.

import { chooser } from "./chooser.js";
import { confirmed } from "./dialog.js";
import { h, newId } from "./dom.js";
import { text, words } from "./mrkdwn.js";
import { functionOf } from "./people.js";
import { session } from "./session.js";

function groupsOf(element) {
  return element.option_groups ?? [{ label: null, options: element.options ?? [] }];
}

function peopleGroups() {
  const ids = [...session.people.values()];
  const bot = session.world?.bot;
  const all = ids.map((one) => ({
    value: one.id,
    text: { type: "plain_text", text: one.name, emoji: false },
    description: { type: "plain_text", text: functionOf(one) || " " },
  }));
  if (bot && !session.people.has(bot.id))
    all.push({
      value: bot.id,
      text: { type: "plain_text", text: bot.name },
      description: { type: "plain_text", text: "App" },
    });
  return [{ label: null, options: all }];
}

function conversationGroups(element) {
  const include = element.filter?.include;
  const wanted = (one) => {
    if (element.type.includes("channels")) return one.kind === "channel" && !one.private;
    if (!include) return true;
    return include.includes(one.kind === "im" ? "im" : one.private ? "private" : "public");
  };
  const options = (session.world?.conversations ?? []).filter(wanted).map((one) => ({
    value: one.id,
    text: { type: "plain_text", text: one.kind === "im" ? one.name : `#${one.name}`, emoji: false },
  }));
  return [{ label: null, options }];
}

const KINDS = {
  // kind of select → where its options come from, and the state's key for one and many
  static: { groups: groupsOf, one: "option", placeholder: "Välj …" },
  external: { groups: () => null, one: "option", placeholder: "Sök …" },
  users: { groups: peopleGroups, one: "user", placeholder: "Välj person …", ids: true },
  conversations: { groups: conversationGroups, one: "conversation", placeholder: "Välj samtal …", ids: true },
  channels: { groups: conversationGroups, one: "channel", placeholder: "Välj kanal …", ids: true },
};

function initialChoices(element, kind, many, survivor) {
  const key = `${kind.one}${many ? "s" : ""}`;
  const value = survivor ? survivor[`selected_${key}`] : element[`initial_${key}`];
  const values = many ? (value ?? []) : value ? [value] : [];
  if (!kind.ids) return values;
  const known = kind.groups(element).flatMap(({ options }) => options);
  return values.map(
    (id) => known.find((option) => option.value === id) ?? { value: id, text: { type: "plain_text", text: id } },
  );
}

/** A select, of one or many, as a field. */
export function select(element, context) {
  const many = element.type.startsWith("multi_");
  const kind = KINDS[element.type.replace("multi_", "").replace("_select", "")];
  const key = `selected_${kind.one}${many ? "s" : ""}`;
  const strip = (option) => (kind.ids ? option.value : option);
  const groups = kind.groups(element);
  let before = initialChoices(element, kind, many, context.survivor);
  const made = chooser({
    id: context.inputId,
    label: context.label,
    describedBy: context.describedBy,
    placeholder: words(element.placeholder) || kind.placeholder,
    many,
    most: element.max_selected_items,
    groups,
    least: element.min_query_length ?? 3,
    chosen: before,
    load: groups ? undefined : (typed) => context.options(typed),
    async changed(chosen) {
      if (!(await confirmed(element.confirm))) {
        made.choose(before);
        return;
      }
      before = chosen;
      context.stir("chosen", made.input);
    },
  });
  const read = () => ({
    type: element.type,
    [key]: many ? made.chosen().map(strip) : made.chosen()[0] ? strip(made.chosen()[0]) : null,
  });
  const empty = () => made.chosen().length === 0;
  return { node: made.node, control: made.input, read, empty };
}

/** The types of element `select` makes. */
export const SELECTS = Object.keys(KINDS).flatMap((kind) => [`${kind}_select`, `multi_${kind}_select`]);

/** Checkboxes or radio buttons as a field. */
export function ticks(element, context) {
  const many = element.type === "checkboxes";
  const key = many ? "selected_options" : "selected_option";
  const start = context.survivor
    ? [context.survivor[key]].flat()
    : many
      ? (element.initial_options ?? [])
      : [element.initial_option];
  const name = newId("ticks");
  const inputs = element.options.map((option) =>
    h("input", { type: many ? "checkbox" : "radio", name, checked: start.some((one) => one?.value === option.value) }),
  );
  const chosen = () => element.options.filter((_, index) => inputs[index].checked);
  let before = inputs.map((input) => input.checked);
  const node = h(
    "div",
    {
      class: "ticks",
      role: many ? "group" : "radiogroup",
      "aria-label": context.label,
      "aria-describedby": context.describedBy,
      on: {
        change: async () => {
          if (!(await confirmed(element.confirm))) {
            inputs.forEach((input, index) => {
              input.checked = before[index];
            });
            return;
          }
          before = inputs.map((input) => input.checked);
          context.stir("chosen", inputs[0]);
        },
      },
    },
    element.options.map((option, index) =>
      h(
        "label",
        { class: "tick" },
        inputs[index],
        h(
          "span",
          { class: "option-words" },
          h("span", {}, text(option.text)),
          option.description ? h("small", {}, text(option.description)) : null,
        ),
      ),
    ),
  );
  return {
    node,
    control: inputs[0],
    read: () => ({ type: element.type, [key]: many ? chosen() : (chosen()[0] ?? null) }),
    empty: () => chosen().length === 0,
  };
}
