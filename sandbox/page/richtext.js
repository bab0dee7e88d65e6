// The rich_text block: sections, lists, quotes and preformatted text.

import { h } from "./dom.js";
import { broadcast, channelLink, emojiSign, link, mention } from "./mrkdwn.js";
import { slackDate } from "./swedish.js";

/** A rich_text block's elements as elements of the page. */
export function richText(block) {
  return h("div", { class: "rich" }, block.elements.map(part));
}

function part(element) {
  const pieces = () => element.elements.map(piece);
  switch (element.type) {
    case "rich_text_quote":
      return h("blockquote", {}, pieces());
    case "rich_text_preformatted":
      return h(
        "pre",
        {},
        element.elements.map((one) => one.text ?? one.url ?? ""),
      );
    case "rich_text_list":
      return h(
        element.style === "ordered" ? "ol" : "ul",
        {
          class: "plain-list",
          start: element.offset ? element.offset + 1 : null,
          style: element.indent ? `margin-left:${element.indent * 1.4}em` : null,
        },
        element.elements.map((item) => h("li", {}, item.elements.map(piece))),
      );
    default:
      return h("div", { class: "rich-section" }, pieces());
  }
}

function piece(element) {
  switch (element.type) {
    case "user":
      return mention(element.user_id);
    case "channel":
      return channelLink(element.channel_id, null);
    case "broadcast":
      return broadcast(element.range);
    case "usergroup":
      return h("span", { class: "mention" }, "@grupp");
    case "emoji":
      return emojiSign(element.name);
    case "link":
      return dressed(element, link(element.url, element.text || element.url));
    case "date":
      return h("time", {}, slackDate(element.timestamp, element.format ?? "{date}"));
    case "color":
      return h("code", {}, element.value);
    default:
      return dressed(element, textOf(element));
  }
}

function textOf(element) {
  const shown = (element.text ?? "").split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
  return element.style?.code ? h("code", {}, shown) : h("span", {}, shown);
}

function dressed({ style = {} }, node) {
  let made = node;
  if (style.bold) made = h("strong", {}, made);
  if (style.italic) made = h("em", {}, made);
  if (style.strike) made = h("s", {}, made);
  return made;
}
