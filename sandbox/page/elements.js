// Block Kit's interactive elements. Each becomes {node, control, read(), problem()}: read() is Slack's state for it,
// problem() a Swedish sentence when what is filled in cannot be sent.

import { confirmed } from "./dialog.js";
import { dateField, timeField } from "./calendar.js";
import { chooser } from "./chooser.js";
import { fill, h, icon, newId } from "./dom.js";
import { closesOnEscape, floating } from "./floating.js";
import { text, words } from "./mrkdwn.js";
import { functionOf } from "./people.js";
import { session } from "./session.js";
import { civil, count, unixOf } from "./swedish.js";

/**
 * The element of Block Kit as a field. context: {label, describedBy, inputId, survivor, required, press(action), options(query), upload(file),
 * stir(kind)}; `survivor` is the state this field had before the view was drawn anew, stir tells that the value changed.
 */
export function field(element, context) {
  const make = MAKERS[element.type];
  if (!make) return { node: h("span", { class: "unknown" }, `Okänt element: ${element.type}`), control: null };
  return make(element, context);
}

const placeholderOf = (element, otherwise) => words(element.placeholder) || otherwise;

function button(element, { press }) {
  const look = { primary: "button-primary", danger: "button-danger" }[element.style] ?? "";
  const node = h("button", { type: "button", class: `button ${look}`, "aria-label": element.accessibility_label ?? null, data: { action: element.action_id } }, text(element.text));
  if (element.url) node.append(h("span", { class: "unseen" }, " (öppnas i en ny flik)"));
  node.addEventListener("click", async () => {
    if (!(await confirmed(element.confirm))) return;
    if (element.url) open(element.url, "_blank", "noopener");
    await press({ type: "button", text: element.text, value: element.value, style: element.style }, node);
  });
  return { node, control: node };
}

// ---- choosing from lists -------------------------------------------------------------------------------------------

function groupsOf(element) {
  return element.option_groups ?? [{ label: null, options: element.options ?? [] }];
}

function peopleGroups() {
  const ids = [...session.people.values()];
  const bot = session.world?.bot;
  const all = ids.map((one) => ({ value: one.id, text: { type: "plain_text", text: one.name, emoji: false }, description: { type: "plain_text", text: functionOf(one) || " " } }));
  if (bot && !session.people.has(bot.id)) all.push({ value: bot.id, text: { type: "plain_text", text: bot.name }, description: { type: "plain_text", text: "App" } });
  return [{ label: null, options: all }];
}

function conversationGroups(element) {
  const include = element.filter?.include;
  const wanted = (one) => {
    if (element.type.includes("channels")) return one.kind === "channel" && !one.private;
    if (!include) return true;
    return include.includes(one.kind === "im" ? "im" : one.private ? "private" : "public");
  };
  const options = (session.world?.conversations ?? []).filter(wanted).map((one) => ({ value: one.id, text: { type: "plain_text", text: one.kind === "im" ? one.name : `#${one.name}`, emoji: false } }));
  return [{ label: null, options }];
}

const CHOICES = { // kind of select → where its options come from, and the state's key for one and many
  static: { groups: groupsOf, one: "option", placeholder: "Välj …" },
  external: { groups: () => null, one: "option", placeholder: "Sök …" },
  users: { groups: peopleGroups, one: "user", placeholder: "Välj person …", ids: true },
  conversations: { groups: conversationGroups, one: "conversation", placeholder: "Välj samtal …", ids: true },
  channels: { groups: conversationGroups, one: "channel", placeholder: "Välj kanal …", ids: true },
};

function initialChoices(element, kind, many, survivor) {
  const key = `${kind.one}${many ? "s" : ""}`;
  const value = survivor ? survivor[`selected_${key}`] : element[`initial_${key}`];
  const values = many ? value ?? [] : value ? [value] : [];
  if (!kind.ids) return values;
  const known = kind.groups(element).flatMap(({ options }) => options);
  return values.map((id) => known.find((option) => option.value === id) ?? { value: id, text: { type: "plain_text", text: id } });
}

function select(element, context) {
  const many = element.type.startsWith("multi_");
  const kind = CHOICES[element.type.replace("multi_", "").replace("_select", "")];
  const key = `selected_${kind.one}${many ? "s" : ""}`;
  const strip = (option) => (kind.ids ? option.value : option);
  const groups = kind.groups(element);
  let before = initialChoices(element, kind, many, context.survivor);
  const made = chooser({
    id: context.inputId, label: context.label, describedBy: context.describedBy, placeholder: placeholderOf(element, kind.placeholder), many,
    most: element.max_selected_items, groups, least: element.min_query_length ?? 3, chosen: before,
    load: groups ? undefined : (typed) => context.options(typed),
    async changed(chosen) {
      if (!(await confirmed(element.confirm))) { made.choose(before); return; }
      before = chosen;
      context.stir("chosen", made.input);
    },
  });
  const read = () => ({ type: element.type, [key]: many ? made.chosen().map(strip) : made.chosen()[0] ? strip(made.chosen()[0]) : null });
  const empty = () => made.chosen().length === 0;
  return { node: made.node, control: made.input, read, empty };
}

