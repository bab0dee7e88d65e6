// The app's Home tab, as the bot has published it for me.

import { ask, tell, upload } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { fill, h, icon } from "./dom.js";
import { asGroups } from "./modal.js";
import { portrait } from "./people.js";
import { session } from "./session.js";

/**
 * Shows Home in `node`, if it is still wanted() when it has been read, and tells the bot that it was opened.
 * Gives {update(), focus(), jump()}.
 */
export async function showHome(node, head, wanted) {
  const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
  const scroller = h("div", { class: "scroller home", tabindex: "0", role: "region", "aria-label": "Hem" });
  let signature = null;
  let drawing = null;

  const complain = (sentence) => {
    fill(trouble, icon("warning"), sentence);
    trouble.hidden = !sentence;
  };

  async function update() {
    const answer = await ask("home", { as: session.me });
    if (answer.ok === false) {
      complain(answer.error);
      return;
    }
    const now = JSON.stringify(answer.view ?? null);
    if (now === signature) return;
    const survivors = drawing && JSON.parse(signature)?.id === answer.view?.id ? drawing.state().values : {};
    signature = now;
    if (!answer.view) {
      fill(
        scroller,
        h(
          "div",
          { class: "empty" },
          icon("home"),
          h("h2", {}, "Här är det tomt än så länge"),
          h("p", {}, "Boten fyller på när den är igång."),
        ),
      );
      return;
    }
    drawing = drawBlocks(answer.view.blocks, surface(answer.view, survivors));
    const top = scroller.scrollTop;
    fill(scroller, h("div", { class: "home-sheet" }, drawing.node));
    scroller.scrollTop = top;
  }

  function surface(view, survivors) {
    const place = { as: session.me, view_id: view.id };
    return {
      survivors,
      level: 2,
      async press(action, control, state) {
        trouble.hidden = true;
        control?.classList.add("pressed");
        const answer = await tell("modal/press", {
          ...place,
          block_id: action.block_id,
          action_id: action.action_id,
          action,
          state,
        });
        control?.classList.remove("pressed");
        if (answer.ok === false) complain(answer.error);
        return answer;
      },
      options: async (blockId, actionId, value) =>
        asGroups(await tell("options", { ...place, block_id: blockId, action_id: actionId, value })),
      upload: (file) => upload(file, session.me),
    };
  }

  const bot = session.world.bot;
  await update();
  if (!wanted()) return null;
  fill(
    node,
    head({ title: "Hem", sign: portrait(bot?.id ?? "", true), topic: bot ? `Från ${bot.name}` : "" }),
    scroller,
    trouble,
  );
  tell("open_home", { as: session.me }).then((answer) => {
    if (answer.ok === false) complain(answer.error);
    else update();
  });
  return { update, focus: () => scroller.focus(), jump() {} };
}
