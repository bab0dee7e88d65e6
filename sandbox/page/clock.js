// The clock of the rehearsal: what day it is, and steps forward to the next reminder, a day or a week.

import { ask, tell } from "./api.js";
import { dateField } from "./calendar.js";
import { announce, fill, h, icon } from "./dom.js";
import { session } from "./session.js";
import {
  civil,
  clockTime,
  count,
  dayOf,
  longDate,
  monthName,
  shortDate,
  week,
  weekdayName,
  yearOf,
} from "./swedish.js";

let stepping = null; // the step under way
let told = []; // what the last step brought
let trouble = null;
let upcoming = null; // when the next reminder is said to come

const STEPS = { reminder: "Nästa påminnelse", day: "+1 dag", week: "+1 vecka" };

/** Draws the clock in `node`; `after` is called when a step is done. */
export function drawClock(node, after) {
  const clock = session.world?.clock;
  if (!clock) {
    fill(node);
    return;
  }
  const writing = node.querySelector(".steps-to")?.contains(document.activeElement);
  if (writing && !stepping) return; // one is choosing a date just now
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.step : null;
  const { date, time } = civil(new Date(clock.now));
  const go = (request) => step(node, request, after);
  fill(
    node,
    h(
      "div",
      { class: "clock-inner" },
      h(
        "div",
        { class: "clock-head" },
        h("h2", {}, clock.rehearsal ? "Övningens klocka" : "Klockan"),
        h(
          "button",
          { type: "button", class: "clock-shut", "aria-label": "Stäng klockan", on: { click: shut } },
          icon("close"),
        ),
      ),
      h(
        "div",
        {
          class: "leaf",
          role: "img",
          "aria-label": `${longDate(date)}, vecka ${week(date)}, klockan ${clockTime(time)}`,
        },
        h("span", { class: "leaf-weekday" }, weekdayName(date)),
        h("span", { class: "leaf-day" }, String(dayOf(date))),
        h("span", { class: "leaf-month" }, `${monthName(date)} ${yearOf(date)}`),
        h("span", { class: "leaf-time" }, `vecka ${week(date)} · kl. ${clockTime(time)}`),
      ),
      clock.rehearsal ? steps(go) : h("p", { class: "quiet" }, "Klockan går som vanligt och kan inte flyttas."),
      result(),
      clock.rehearsal ? toDate(date, go) : null,
    ),
  );
  if (focused)
    (node.querySelector(`[data-step="${focused}"]:not(:disabled)`) ?? node.querySelector("[data-step]"))?.focus();
}

/** "mån 11 jan" and "08.00", for the head of a narrow page. */
export function clockChip() {
  const { date, time } = civil(new Date(session.world.clock.now));
  return [h("span", {}, shortDate(date).split(" ").slice(0, 3).join(" ")), h("span", {}, clockTime(time))];
}

function shut() {
  document.body.classList.remove("clock-open");
  document.getElementById("clock-chip")?.focus();
}

function steps(go) {
  const button = (name, look) =>
    h(
      "button",
      {
        type: "button",
        class: `button ${look}`,
        data: { step: name },
        "aria-disabled": stepping ? "true" : null,
        on: {
          click: () => {
            if (!stepping) go({ step: name });
          },
        },
      },
      stepping === name ? h("span", { class: "spin spin-on", "aria-hidden": "true" }) : null,
      stepping === name && name === "reminder" ? "Spolar fram …" : STEPS[name],
      stepping === name || name !== "reminder" ? null : icon("right"),
    );
  return h("div", { class: "steps" }, button("reminder", "button-primary"), button("day", ""), button("week", ""));
}

function toDate(date, go) {
  const to = dateField({
    label: "Gå till datum",
    today: date,
    changed: (chosen) => {
      if (chosen && !stepping) go({ to: chosen });
    },
  });
  to.input.dataset.step = "to";
  return h("div", { class: "steps-to" }, h("label", { class: "label", for: to.input.id }, "Gå till datum"), to.node);
}

function result() {
  if (stepping)
    return h(
      "div",
      { class: "happened", "aria-busy": "true" },
      h("div", { class: "bar", role: "progressbar", "aria-label": "Spolar fram" }),
      h("p", { class: "quiet" }, "Spolar fram …"),
    );
  if (trouble) return h("p", { class: "trouble", role: "alert" }, icon("warning"), trouble);
  if (!told.length) return null;
  return h(
    "div",
    { class: "happened" },
    told.map((one) =>
      typeof one === "string"
        ? h("p", {}, one)
        : h(
            "button",
            {
              type: "button",
              class: "happened-place",
              data: { jump: one.id },
              on: {
                click: () => {
                  document.body.classList.remove("clock-open");
                  session.go(one.id, one.ts, { focus: true });
                },
              },
            },
            h("span", {}, one.name),
            h("span", { class: "happened-count" }, one.count ? count(one.count, "nytt", "nya") : "visa"),
            icon("right"),
          ),
    ),
    upcoming ? h("p", { class: "quiet" }, `Därefter: ${upcoming}`) : null,
  );
}

async function step(node, request, after) {
  stepping = request.step ?? "to";
  trouble = null;
  const before = new Map((session.world.conversations ?? []).map(({ id, unread }) => [id, unread]));
  announce("Spolar fram …");
  drawClock(node, after);
  const answer = await tell("clock", { ...request, as: session.me });
  const world = await ask("world", { as: session.me });
  stepping = null;
  if (answer.ok === false) trouble = answer.error;
  else told = outcome(answer, world, before);
  upcoming = answer.next ? whenNext(answer.next) : null;
  if (!trouble)
    announce(told.map((one) => (typeof one === "string" ? one : `${one.name} ${one.count ?? ""}`)).join(". "));
  await after(world, answer);
}

function whenNext(next) {
  const at = typeof next === "string" ? next : (next.at ?? next.when);
  if (!at || Number.isNaN(Date.parse(at))) return null;
  const { date, time } = civil(new Date(at));
  return `${shortDate(date)} kl. ${clockTime(time)}`;
}

/** What a step brought: a sentence, then the places with something new in them. */
function outcome(answer, world, before) {
  const places = answer.messages ? placesOf(answer.messages, world) : unreadPlaces(world, before);
  const total = answer.posted ?? 0;
  if (!total) return ["Inget nytt hände."];
  const elsewhere = total - places.reduce((sum, one) => sum + (one.count ?? 0), 0);
  const beside =
    places.length && elsewhere > 0 ? ` ${elsewhere} kom till ${elsewhere === 1 ? "någon annan" : "andra"}.` : "";
  const none = places.length ? "" : " Inget av dem är till dig.";
  return [`${count(total, "nytt meddelande", "nya meddelanden")}.${beside}${none}`, ...places];
}

/** Where the messages are that I can see, with the first of them to jump to. */
function placesOf(messages, world) {
  const places = new Map();
  for (const { channel, ts } of messages) {
    const known = world.conversations?.find(({ id }) => id === channel);
    if (!known) continue;
    const name = known.kind === "im" ? known.name : `#${known.name}`;
    const was = places.get(channel) ?? { id: channel, name, count: 0, ts };
    places.set(channel, { ...was, count: was.count + 1 });
  }
  return [...places.values()];
}

function unreadPlaces(world, before) {
  return (world.conversations ?? [])
    .map((one) => ({
      id: one.id,
      name: one.kind === "im" ? one.name : `#${one.name}`,
      count: one.unread - (before.get(one.id) ?? 0),
    }))
    .filter((one) => one.count > 0);
}
