// Forms, as Slack shows them: a stack of which the last is on top.
// What is filled in survives errors, changes of the view and forms laid on top.

import { ask, tell, upload } from "./api.js";
import { drawBlocks, firstProblem, showErrors } from "./blocks.js";
import { openDialog } from "./dialog.js";
import { announce, fill, h, icon } from "./dom.js";
import { words } from "./mrkdwn.js";
import { session } from "./session.js";

let open = null; // {dialog, id, signature, drawing, busy}
const below = new Map(); // view id → what was filled in before another form was laid on top

/** Reads the stack of forms and draws the top one, or closes the dialog when there is none. */
export async function refreshModal() {
  const answer = await ask("modal", { as: session.me });
  if (answer.ok === false) return;
  const top = answer.stack?.at(-1) ?? null;
  if (!top) close();
  else show(top, answer.stack.length);
}

/** Closes the dialog on the page alone, as when one becomes somebody else. */
export function close() {
  const was = open;
  open = null;
  below.clear();
  was?.dialog.close();
}

function show(top, depth) {
  const signature = JSON.stringify([top.id, top.view]);
  if (open?.signature === signature) {
    complain(top.errors);
    return;
  }
  const same = open?.id === top.id;
  if (open) below.set(open.id, open.drawing.state().values);
  const survivors = below.get(top.id) ?? {};
  const focused = same ? fieldWithFocus() : null;
  if (!open) open = { dialog: openDialog(frame()) };
  Object.assign(open, { id: top.id, signature, busy: false, errors: null });
  draw(top, depth, survivors);
  complain(top.errors);
  land(focused);
}

/** Shows the errors the app answered with, once: what one has put right since is not marked again. */
function complain(errors) {
  const now = errors && Object.keys(errors).length ? JSON.stringify(errors) : null;
  if (now && now !== open.errors) showErrors(open.drawing, errors);
  open.errors = now;
}

function frame() {
  const dialog = h("dialog", { class: "sheet", "aria-labelledby": "form-title" });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave(false);
  });
  dialog.addEventListener("close", () => {
    // the browser may close it by itself at a second Escape
    if (open?.dialog !== dialog) return;
    const { id } = open;
    open = null;
    tell("modal/close", { as: session.me, view_id: id }).then(refreshModal);
  });
  return dialog;
}

function fieldWithFocus() {
  const one = open.drawing.fields.find(({ node }) => node.contains(document.activeElement));
  return one ? { blockId: one.blockId, actionId: one.actionId } : null;
}

function land(focused) {
  const { fields } = open.drawing;
  const again = focused && fields.find((one) => one.blockId === focused.blockId && one.actionId === focused.actionId);
  const first = again ?? fields.find(({ showProblem, control }) => showProblem && control);
  (first?.control ?? open.dialog.querySelector(".sheet-close")).focus();
}

function draw({ id, view }, depth, survivors) {
  const surface = {
    survivors,
    press: (action, control, state) => press(id, action, control, state),
    options: (blockId, actionId, value) => readOptions(id, blockId, actionId, value),
    upload: (file) => upload(file, session.me),
  };
  open.drawing = drawBlocks(view.blocks, surface);
  const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
  const submit = view.submit
    ? h(
        "button",
        { type: "submit", class: "button button-primary" },
        h("span", { class: "spin", "aria-hidden": "true" }),
        words(view.submit),
      )
    : null;
  const away = h(
    "button",
    { type: "button", class: "button", on: { click: () => leave(false) } },
    words(view.close) || (view.submit ? "Avbryt" : "Stäng"),
  );
  const form = h(
    "form",
    {
      class: "sheet-form",
      novalidate: true,
      on: {
        submit: (event) => {
          event.preventDefault();
          send(id);
        },
      },
    },
    h(
      "div",
      { class: "sheet-head" },
      depth > 1
        ? h(
            "button",
            { type: "button", class: "sheet-close", "aria-label": "Tillbaka", on: { click: () => leave(false) } },
            icon("left"),
          )
        : null,
      h("h2", { id: "form-title" }, words(view.title)),
      h(
        "button",
        { type: "button", class: "sheet-close", "aria-label": "Stäng formuläret", on: { click: () => leave(true) } },
        icon("close"),
      ),
    ),
    h("div", { class: "sheet-body", tabindex: "-1" }, open.drawing.node),
    trouble,
    h("div", { class: "sheet-foot" }, away, submit),
  );
  fill(open.dialog, form);
  Object.assign(open, { trouble, submit, form });
}

function say(sentence) {
  if (!open) return;
  fill(open.trouble, sentence ? [icon("warning"), sentence] : []);
  open.trouble.hidden = !sentence;
}

function busy(isBusy) {
  if (!open) return;
  open.busy = isBusy;
  open.form.classList.toggle("sending", isBusy);
  open.form.setAttribute("aria-busy", String(isBusy));
  if (open.submit) open.submit.disabled = isBusy;
  if (isBusy) announce("Skickar …");
}

async function send(id) {
  if (open.busy) return;
  say(null);
  const wrong = firstProblem(open.drawing);
  if (wrong) {
    wrong.control.focus();
    return;
  }
  busy(true);
  const answer = await tell("modal/submit", { as: session.me, view_id: id, state: open.drawing.state() });
  busy(false);
  if (open?.id !== id) return;
  if (answer.errors && Object.keys(answer.errors).length) {
    open.errors = JSON.stringify(answer.errors);
    const first = showErrors(open.drawing, answer.errors);
    if (first) first.control?.focus();
    else say(Object.values(answer.errors).join(" "));
    return;
  }
  if (answer.ok === false) {
    say(answer.error);
    return;
  }
  await refreshModal();
}

async function press(id, action, control, state) {
  control?.classList.add("pressed");
  const answer = await tell("modal/press", {
    as: session.me,
    view_id: id,
    block_id: action.block_id,
    action_id: action.action_id,
    action,
    state,
  });
  control?.classList.remove("pressed");
  if (answer.ok === false) say(answer.error);
  else await refreshModal();
  return answer;
}

async function readOptions(id, blockId, actionId, value) {
  return asGroups(
    await tell("options", { as: session.me, view_id: id, block_id: blockId, action_id: actionId, value }),
  );
}

/** The answer of POST /page/options as groups for a chooser. */
export function asGroups(answer) {
  if (answer.ok === false) return { groups: [], error: answer.error };
  return { groups: answer.option_groups ?? [{ label: null, options: answer.options ?? [] }] };
}

async function leave(everything) {
  if (!open || open.busy) return;
  const { id } = open;
  const answer = await tell("modal/close", { as: session.me, view_id: id, is_cleared: everything, clear: everything });
  if (answer.ok === false && open?.id === id) close();
  await refreshModal();
}