function overflow(element, { press, label }) {
  const opener = h("button", { type: "button", class: "button button-icon", "aria-label": label || "Fler val", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("more"));
  const menu = h("div", { class: "options menu", role: "menu" });
  const node = h("span", { class: "choose-wrap" }, opener, menu);
  const popup = floating(opener, menu, () => opener.setAttribute("aria-expanded", "false"));
  fill(menu, element.options.map((option) => h("button", {
    type: "button", role: "menuitem", class: "option",
    on: { click: async () => {
      popup.close();
      opener.focus();
      if (!(await confirmed(element.confirm))) return;
      if (option.url) open(option.url, "_blank", "noopener");
      await press({ type: "overflow", selected_option: option }, opener);
    } },
  }, h("span", { class: "option-words" }, h("span", {}, text(option.text)), option.description ? h("small", {}, text(option.description)) : null))));
  opener.addEventListener("click", () => {
    if (popup.isOpen()) { popup.close(); return; }
    popup.open();
    opener.setAttribute("aria-expanded", "true");
    menu.firstChild.focus();
  });
  node.addEventListener("keydown", (event) => {
    if (closesOnEscape(event, popup)) { opener.focus(); return; }
    const items = [...menu.children];
    const step = { ArrowDown: 1, ArrowUp: items.length - 1 }[event.key];
    if (!step || !popup.isOpen()) return;
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step) % items.length].focus();
  });
  return { node, control: opener };
}

// ---- boxes and rings -----------------------------------------------------------------------------------------------

function ticks(element, context) {
  const many = element.type === "checkboxes";
  const key = many ? "selected_options" : "selected_option";
  const start = context.survivor ? [context.survivor[key]].flat() : many ? element.initial_options ?? [] : [element.initial_option];
  const name = newId("ticks");
  const inputs = element.options.map((option) => h("input", { type: many ? "checkbox" : "radio", name, checked: start.some((one) => one?.value === option.value) }));
  const chosen = () => element.options.filter((_, index) => inputs[index].checked);
  let before = inputs.map((input) => input.checked);
  const node = h("div", { class: "ticks", role: many ? "group" : "radiogroup", "aria-label": context.label, "aria-describedby": context.describedBy, on: { change: async () => {
    if (!(await confirmed(element.confirm))) { inputs.forEach((input, index) => { input.checked = before[index]; }); return; }
    before = inputs.map((input) => input.checked);
    context.stir("chosen", inputs[0]);
  } } }, element.options.map((option, index) => h("label", { class: "tick" }, inputs[index], h("span", { class: "option-words" }, h("span", {}, text(option.text)), option.description ? h("small", {}, text(option.description)) : null))));
  return { node, control: inputs[0], read: () => ({ type: element.type, [key]: many ? chosen() : chosen()[0] ?? null }), empty: () => chosen().length === 0 };
}

// ---- dates and times -----------------------------------------------------------------------------------------------

const today = () => (session.world?.clock?.now ? civil(new Date(session.world.clock.now)).date : civil(new Date()).date);

function datepicker(element, context) {
  const made = dateField({
    id: context.inputId, label: context.label, describedBy: context.describedBy, placeholder: placeholderOf(element, "ÅÅÅÅ-MM-DD"),
    date: context.survivor ? context.survivor.selected_date : element.initial_date, today: today(),
    async changed() { if (await confirmed(element.confirm)) context.stir("chosen", made.input); },
  });
  return {
    node: made.node, control: made.input, read: () => ({ type: element.type, selected_date: made.date() ?? null }), empty: () => made.date() === null,
    problem: () => (made.date() === undefined ? "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-02-09." : null),
  };
}

function timepicker(element, context) {
  const made = timeField({
    id: context.inputId, label: context.label, describedBy: context.describedBy, placeholder: placeholderOf(element, "TT.MM"),
    time: context.survivor ? context.survivor.selected_time : element.initial_time, changed: () => context.stir("chosen", made.input),
  });
  return {
    node: made.node, control: made.input, read: () => ({ type: element.type, selected_time: made.time() ?? null }), empty: () => made.time() === null,
    problem: () => (made.time() === undefined ? "Skriv tiden som 13.00." : null),
  };
}

function datetimepicker(element, context) {
  const unix = context.survivor ? context.survivor.selected_date_time : element.initial_date_time;
  const start = unix ? civil(new Date(unix * 1000)) : { date: null, time: null };
  const changed = () => { if (read().selected_date_time !== null) context.stir("chosen", date.input); };
  const date = dateField({ id: context.inputId, label: `${context.label}, datum`, describedBy: context.describedBy, date: start.date, today: today(), changed });
  const time = timeField({ label: `${context.label}, klockslag`, describedBy: context.describedBy, time: start.time, changed });
  const read = () => ({ type: element.type, selected_date_time: date.date() && time.time() ? unixOf(date.date(), time.time()) : null });
  const problem = () => {
    if (date.date() === undefined) return "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-02-09.";
    if (time.time() === undefined) return "Skriv tiden som 13.00.";
    return Boolean(date.date()) === Boolean(time.time()) ? null : "Fyll i både datum och klockslag.";
  };
  return { node: h("div", { class: "pair" }, date.node, time.node), control: date.input, read, problem, empty: () => !date.date() && !time.time() };
}

