// What the page knows right now: who one is, everybody else, and the conversations one sees.

export const session = {
  me: null, // user id
  people: new Map(), // id → {id, name, title, organisation, external}
  world: null, // the answer of GET /page/world
  place: null, // "home" or a conversation's id
  go: () => {}, // set by main.js: moves to a place
};

/** The person or bot with this id; someone unknown gets the id as name. */
export function person(id) {
  const bot = session.world?.bot;
  if (bot && id === bot.id) return { id, name: bot.name, title: "", organisation: "", external: false, bot: true };
  return session.people.get(id) ?? { id, name: id ?? "Okänd", title: "", organisation: "", external: false };
}

/** The conversation with this id, when one sees it. */
export function conversation(id) {
  return session.world?.conversations.find((candidate) => candidate.id === id) ?? null;
}

/** "#planeringsgruppen", or the other's name in a direct message. */
export function placeName(id) {
  const found = conversation(id);
  if (!found) return "#privat-kanal";
  return found.kind === "im" ? found.name : `#${found.name}`;
}
