// A conversation's messages: by day, grouped by author; a message is drawn anew only when it has changed.

import { ask, tell, upload } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { fill, h, icon } from "./dom.js";
import { asGroups } from "./modal.js";
import { mrkdwn } from "./mrkdwn.js";
import { organisationMark, portrait } from "./people.js";
import { sentenceFor } from "./sentences.js";
import { person, session } from "./session.js";
import { civil, clockTime, longDate, plusDays, sentenceCase, week } from "./swedish.js";

const TOGETHER = 5 * 60; // seconds within which messages by one author stand under one name

/** The list of messages of one conversation. Gives {node, update(messages) → new messages since last, find(ts)}. */
export function messageList(channel) {
  const node = h("ol", { class: "messages", "aria-label": "Meddelanden" });
  const drawn = new Map(); // key → {signature, item}

  function update(messages) {
    const fresh = drawn.size ? messages.filter((message) => !drawn.has(keyOf(message))) : [];
    const items = [];
    const kept = new Set();
    let before = null;
    for (const message of messages) {
      const day = dayOf(message);
      if (!before || dayOf(before) !== day) {
        items.push(divider(day));
        before = null;
      }
      items.push(item(message, follows(before, message), kept));
      before = message;
    }
    for (const key of drawn.keys()) if (!kept.has(key)) drawn.delete(key);
    place(items);
    return fresh;
  }

  function item(message, grouped, kept) {
    const key = keyOf(message);
    const signature = JSON.stringify([message, grouped, nowDay()]);
    kept.add(key);
    const was = drawn.get(key);
    if (was?.signature === signature) return was.item;
    const made = drawMessage(channel, message, grouped);
    drawn.set(key, { signature, item: made });
    return made;
  }

  function place(items) {
    // moves as little as possible, so that the focus stays where it is
    let next = node.firstChild;
    for (const one of items) {
      if (one === next) {
        next = next.nextSibling;
        continue;
      }
      if (
        next &&
        one.classList.contains("day") &&
        next.classList?.contains("day") &&
        one.textContent === next.textContent
      ) {
        next = next.nextSibling;
        continue;
      }
      node.insertBefore(one, next);
    }
    while (next) {
      const after = next.nextSibling;
      next.remove();
      next = after;
    }
  }

  return { node, update, find: (ts) => node.querySelector(`[data-ts="${CSS.escape(ts)}"]`) };
}

const keyOf = (message) => `${message.ts}${message.ephemeral ? "-for-me" : ""}`;
const instantOf = (message) => new Date(Number(message.ts) * 1000);
const dayOf = (message) => civil(instantOf(message)).date;
const nowDay = () => civil(session.world?.clock?.now ? new Date(session.world.clock.now) : new Date()).date;

function follows(before, message) {
  return (
    Boolean(before) &&
    before.user === message.user &&
    before.bot === message.bot &&
    before.ephemeral === message.ephemeral &&
    Number(message.ts) - Number(before.ts) < TOGETHER
  );
}

function divider(day) {
  const now = nowDay();
  const near = day === now ? "Idag, " : day === plusDays(now, -1) ? "Igår, " : "";
  const name = near ? `${near}${longDate(day)}` : sentenceCase(longDate(day));
  return h("li", { class: "day" }, h("h2", {}, `${name} · vecka ${week(day)}`));
}

/** What went wrong, as a sentence, when the message tells that something did; its text may be Slack's name for it. */
export function failureOf(message) {
  if (!message.error) return null;
  return sentenceFor(message.error === true ? message.text : message.error);
}

function drawMessage(channel, message, grouped) {
  const at = clockTime(civil(instantOf(message)).time);
  const author = person(message.user);
  const name = message.name || author.name;
  const failed = failureOf(message);
  const trouble = h("p", { class: "trouble", role: "alert", hidden: !failed }, failed ? [icon("warning"), failed] : []);
  const body = message.blocks?.length
    ? blocks(channel, message, trouble)
    : message.error === true
      ? null
      : h("div", { class: "b-text" }, mrkdwn(message.text ?? ""));
  return h(
    "li",
    {
      class: `message${grouped ? " message-grouped" : ""}${message.ephemeral ? " message-mine" : ""}`,
      data: { ts: message.ts },
      tabindex: "-1",
    },
    h(
      "div",
      { class: "message-side" },
      grouped ? h("time", { "aria-hidden": "true" }, at) : portrait(message.user ?? name, message.bot),
    ),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral ? h("p", { class: "only-you" }, icon("eye"), "Bara du ser det här") : null,
      h(
        "p",
        { class: grouped ? "message-head unseen" : "message-head" },
        h("strong", {}, name),
        message.bot ? h("span", { class: "mark mark-app" }, "APP") : organisationMark(author),
        !message.bot && author.title ? h("span", { class: "message-title" }, author.title) : null,
        h("time", {}, at),
      ),
      body,
      message.files?.length ? files(message.files) : null,
      message.edited ? h("p", { class: "edited" }, "(redigerat)") : null,
      trouble,
    ),
  );
}

function files(all) {
  const row = (file) =>
    h(
      "li",
      {},
      icon("file"),
      h("span", {}, h("a", { href: file.url_private, download: file.name }, file.title || file.name)),
    );
  return h("ul", { class: "files" }, all.map(row));
}

function blocks(channel, message, trouble) {
  const place = { as: session.me, channel, ts: message.ts };
  const surface = {
    async press(action, control, state) {
      trouble.hidden = true;
      control?.classList.add("pressed");
      const answer = await tell("press", {
        ...place,
        ephemeral: Boolean(message.ephemeral),
        block_id: action.block_id,
        action_id: action.action_id,
        action,
        state,
      });
      control?.classList.remove("pressed");
      if (answer.ok === false) {
        fill(trouble, icon("warning"), answer.error);
        trouble.hidden = false;
      }
      return answer;
    },
    options: async (blockId, actionId, value) =>
      asGroups(await tell("options", { ...place, block_id: blockId, action_id: actionId, value })),
    upload: (file) => upload(file, session.me),
  };
  return drawBlocks(message.blocks, surface).node;
}

/** Reads a conversation as the one I am. */
export const readConversation = (id) => ask(`conversation/${encodeURIComponent(id)}`, { as: session.me });
