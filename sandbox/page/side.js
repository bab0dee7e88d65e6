// The left column: who I am, Home, channels and direct messages with their unread marks.

import { fill, h, icon } from "./dom.js";
import { portrait } from "./people.js";
import { person, session } from "./session.js";
import { count } from "./swedish.js";

/** The workspace's name, whether the server tells it alone or with its id. */
export const teamName = (team) => (typeof team === "string" ? team : team?.name) ?? "Samverkan";

/** Draws the column; `changeWho` opens the choice of person. */
export function drawSide(node, changeWho) {
  const { team, conversations } = session.world;
  const me = person(session.me);
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.place : null;
  fill(
    node,
    h(
      "div",
      { class: "side-team" },
      h("strong", {}, teamName(team)),
      h(
        "button",
        {
          type: "button",
          class: "side-shut",
          "aria-label": "Stäng listan",
          on: { click: () => document.body.classList.remove("side-open") },
        },
        icon("close"),
      ),
    ),
    h(
      "button",
      { type: "button", class: "me", "aria-haspopup": "dialog", data: { place: "who" }, on: { click: changeWho } },
      portrait(me.id),
      h(
        "span",
        { class: "me-words" },
        h("strong", {}, me.name),
        h("small", {}, me.title),
        me.organisation ? h("small", {}, me.organisation) : null,
      ),
      h("span", { class: "me-change" }, "Byt"),
    ),
    h(
      "div",
      { class: "side-places" },
      h("ul", {}, h("li", {}, place("home", icon("home"), "Hem", 0))),
      group(
        "Kanaler",
        conversations.filter(({ kind }) => kind === "channel"),
        "Du är inte med i någon kanal.",
      ),
      group(
        "Direktmeddelanden",
        conversations.filter(({ kind }) => kind === "im"),
        "Inga ännu.",
      ),
    ),
    h("p", { class: "side-foot" }, "Lokal övning. Inget skickas till riktiga Slack."),
  );
  if (focused) node.querySelector(`[data-place="${focused}"]`)?.focus();
}

function group(title, all, none) {
  return h(
    "section",
    {},
    h("h2", {}, title),
    all.length
      ? h(
          "ul",
          {},
          all.map((one) => h("li", {}, place(one.id, sign(one), one.name, one.unread))),
        )
      : h("p", { class: "side-none" }, none),
  );
}

function sign(one) {
  if (one.kind !== "im") return icon(one.private ? "lock" : "hash");
  const other =
    (Array.isArray(one.members) ? one.members.find((id) => id !== session.me) : null) ??
    session.world.bot?.id ??
    one.id;
  return portrait(other);
}

function place(id, sign, name, unread) {
  const here = session.place === id;
  return h(
    "button",
    {
      type: "button",
      class: unread ? "place place-unread" : "place",
      data: { place: id },
      "aria-current": here ? "page" : null,
      on: { click: () => session.go(id) },
    },
    sign,
    h("span", { class: "place-name" }, name),
    unread
      ? h(
          "span",
          { class: "unread" },
          h("span", { "aria-hidden": "true" }, String(unread)),
          h("span", { class: "unseen" }, `, ${count(unread, "oläst", "olästa")}`),
        )
      : null,
  );
}
