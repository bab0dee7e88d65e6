// Speaks with the local Slack's page addresses. Every failure becomes {ok: false, error} with a sentence to show.

import { sentenceFor } from "./sentences.js";

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    return { ok: false, error: sentenceFor("unreachable") };
  }
  let body;
  try {
    body = await response.json();
  } catch {
    return { ok: false, error: sentenceFor(response.ok ? "garbled" : `http ${response.status}`) };
  }
  if (body && body.ok === false) return { ...body, error: sentenceFor(body.error) };
  if (!response.ok) return { ok: false, ...body, error: sentenceFor(body?.error ?? `http ${response.status}`) };
  return body;
}

function query(parameters) {
  return new URLSearchParams(parameters).toString();
}

/** Reads: GET /page/<path>?<parameters>. */
export function ask(path, parameters = {}) {
  return answer(fetch(`/page/${path}?${query(parameters)}`, { cache: "no-store" }));
}

/** Does: POST /page/<path> with a JSON body. */
export function tell(path, body) {
  return answer(
    fetch(`/page/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

/** Sends a file; the answer carries its id. */
export function upload(file, as) {
  const form = new FormData();
  form.append("as", as);
  form.append("file", file, file.name);
  return answer(fetch("/page/upload", { method: "POST", body: form }));
}

/** Listens to what changes for a member; after a break everything is read again. Gives a function that stops it. */
export function listen(as, changed) {
  const source = new EventSource(`/page/events?${query({ as })}`);
  let broken = false;
  source.onmessage = (event) => {
    const { changed: names } = JSON.parse(event.data);
    changed(names);
  };
  source.onerror = () => {
    broken = true;
  };
  source.onopen = () => {
    if (broken) changed(["world", "conversation:*", "home", "modal", "clock"]);
    broken = false;
  };
  return () => source.close();
}
