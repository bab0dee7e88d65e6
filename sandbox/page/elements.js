// Block Kit's interactive elements. Each becomes {node, control, read(), empty(), problem()}: read() is Slack's state
// for it, problem() a Swedish sentence when what is filled in cannot be sent.

import { SELECTS, select, ticks } from "./choosing.js";
import { h } from "./dom.js";
import { datepicker, datetimepicker, timepicker } from "./moments.js";
import { button, overflow } from "./pressing.js";
import { WRITTEN, fileInput, richTextInput, written } from "./writing.js";

/**
 * The element of Block Kit as a field. context: {label, describedBy, inputId, survivor, required, press(action),
 * options(query), upload(file), stir(kind)}; `survivor` is the state this field had before the view was drawn anew,
 * stir tells that the value changed.
 */
export function field(element, context) {
  const make = MAKERS[element.type];
  if (!make) return { node: h("span", { class: "unknown" }, `Okänt element: ${element.type}`), control: null };
  return make(element, context);
}

function picture(element) {
  const source = element.image_url ?? element.slack_file?.url ?? "";
  const node = /^(https?:|data:image\/|\/)/.test(source)
    ? h("img", { class: "accessory-image", src: source, alt: element.alt_text ?? "", loading: "lazy" })
    : h("span", { class: "unknown" }, element.alt_text ?? "Bild");
  return { node, control: null };
}

const MAKERS = {
  button,
  overflow,
  datepicker,
  timepicker,
  datetimepicker,
  image: picture,
  checkboxes: ticks,
  radio_buttons: ticks,
  file_input: fileInput,
  rich_text_input: richTextInput,
  ...Object.fromEntries(WRITTEN.map((type) => [type, written])),
  ...Object.fromEntries(SELECTS.map((type) => [type, select])),
};
