// A served page posts every edit to where it came from, and hears what others said of the same.

const POST_DELAY_MS = 400;
const RETRY_S = [2, 5, 10, 30, 60];
const posting = { timer: 0, busy: false, again: false, failures: 0, error: null, at: "" };

/** Posts after a moment, so that a burst of edits goes out at once. */
function postSoon(delayMs) {
  clearTimeout(posting.timer);
  posting.timer = setTimeout(postNow, delayMs);
}

/** Posts all there is; while a post is under way, once more after it. */
async function postNow() {
  clearTimeout(posting.timer);
  posting.again = posting.busy;
  if (posting.busy) return;
  posting.busy = true;
  showSaved();
  const out = outgoing();
  try {
    const answer = await post(correctionsFile());
    markSent(out);
    takeAnswer(answer, out.map(([table]) => table));
    posted();
  } catch (error) {
    notPosted(error);
  }
  posting.busy = false;
  if (posting.again) postNow();
  showSaved();
}

async function post(content) {
  const reply = await fetch("corrections", {
    method: "POST", headers: { "content-type": "application/json" }, credentials: "same-origin", body: JSON.stringify(content),
  });
  const answer = await reply.json().catch(() => ({}));
  if (answer.error) throw new Error(told(answer.error));
  if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
  return answer;
}

/** Takes up where others differ; for each table that was posted, all that stands. */
function takeAnswer({ differences = [], orphans = [] }, asked) {
  for (const table of asked) {
    const theirs = differences.filter((difference) => difference.table === table.name);
    theirs.filter((difference) => "here" in difference).forEach((difference) => adopt(table, difference));
    if (same(theirs, table.differences)) continue;
    table.differences = theirs;
    table.derived = null;
  }
  setNotice("orphans", orphans.length ? { words: () => sayCount("orphans", orphans.length) } : null);
  refresh();
}

/**
 * Somebody else said otherwise first, and that counts (`here`): it is shown, with our own word beside it to decide, as when
 * the page is loaded anew. Whoever called the card right did not know, so it is asked again.
 */
function adopt(table, { card, field, here }) {
  const key = keyOf(card, field);
  const entry = table.edits.get(key);
  if (entry && !entry.saved) return; // changed meanwhile: told with the next answer
  const gone = field === "added" ? [...table.edits.keys()].filter((each) => each.startsWith(`${card}\n`)) : [key, keyOf(card, "checked")];
  gone.forEach((each) => { table.edits.delete(each); table.sent.delete(each); });
  if (field !== "added") table.applied.set(key, here);
  table.derived = null;
}

function posted() {
  Object.assign(posting, { failures: 0, error: null, at: clock() });
  setNotice("post", null);
}

/** Tries again by itself, each time after a longer while. */
function notPosted(error) {
  posting.error = error instanceof TypeError ? say("post.offline") : String(error?.message ?? error);
  posting.failures += 1;
  postSoon(1000 * retryAfter());
  const actions = [{ label: () => say("post.retry"), run: postNow },
    { label: () => say("post.file"), run: () => download(FILE_NAME, JSON.stringify(correctionsFile(), null, 1)) }];
  setNotice("post", { words: () => say("post.failed", { error: posting.error }), actions });
}

const retryAfter = () => RETRY_S[Math.min(posting.failures, RETRY_S.length) - 1];

function postedWords() {
  if (posting.busy) return say("saved.posting");
  if (posting.error) return say("saved.failed", { n: retryAfter() });
  if (posting.at && !anyUnsaved()) return say("saved.posted", { time: posting.at });
  return say(anyUnsaved() ? "saved.posting" : "saved.none");
}
