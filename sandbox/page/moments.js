// Date, time, and both together, as fields.

import { dateField, timeField } from "./calendar.js";
import { confirmed } from "./dialog.js";
import { h } from "./dom.js";
import { words } from "./mrkdwn.js";
import { session } from "./session.js";
import { civil, unixOf } from "./swedish.js";

const today = () =>
  session.world?.clock?.now ? civil(new Date(session.world.clock.now)).date : civil(new Date()).date;

/** A date as a field. */
export function datepicker(element, context) {
  const made = dateField({
    id: context.inputId,
    label: context.label,
    describedBy: context.describedBy,
    placeholder: words(element.placeholder),
    date: context.survivor ? context.survivor.selected_date : element.initial_date,
    today: today(),
    async changed() {
      if (await confirmed(element.confirm)) context.stir("chosen", made.input);
    },
  });
  return {
    node: made.node,
    control: made.input,
    read: () => ({ type: element.type, selected_date: made.date() ?? null }),
    empty: () => made.date() === null,
    problem: () => (made.date() === undefined ? "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-02-09." : null),
  };
}

/** A time of day as a field. */
export function timepicker(element, context) {
  const made = timeField({
    id: context.inputId,
    label: context.label,
    describedBy: context.describedBy,
    placeholder: words(element.placeholder),
    time: context.survivor ? context.survivor.selected_time : element.initial_time,
    changed: () => context.stir("chosen", made.input),
  });
  return {
    node: made.node,
    control: made.input,
    read: () => ({ type: element.type, selected_time: made.time() ?? null }),
    empty: () => made.time() === null,
    problem: () => (made.time() === undefined ? "Skriv tiden som 13.00." : null),
  };
}

/** A date with a time, as Unix seconds, as a field. */
export function datetimepicker(element, context) {
  const unix = context.survivor ? context.survivor.selected_date_time : element.initial_date_time;
  const start = unix ? civil(new Date(unix * 1000)) : { date: null, time: null };
  const changed = () => {
    if (read().selected_date_time !== null) context.stir("chosen", date.input);
  };
  const date = dateField({
    id: context.inputId,
    label: `${context.label}, datum`,
    describedBy: context.describedBy,
    date: start.date,
    today: today(),
    changed,
  });
  const time = timeField({
    label: `${context.label}, klockslag`,
    describedBy: context.describedBy,
    time: start.time,
    changed,
  });
  const read = () => ({
    type: element.type,
    selected_date_time: date.date() && time.time() ? unixOf(date.date(), time.time()) : null,
  });
  const problem = () => {
    if (date.date() === undefined) return "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-02-09.";
    if (time.time() === undefined) return "Skriv tiden som 13.00.";
    return Boolean(date.date()) === Boolean(time.time()) ? null : "Fyll i både datum och klockslag.";
  };
  return {
    node: h("div", { class: "pair" }, date.node, time.node),
    control: date.input,
    read,
    problem,
    empty: () => !date.date() && !time.time(),
  };
}
