// A date field: type it or pick it in a month with ISO week numbers. And a time field with half hours to pick from.

import { fill, h, icon, newId } from "./dom.js";
import { closesOnEscape, floating } from "./floating.js";
import {
  clockTime,
  civil,
  dayOf,
  longDate,
  monthName,
  plusDays,
  plusMonths,
  readDate,
  readTime,
  sentenceCase,
  shortDate,
  week,
  weekday,
  yearOf,
} from "./swedish.js";

/**
 * A date field. Gives {node, input, date(), choose(date)};
 * date() is "2027-02-09", null when empty and undefined when it cannot be read.
 */
export function dateField({
  id = newId("date"),
  label,
  describedBy,
  placeholder = "ÅÅÅÅ-MM-DD",
  date = null,
  today = civil(new Date()).date,
  changed = () => {},
}) {
  const input = h("input", {
    id,
    type: "text",
    class: "date-input",
    inputmode: "numeric",
    autocomplete: "off",
    "aria-label": label,
    "aria-describedby": describedBy,
    placeholder: placeholder || "ÅÅÅÅ-MM-DD",
    value: date ?? "",
  });
  const spoken = h("span", { class: "date-spoken", "aria-hidden": "true" });
  const opener = h(
    "button",
    {
      type: "button",
      class: "date-open",
      "aria-label": `Välj i kalender: ${label}`,
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
    },
    icon("calendar"),
  );
  const month = h("div", { class: "month", role: "dialog", "aria-label": "Kalender" });
  const box = h("div", { class: "date" }, input, spoken, opener);
  const popup = floating(box, month, () => opener.setAttribute("aria-expanded", "false"));
  let looking = date ?? today;
  let last = date;

  const read = () => (input.value.trim() ? (readDate(input.value) ?? undefined) : null);

  function show() {
    const now = read();
    spoken.textContent = now ? `${shortDate(now).split(" ")[0]} v. ${week(now)}` : "";
    box.classList.toggle("date-wrong", now === undefined);
  }

  function settle() {
    const now = read();
    if (now) input.value = now;
    show();
    if (now !== undefined && now !== last) {
      last = now;
      changed(now);
    }
  }

  function pick(day) {
    input.value = day;
    popup.close();
    opener.focus();
    settle();
  }

  function draw(focus = true) {
    const first = `${looking.slice(0, 7)}-01`;
    const start = plusDays(first, -weekday(first));
    const weeks = Array.from({ length: 6 }, (_, row) => plusDays(start, row * 7)).filter(
      (monday, row) => row < 1 || monday.slice(0, 7) <= looking.slice(0, 7),
    );
    const step = (name, by, drawing) =>
      h(
        "button",
        {
          type: "button",
          "aria-label": name,
          on: {
            click: () => {
              looking = plusMonths(looking, by);
              draw(false);
            },
          },
        },
        icon(drawing),
      );
    fill(
      month,
      h(
        "div",
        { class: "month-head" },
        step("Månaden före", -1, "left"),
        h("strong", { "aria-live": "polite" }, `${sentenceCase(monthName(looking))} ${yearOf(looking)}`),
        step("Månaden efter", 1, "right"),
      ),
      h(
        "table",
        { class: "month-days" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["v.", "må", "ti", "on", "to", "fr", "lö", "sö"].map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        h(
          "tbody",
          {},
          weeks.map((monday) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, String(week(monday))),
              Array.from({ length: 7 }, (_, day) => dayCell(plusDays(monday, day))),
            ),
          ),
        ),
      ),
    );
    popup.place();
    if (focus) month.querySelector(`[data-day="${looking}"]`)?.focus();
  }

  function dayCell(day) {
    const names = [
      day === read() ? "day-chosen" : "",
      day === today ? "day-today" : "",
      day.slice(0, 7) !== looking.slice(0, 7) ? "day-other" : "",
    ]
      .join(" ")
      .trim();
    return h(
      "td",
      {},
      h(
        "button",
        {
          type: "button",
          class: names || null,
          data: { day },
          tabindex: day === looking ? "0" : "-1",
          "aria-label": longDate(day),
          "aria-current": day === today ? "date" : null,
          on: { click: () => pick(day) },
        },
        String(dayOf(day)),
      ),
    );
  }

  function open() {
    if (popup.isOpen()) {
      popup.close();
      return;
    }
    looking = read() || today;
    popup.open();
    opener.setAttribute("aria-expanded", "true");
    draw();
  }

  opener.addEventListener("click", open);
  input.addEventListener("input", show);
  input.addEventListener("change", settle);
  input.addEventListener("keydown", (event) => {
    if (closesOnEscape(event, popup)) return;
    if (event.key === "ArrowDown" && event.altKey) {
      event.preventDefault();
      open();
    }
  });
  month.addEventListener("keydown", (event) => {
    if (closesOnEscape(event, popup)) {
      opener.focus();
      return;
    }
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
    const pages = { PageUp: -1, PageDown: 1 };
    if (!(event.key in moves) && !(event.key in pages)) return;
    event.preventDefault();
    looking = event.key in moves ? plusDays(looking, moves[event.key]) : plusMonths(looking, pages[event.key]);
    draw();
  });
  show();
  return {
    node: h("div", { class: "date-wrap" }, box, month),
    input,
    date: read,
    choose(day) {
      input.value = day ?? "";
      last = day;
      show();
    },
  };
}

const HALF_HOURS = Array.from(
  { length: 29 },
  (_, index) => `${String(7 + Math.floor(index / 2)).padStart(2, "0")}:${index % 2 ? "30" : "00"}`,
);

/** A time field. Gives {node, input, time()}; time() is "13:00", null when empty, undefined when it cannot be read. */
export function timeField({
  id = newId("time"),
  label,
  describedBy,
  placeholder = "TT.MM",
  time = null,
  changed = () => {},
}) {
  const suggestions = h(
    "datalist",
    { id: `${id}-times` },
    HALF_HOURS.map((half) => h("option", { value: clockTime(half) })),
  );
  const input = h("input", {
    id,
    type: "text",
    class: "time-input",
    inputmode: "decimal",
    autocomplete: "off",
    list: suggestions.id,
    "aria-label": label,
    "aria-describedby": describedBy,
    placeholder: placeholder || "TT.MM",
    value: time ? clockTime(time) : "",
  });
  const read = () => (input.value.trim() ? (readTime(input.value) ?? undefined) : null);
  let last = time;
  input.addEventListener("change", () => {
    const now = read();
    if (now) input.value = clockTime(now);
    input.classList.toggle("time-wrong", now === undefined);
    if (now !== undefined && now !== last) {
      last = now;
      changed(now);
    }
  });
  return { node: h("div", { class: "time-wrap" }, input, suggestions), input, time: read };
}