// ---- writing -------------------------------------------------------------------------------------------------------

const WRITTEN = {
  plain_text_input: { type: "text", problem: lengthProblem },
  number_input: { type: "text", inputmode: "decimal", problem: numberProblem, tidy: (value) => value.replace(",", ".").replace(/[\s ]/g, "").replace(/^[−–]/, "-") },
  email_text_input: { type: "email", problem: (_, value) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : "Skriv en e-postadress, till exempel namn@exempel.se.") },
  url_text_input: { type: "url", problem: (_, value) => (/^https?:\/\/[^\s/]+\S*$/i.test(value) ? null : "Skriv en hel webbadress, som börjar med https://.") },
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

function written(element, context) {
  const kind = WRITTEN[element.type];
  const value = (context.survivor ? context.survivor.value : element.initial_value) ?? "";
  const shared = { id: context.inputId, class: "written", placeholder: placeholderOf(element, ""), "aria-label": context.inputId ? null : context.label, "aria-describedby": context.describedBy, value, maxlength: element.type === "plain_text_input" ? element.max_length ?? 3000 : null };
  const node = element.multiline ? h("textarea", { ...shared, rows: "4" }) : h("input", { ...shared, type: kind.type, inputmode: kind.inputmode, autocomplete: "off" });
  const typed = () => (kind.tidy ? kind.tidy(node.value.trim()) : node.value);
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  node.addEventListener("input", () => context.stir(when.includes("on_character_entered") ? "written" : "quiet", node));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || element.multiline) return;
    event.preventDefault(); // Enter in a field does not send the form, as in Slack
    if (when.includes("on_enter_pressed")) context.stir("entered", node);
  });
  const empty = () => typed().trim() === "";
  return { node, control: node, read: () => ({ type: element.type, value: empty() ? null : typed() }), empty, problem: () => (empty() ? null : kind.problem(element, typed())) };
}

function richTextInput(element, context) {
  const start = context.survivor ? context.survivor.rich_text_value : element.initial_value;
  const node = h("textarea", { id: context.inputId, class: "written", rows: "4", placeholder: placeholderOf(element, ""), "aria-describedby": context.describedBy, value: flat(start), on: { input: () => context.stir("quiet", node) } });
  const value = () => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: node.value }] }] });
  return { node, control: node, read: () => ({ type: element.type, rich_text_value: node.value.trim() ? value() : null }), empty: () => !node.value.trim() };
}

const flat = (rich) => (rich?.elements ?? []).map((part) => (part.elements ?? []).map((piece) => piece.text ?? "").join("")).join("\n");

function fileInput(element, context) {
  const files = [...(context.survivor?.files ?? [])];
  const most = element.max_files ?? 10;
  const types = element.filetypes?.map((type) => `.${type}`).join(",");
  const input = h("input", { id: context.inputId, type: "file", class: "unseen", multiple: most > 1, accept: types, "aria-describedby": context.describedBy });
  const list = h("ul", { class: "files", "aria-live": "polite" });
  const show = (note) => fill(list, files.map((file) => h("li", {}, icon("file"), h("span", {}, file.name), h("button", { type: "button", "aria-label": `Ta bort ${file.name}`, on: { click: () => { files.splice(files.indexOf(file), 1); show(); } } }, icon("close")))), note ? h("li", { class: "files-note" }, note) : null);
  input.addEventListener("change", async () => {
    for (const chosen of [...input.files].slice(0, most - files.length)) {
      show(`Laddar upp ${chosen.name} …`);
      const answer = await context.upload(chosen);
      if (answer.ok === false) { show(answer.error); return; }
      files.push({ id: answer.id, name: chosen.name, ...(answer.file ?? {}) });
    }
    input.value = "";
    show();
    context.stir("chosen", input);
  });
  show();
  const node = h("div", { class: "file-field" }, input, h("label", { class: "button", for: context.inputId }, icon("file"), "Välj fil"), list);
  return { node, control: input, read: () => ({ type: element.type, files: [...files] }), empty: () => files.length === 0 };
}

function picture(element) {
  const source = element.image_url ?? element.slack_file?.url ?? "";
  const node = /^(https?:|data:image\/|\/)/.test(source) ? h("img", { class: "accessory-image", src: source, alt: element.alt_text ?? "", loading: "lazy" }) : h("span", { class: "unknown" }, element.alt_text ?? "Bild");
  return { node, control: null };
}

const MAKERS = {
  button, overflow, datepicker, timepicker, datetimepicker, image: picture, checkboxes: ticks, radio_buttons: ticks, file_input: fileInput, rich_text_input: richTextInput,
  ...Object.fromEntries(Object.keys(WRITTEN).map((type) => [type, written])),
  ...Object.fromEntries(Object.keys(CHOICES).flatMap((kind) => [`${kind}_select`, `multi_${kind}_select`]).map((type) => [type, select])),
};
