// A list to choose from, one or many, with search: every kind of Slack select looks and works like this.

import { announce, fill, h, icon, newId } from "./dom.js";
import { closesOnEscape, floating } from "./floating.js";
import { text, words } from "./mrkdwn.js";
import { count } from "./swedish.js";

/** Letters as one searches for them: small, without marks. */
export const folded = (string) => string.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * A chooser. groups: [{label, options}] known from the start, or load(query) → Promise of such groups.
 * Gives {node, input, chosen(), choose(options)}; changed(chosen) is called when the person chooses.
 */
export function chooser({
  id = newId("choose"),
  label,
  describedBy,
  placeholder,
  many = false,
  most = Infinity,
  groups,
  load,
  least = 0,
  chosen = [],
  changed = () => {},
  disabled = false,
}) {
  let picked = [...chosen];
  let shown = [];
  let active = -1;
  let asked = 0;
  const list = h("div", {
    id: `${id}-list`,
    class: "options",
    role: "listbox",
    "aria-label": label,
    "aria-multiselectable": many ? "true" : null,
  });
  const input = h("input", {
    id,
    type: "text",
    class: "choose-input",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    disabled,
    "aria-expanded": "false",
    "aria-controls": list.id,
    "aria-autocomplete": "list",
    "aria-label": label,
    "aria-describedby": describedBy,
  });
  const chips = h("span", { class: "chips" });
  const box = h("div", { class: many ? "choose choose-many" : "choose" }, chips, input, icon("down"));
  const node = h("div", { class: "choose-wrap" }, box, list);
  const popup = floating(box, list, () => {
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    show();
  });

  function show() {
    const one = picked[0];
    input.value = !many && one ? words(one.text) : "";
    input.placeholder = picked.length && many ? "" : placeholder;
    if (!many) return;
    fill(
      chips,
      picked.map((option) =>
        h(
          "span",
          { class: "chip" },
          words(option.text),
          h(
            "button",
            { type: "button", "aria-label": `Ta bort ${words(option.text)}`, on: { click: () => toggle(option) } },
            icon("close"),
          ),
        ),
      ),
    );
  }

  const isPicked = (option) => picked.some(({ value }) => value === option.value);

  function toggle(option) {
    if (!many) picked = [option];
    else if (isPicked(option)) picked = picked.filter(({ value }) => value !== option.value);
    else if (picked.length >= most) {
      announce(`Högst ${count(most, "val", "val")}.`);
      return;
    } else picked = [...picked, option];
    show();
    if (!many) popup.close();
    else if (popup.isOpen()) {
      draw(lastGroups);
      input.focus();
    }
    changed(picked);
  }

  let lastGroups = [];
  function draw(newGroups, note = "Inget passar") {
    lastGroups = newGroups;
    shown = newGroups.flatMap(({ options }) => options);
    let index = -1;
    fill(
      list,
      newGroups.flatMap((group) => [
        group.label ? h("div", { class: "options-label", role: "presentation" }, words(group.label)) : null,
        ...group.options.map((option) => {
          index += 1;
          return row(option, index);
        }),
      ]),
      shown.length ? null : h("p", { class: "options-none" }, note),
    );
    mark(shown.length ? Math.max(0, shown.findIndex(isPicked)) : -1);
    popup.place();
  }

  function row(option, index) {
    return h(
      "div",
      {
        id: `${id}-${index}`,
        role: "option",
        class: "option",
        "aria-selected": String(isPicked(option)),
        data: { value: option.value },
        on: { click: () => toggle(option), pointermove: () => mark(index, false) },
      },
      many ? h("span", { class: "option-tick", "aria-hidden": "true" }, isPicked(option) ? icon("tick") : null) : null,
      h(
        "span",
        { class: "option-words" },
        h("span", {}, text(option.text)),
        option.description ? h("small", {}, text(option.description)) : null,
      ),
    );
  }

  function mark(index, scroll = true) {
    list.querySelector(".option-active")?.classList.remove("option-active");
    active = index;
    const row = index >= 0 ? document.getElementById(`${id}-${index}`) : null;
    if (!row) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    row.classList.add("option-active");
    input.setAttribute("aria-activedescendant", row.id);
    if (scroll) row.scrollIntoView({ block: "nearest" });
  }

  async function look(typed) {
    if (!load) {
      draw(matching(groups ?? [], typed));
      return;
    }
    if (typed.length < least) {
      draw([], `Skriv minst ${count(least, "tecken", "tecken")} för att söka.`);
      return;
    }
    asked += 1;
    const mine = asked;
    draw([], "Söker …");
    const answer = await load(typed);
    if (mine === asked && popup.isOpen()) draw(answer.groups, answer.error ?? "Inget passar");
  }

  function open(typed = "") {
    if (disabled) return;
    popup.open();
    input.setAttribute("aria-expanded", "true");
    look(typed);
  }

  const soon = delayed(() => look(input.value.trim()), load ? 250 : 0);
  input.addEventListener("input", () => {
    if (!popup.isOpen()) open(input.value.trim());
    else soon();
  });
  box.addEventListener("click", (event) => {
    if (!event.target.closest("button")) {
      input.focus();
      input.select();
      open();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  input.addEventListener("blur", () => popup.close());
  input.addEventListener("keydown", (event) => {
    if (closesOnEscape(event, popup)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!popup.isOpen()) open();
      else if (shown.length) mark((active + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault(); // choosing never sends the form
      if (popup.isOpen() && active >= 0) toggle(shown[active]);
      else open();
    } else if (event.key === "Backspace" && many && !input.value && picked.length) toggle(picked.at(-1));
    else if (event.key === "Tab") popup.close();
  });
  show();
  return {
    node,
    input,
    chosen: () => picked,
    choose(options) {
      picked = options;
      show();
    },
  };
}

function matching(groups, typed) {
  const wanted = folded(typed);
  const fits = (option) =>
    !wanted || folded(`${words(option.text)} ${words(option.description ?? "")}`).includes(wanted);
  return groups
    .map((group) => ({ ...group, options: group.options.filter(fits) }))
    .filter(({ options }) => options.length);
}

function delayed(action, milliseconds) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, milliseconds);
  };
}
