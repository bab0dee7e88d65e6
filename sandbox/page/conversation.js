// The middle: one conversation, with its head, its messages and the composer.

import { composer } from "./composer.js";
import { announce, fill, h, icon } from "./dom.js";
import { failureOf, messageList, readConversation } from "./messages.js";
import { unescape } from "./mrkdwn.js";
import { functionOf, portrait } from "./people.js";
import { conversation, person, session } from "./session.js";
import { count, listed } from "./swedish.js";
import { openDialog } from "./dialog.js";

/**
 * Shows the conversation in `node`, if it is still wanted() when it has been read.
 * Gives {update(), focus(), jump(ts)}; update() reads it again and keeps one's place.
 */
export async function showConversation(node, id, head, wanted) {
  const list = messageList(id);
  const scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Samtalet" });
  const below = h(
    "button",
    { type: "button", class: "newer button", hidden: true, on: { click: () => toEnd(true) } },
    "Nya meddelanden",
    icon("down"),
  );
  let writer = null;
  let turn = 0;

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  function toEnd(smooth) {
    below.hidden = true;
    scroller.scrollTo({
      top: scroller.scrollHeight,
      behavior: smooth && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "instant",
    });
  }
  /** To the end, but no further than that the first new message can be read from its beginning. */
  function toFresh(fresh) {
    toEnd(false);
    const first = fresh.length ? list.find(fresh[0].ts) : null;
    if (!first) return;
    const above = scroller.getBoundingClientRect().top + 12 - first.getBoundingClientRect().top;
    if (above > 0) scroller.scrollTop -= above;
  }
  scroller.addEventListener("scroll", () => {
    if (atEnd()) below.hidden = true;
  });

  async function update() {
    turn += 1;
    const mine = turn;
    const answer = await readConversation(id);
    if (mine !== turn) return answer;
    if (answer.ok === false) {
      fill(scroller, h("p", { class: "empty" }, answer.error));
      return answer;
    }
    const wasAtEnd = atEnd();
    const focused = focusIn(list.node);
    const fresh = list.update(answer.messages);
    focused?.(list);
    tellFresh(fresh);
    if (!answer.messages.length) fill(scroller, empty(answer));
    else if (list.node.parentNode !== scroller) fill(scroller, list.node);
    const own = fresh.some((message) => message.user === session.me || message.ephemeral);
    if (fresh.length && !wasAtEnd && !own) below.hidden = false;
    else if (wasAtEnd || own) toFresh(fresh);
    return answer;
  }

  const answer = await update();
  if (!wanted()) return null;
  if (answer.ok === false) {
    fill(node, head({ title: "Kanalen går inte att visa" }), scroller);
    return { update, focus: () => scroller.focus(), jump() {} };
  }
  writer = composer(answer);
  fill(node, head(headOf(answer)), scroller, h("div", { class: "newer-place" }, below), writer.node);
  requestAnimationFrame(() => toEnd(false));
  return {
    update,
    focus: () => writer.focus(),
    jump(ts) {
      const message = ts && list.find(ts);
      if (!message) return;
      message.scrollIntoView({ block: "center" });
      message.classList.add("message-found");
      message.focus({ preventScroll: true });
    },
  };
}

function focusIn(list) {
  const message = document.activeElement?.closest?.(".message");
  if (!message || !list.contains(message)) return null;
  const { action } = document.activeElement.dataset;
  return (updated) => {
    if (document.activeElement !== document.body) return;
    const again = updated.find(message.dataset.ts);
    (again?.querySelector(action ? `[data-action="${CSS.escape(action)}"]` : "button") ?? again)?.focus({
      preventScroll: true,
    });
  };
}

function tellFresh(fresh) {
  const others = fresh.filter((message) => message.user !== session.me || message.ephemeral);
  if (!others.length) return;
  const last = others.at(-1);
  const more = others.length > 1 ? `${count(others.length, "nytt meddelande", "nya meddelanden")}. Det senaste: ` : "";
  announce(
    `${more}${last.name || person(last.user).name}: ${(failureOf(last) ?? unescape(last.text ?? ""))
      .replace(/<[^>]*>/g, "")
      .slice(0, 300)}`,
  );
}

function empty(answer) {
  const where = answer.kind === "im" ? `ditt samtal med ${answer.name}` : `början av #${answer.name}`;
  return h(
    "div",
    { class: "empty" },
    icon(answer.kind === "im" ? "people" : "hash"),
    h("h2", {}, `Här är ${where}`),
    h("p", {}, answer.topic || "Inga meddelanden ännu."),
  );
}

function headOf(answer) {
  const known = conversation(answer.id);
  const people = (answer.members ?? []).map((one) => person(typeof one === "string" ? one : one.id));
  const others = [...new Set(people.filter(({ external }) => external).map(({ organisation }) => organisation))];
  if (answer.kind === "im") {
    const other = people.find(({ id }) => id !== session.me);
    return {
      title: answer.name,
      sign: portrait(other?.id ?? answer.id),
      topic: other?.bot ? "App" : functionOf(other ?? {}),
    };
  }
  return {
    title: answer.name,
    sign: icon(known?.private ? "lock" : "hash"),
    topic: unescape(answer.topic ?? ""),
    mark: others.length ? `Delad med ${listed(others)}` : null,
    members: { people, open: () => showMembers(answer.name, people) },
  };
}

function showMembers(name, people) {
  const shut = h(
    "button",
    { type: "button", class: "sheet-close", "aria-label": "Stäng", on: { click: () => dialog.close() } },
    icon("close"),
  );
  const dialog = h(
    "dialog",
    { class: "sheet sheet-who", "aria-labelledby": "members-title" },
    h("div", { class: "sheet-head" }, h("h2", { id: "members-title" }, `Med i #${name}`), shut),
    h(
      "div",
      { class: "sheet-body" },
      h(
        "ul",
        { class: "who-group" },
        people.map((one) =>
          h(
            "li",
            { class: "who" },
            portrait(one.id),
            h(
              "span",
              { class: "who-words" },
              h("strong", {}, one.name),
              h("small", {}, one.bot ? "App" : functionOf(one)),
            ),
          ),
        ),
      ),
    ),
  );
  openDialog(dialog);
  shut.focus();
}
