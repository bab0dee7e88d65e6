// Starts the page and keeps it true: who, where, and what the server says has changed.

import { ask, listen } from "./api.js";
import { clockChip, drawClock } from "./clock.js";
import { showConversation } from "./conversation.js";
import { fill, h, icon } from "./dom.js";
import { showHome } from "./home.js";
import { close as closeModal, refreshModal } from "./modal.js";
import { session } from "./session.js";
import { drawSide, teamName } from "./side.js";
import { chooseWho } from "./who.js";

const byId = (id) => document.getElementById(id);
const REMEMBERED = "samverkan.person";
let shown = null; // what the middle shows: {update, focus, jump}
let deaf = () => {}; // stops listening for the one I was
let moves = 0;

async function start() {
  const people = await ask("people");
  if (people.ok === false) {
    byId("starting").textContent = people.error;
    setTimeout(start, 2000);
    return;
  }
  session.people = new Map(people.map((one) => [one.id, one]));
  session.go = (place, ts, how) => go(place, ts, how);
  const [me, place] = address();
  const known = [me, localStorage.getItem(REMEMBERED)].find((id) => session.people.has(id));
  byId("veil").addEventListener("click", () => document.body.classList.remove("side-open", "clock-open"));
  addEventListener("hashchange", followAddress);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.body.classList.remove("side-open", "clock-open");
  });
  if (known) await become(known, place);
  else {
    byId("starting").hidden = true;
    chooseWho((id) => become(id));
  }
}

/** Becomes a person: their world, their events, their forms. */
async function become(id, place) {
  deaf();
  closeModal();
  const world = await ask("world", { as: id });
  if (world.ok === false) {
    byId("starting").hidden = false;
    byId("starting").textContent = world.error;
    setTimeout(() => become(id, place), 2000);
    return;
  }
  session.me = id;
  session.world = world;
  session.place = null;
  localStorage.setItem(REMEMBERED, id);
  byId("starting").hidden = true;
  byId("app").hidden = false;
  deaf = listen(id, changed);
  drawAround();
  await go(place && knows(place) ? place : firstPlace());
  await refreshModal();
}

const knows = (place) => place === "home" || session.world.conversations.some(({ id }) => id === place);
const firstPlace = () =>
  session.world.conversations.find(({ kind }) => kind === "channel")?.id ??
  session.world.conversations[0]?.id ??
  "home";

/** Goes to Home or a conversation, and to one message in it when asked. */
async function go(place, ts = null, { focus = true } = {}) {
  document.body.classList.remove("side-open");
  moves += 1;
  const mine = moves;
  if (place !== session.place) {
    session.place = place;
    history.replaceState(null, "", `#/${session.me}/${place}`);
    drawAround();
    const wanted = () => mine === moves;
    const next = await (place === "home"
      ? showHome(byId("middle"), head, wanted)
      : showConversation(byId("middle"), place, head, wanted));
    if (!wanted()) return;
    shown = next;
    await readWorld();
  }
  if (focus && !ts && matchMedia("(min-width: 900px)").matches) shown?.focus();
  if (ts) requestAnimationFrame(() => shown?.jump(ts));
}

/** Who and where the page's address says: "#/U0ANNA/C0PLANERING"; "-" is whoever one is. */
function address() {
  const [me, place] = decodeURIComponent(location.hash.replace(/^#\/?/, "")).split("/");
  return [me === "-" ? session.me : me, place];
}

function followAddress() {
  const [me, place] = address();
  if (me !== session.me && session.people.has(me)) become(me, place);
  else if (place && place !== session.place && knows(place)) go(place);
}

/** The head of the middle, with the ways to the two side columns on a narrow page. */
function head({ title, sign = null, topic = "", mark = null, members = null }) {
  document.title = `${title} – ${teamName(session.world.team)}`;
  return h(
    "header",
    { class: "head" },
    h(
      "button",
      { type: "button", class: "head-button head-menu", "aria-label": "Visa kanaler", on: { click: openSide } },
      icon("menu"),
      anyUnread() ? h("span", { class: "dot" }) : null,
    ),
    h(
      "div",
      { class: "head-words" },
      h("h1", {}, sign, h("span", {}, title)),
      topic || mark
        ? h(
            "p",
            {},
            mark ? h("span", { class: "mark mark-shared" }, mark) : null,
            topic ? h("span", { class: "topic" }, topic) : null,
          )
        : null,
    ),
    members
      ? h(
          "button",
          {
            type: "button",
            class: "head-button head-members",
            "aria-label": `Visa medlemmar, ${members.people.length} stycken`,
            on: { click: members.open },
          },
          icon("people"),
          String(members.people.length),
        )
      : null,
    h(
      "button",
      {
        type: "button",
        id: "clock-chip",
        class: "head-button head-clock",
        "aria-label": "Visa klockan",
        on: { click: openClock },
      },
      icon("clock"),
      h("span", { class: "chip-words" }, clockChip()),
    ),
  );
}

const anyUnread = () => session.world.conversations.some(({ unread, id }) => unread && id !== session.place);

function openSide() {
  document.body.classList.add("side-open");
  document.querySelector("#side [aria-current]")?.focus();
}

function openClock() {
  document.body.classList.add("clock-open");
  document.querySelector("#clock [data-step]")?.focus();
}

function drawAround() {
  drawSide(byId("side"), () => chooseWho((id) => become(id, session.place)));
  drawClock(byId("clock"), stepped);
  const chip = document.querySelector("#clock-chip .chip-words");
  if (chip) fill(chip, clockChip());
  const dot = document.querySelector(".head-menu .dot");
  if (anyUnread() && !dot) document.querySelector(".head-menu")?.append(h("span", { class: "dot" }));
  else if (!anyUnread()) dot?.remove();
}

async function readWorld() {
  const me = session.me;
  const world = await ask("world", { as: me });
  if (world.ok === false || me !== session.me) return;
  session.world = world;
  drawAround();
}

async function stepped(world) {
  if (world?.ok !== false) session.world = world;
  drawAround();
  await shown?.update();
  await readWorld();
}

// Many changes may come at once: what is to be read again is gathered, then read one at a time.
const waiting = new Set();
let reading = false;

async function changed(names) {
  names.forEach((name) => waiting.add(name));
  if (reading) return;
  reading = true;
  try {
    while (waiting.size) {
      const now = new Set(waiting);
      waiting.clear();
      await readAgain(now);
    }
  } finally {
    reading = false;
  }
}

async function readAgain(names) {
  const here =
    names.has(`conversation:${session.place}`) ||
    names.has("conversation:*") ||
    (names.has("home") && session.place === "home");
  if (here) await shown?.update();
  if (names.has("modal")) await refreshModal();
  if (here || names.has("world") || names.has("clock")) await readWorld();
}

setInterval(() => {
  if (session.me && !document.hidden) changed(["clock"]);
}, 30_000); // the rehearsal's clock runs

start();
