// Slack's text markup → elements. Only Slack's own signs become elements; everything else stays text.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { person, placeName, session } from "./session.js";
import { slackDate } from "./swedish.js";

const EDGE = "[\\p{L}\\p{N}]";
const styled = (sign, own) =>
  `(?<!${EDGE}|[${sign}])[${sign}](?![\\s${sign}])(?<${own}>[^\\n]*?[^\\s${sign}])[${sign}](?!${EDGE}|[${sign}])`;
const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>\\n]+)>",
    styled("*", "bold"),
    styled("_", "italic"),
    styled("~", "strike"),
    ":(?<emoji>[a-z0-9_+-]+):",
    "(?<url>https?:\\/\\/[^\\s<>]*[^\\s<>.,;:!?)])",
  ].join("|"),
  "gu",
);

/** Slack's three entities back to their signs. */
export function unescape(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** A plain_text or mrkdwn object, or a bare string of mrkdwn, as elements. */
export function text(object) {
  if (!object) return [];
  if (typeof object === "string") return mrkdwn(object);
  return object.type === "plain_text" ? plain(object) : mrkdwn(object.text, { verbatim: object.verbatim === true });
}

/** The words alone, for labels and titles. */
export function words(object) {
  const source = typeof object === "string" ? object : (object?.text ?? "");
  return unescape(withEmoji(source));
}

function withEmoji(source) {
  return source.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
}

function plain(object) {
  const shown = unescape(object.emoji === false ? object.text : withEmoji(object.text));
  return shown.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

/** Slack's mrkdwn as elements: code blocks, quotes, lists, lines. */
export function mrkdwn(source, { verbatim = false } = {}) {
  const pieces = source.split(/```/);
  const closed = pieces.length % 2 === 1; // an opening ``` without an end is only text
  return pieces.flatMap((piece, index) => {
    if (index % 2 === 1 && (closed || index < pieces.length - 1))
      return [h("pre", {}, unescape(piece.replace(/^\n|\n$/g, "")))];
    return lines(index % 2 === 1 ? `\`\`\`${piece}` : piece, verbatim);
  });
}

const QUOTE = /^(?:&gt;|>) ?/;
const BULLET = /^(\s*)([•◦▪–-]|\d{1,2}[.)]) +(?=\S)/;

function kindOf(line) {
  if (QUOTE.test(line)) return "quote";
  return BULLET.test(line) ? "list" : "text";
}

function lines(source, verbatim) {
  const groups = [];
  for (const line of source.split("\n")) {
    const kind = kindOf(line);
    if (groups.at(-1)?.kind === kind) groups.at(-1).lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.flatMap((group, index) => {
    if (group.kind === "quote")
      return [h("blockquote", {}, lines(group.lines.map((line) => line.replace(QUOTE, "")).join("\n"), verbatim))];
    if (group.kind === "list")
      return [
        h(
          "ul",
          { class: "signed", role: "list" },
          group.lines.map((line) => listItem(line, verbatim)),
        ),
      ];
    const besideBlock = { before: index > 0, after: index < groups.length - 1 };
    return paragraph(group.lines, verbatim, besideBlock);
  });
}

function listItem(line, verbatim) {
  const [whole, indent, sign] = line.match(BULLET);
  return h(
    "li",
    { style: indent ? `margin-left:${indent.length * 0.5}em` : null },
    h("span", { class: "sign", "aria-hidden": /\d/.test(sign) ? null : "true" }, sign),
    h("span", {}, inline(line.slice(whole.length), verbatim)),
  );
}

function paragraph(all, verbatim, { before, after }) {
  const kept = [...all];
  if (after && kept.at(-1) === "") kept.pop(); // the break before a list or quote is the block's own
  const apart = before && kept[0] === "" && kept.length > 1;
  if (apart) kept.shift();
  const start = apart ? [h("span", { class: "gap" })] : [];
  return start.concat(
    kept.flatMap((line, index) => [
      ...(index ? [line === "" || kept[index - 1] === "" ? gap(line) : h("br")] : []),
      ...inline(line, verbatim),
    ]),
  );
}

function gap(line) {
  return line === "" ? h("span", { class: "gap" }) : "";
}

/** The signs inside one line. */
export function inline(source, verbatim = false) {
  const out = [];
  let from = 0;
  for (const match of source.matchAll(INLINE)) {
    if (match.index < from) continue;
    const made = token(match.groups, verbatim);
    if (made === null) continue;
    if (match.index > from) out.push(unescape(source.slice(from, match.index)));
    out.push(made);
    from = match.index + match[0].length;
  }
  if (from < source.length) out.push(unescape(source.slice(from)));
  return out;
}

function token({ code, angle, bold, italic, strike, emoji: name, url }, verbatim) {
  if (code !== undefined) return h("code", {}, unescape(code));
  if (angle !== undefined) return angled(angle);
  if (bold !== undefined) return h("strong", {}, inline(bold, verbatim));
  if (italic !== undefined) return h("em", {}, inline(italic, verbatim));
  if (strike !== undefined) return h("s", {}, inline(strike, verbatim));
  if (name !== undefined) return emoji(name) ? emojiSign(name) : null;
  return verbatim ? null : link(unescape(url), unescape(url));
}

/** An emoji with its name for screen readers. */
export function emojiSign(name) {
  return h(
    "span",
    { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") },
    emoji(name) ?? `:${name}:`,
  );
}

function angled(inside) {
  const bar = inside.indexOf("|");
  const [target, label] = bar < 0 ? [inside, null] : [inside.slice(0, bar), inside.slice(bar + 1)];
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, unescape(label ?? "@grupp"));
  if (target.startsWith("!")) return broadcast(target.slice(1));
  return link(unescape(target), label === null ? unescape(target.replace(/^mailto:|^tel:/, "")) : inline(label, true));
}

/** @Name, marked when it is oneself. */
export function mention(id) {
  return h("span", { class: id === session.me ? "mention mention-me" : "mention" }, `@${person(id).name}`);
}

/** #channel, which one can go to. */
export function channelLink(id, label) {
  const name = label ? `#${unescape(label)}` : placeName(id);
  return h("button", { type: "button", class: "mention mention-channel", on: { click: () => session.go(id) } }, name);
}

/** @channel, @here, @everyone. */
export function broadcast(range) {
  return h(
    "span",
    { class: "mention mention-me" },
    { channel: "@kanal", here: "@här", everyone: "@alla" }[range] ?? `@${range}`,
  );
}

function date(target, fallback) {
  const [, unix, pattern, address] = target.split("^");
  const shown = Number(unix) ? slackDate(Number(unix), pattern ?? "{date}") : unescape(fallback ?? "");
  return address ? link(unescape(address), shown) : h("time", { title: unescape(fallback ?? "") || null }, shown);
}

/** A link to a known kind of address; a link to a message in this workspace stays inside the page. */
export function link(address, shown) {
  if (!/^(https?:|mailto:|tel:|slack:)/i.test(address)) return h("span", {}, shown);
  const inside = address.match(/\/archives\/([A-Z0-9]+)(?:\/p(\d{10})(\d{6}))?/);
  if (inside) {
    const ts = inside[2] ? `${inside[2]}.${inside[3]}` : null;
    return h("button", { type: "button", class: "as-link", on: { click: () => session.go(inside[1], ts) } }, shown);
  }
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, shown);
}
