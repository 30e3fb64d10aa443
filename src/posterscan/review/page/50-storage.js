// Every edit is in this browser's storage within a moment: per table, so that a large batch is not written anew each time.

const STORE = "posterscan/1";
const BATCH = tables.map((table) => table.record.measured).join();
const BATCH_KEY = hashed(BATCH).toString(16) + hashed(`${BATCH}.`).toString(16);
const HISTORY = `${STORE}/history/${BATCH_KEY}`;
const STORE_DELAY_MS = 150;

const storage = { waiting: new Set(), timer: 0 };
const tableKey = (table) => `${STORE}/${table.record.measured}`;

/** Takes note that these tables changed: written soon, and posted when served. */
function keep(changed) {
  changed.forEach((table) => storage.waiting.add(table));
  storage.timer = storage.timer || setTimeout(writeNow, STORE_DELAY_MS);
  if (DATA.served) postSoon(POST_DELAY_MS);
}

/** Writes what waits to be written. */
function writeNow() {
  clearTimeout(storage.timer);
  storage.timer = 0;
  if (!storage.waiting.size) return;
  const done = [...storage.waiting].map((table) => write(tableKey(table), tableText(table)));
  done.push(write(HISTORY, JSON.stringify(history)));
  if (done.every(Boolean)) storage.waiting.clear();
  setNotice("storage", done.every(Boolean) ? null : { words: () => say("storage.failed") });
}

/** A table as it is kept; null: there is nothing to keep. */
function tableText(table) {
  if (!table.edits.size && !table.sent.size) return null;
  return JSON.stringify({ name: table.name, edits: [...table.edits.values()], unsaved: table.unsaved, sent: [...table.sent] });
}

/** Whether it could be written (null takes the key away). */
function write(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** What was kept under a key; null where there is nothing or it makes no sense. */
function readJson(key) {
  try {
    return JSON.parse(read(key) ?? "null");
  } catch {
    return null;
  }
}

/** Takes up the work of an earlier visit to this page. */
function takeUp() {
  tables.forEach(takeUpTable);
  const kept = readJson(HISTORY);
  history.done = Array.isArray(kept?.done) ? kept.done : [];
  history.undone = Array.isArray(kept?.undone) ? kept.undone : [];
  if (!write(`${STORE}/probe`, "1")) setNotice("storage", { words: () => say("storage.failed") });
  write(`${STORE}/probe`, null);
}

/** A served page knows already what was posted; others may have said more about it since, so only the rest is taken up. */
function takeUpTable(table) {
  const kept = readJson(tableKey(table));
  const entries = Array.isArray(kept?.edits) ? kept.edits.filter((entry) => typeof entry?.field === "string") : [];
  const fresh = DATA.served ? entries.filter((entry) => !entry.saved) : entries;
  table.edits = new Map(fresh.map((entry) => [keyOf(entry.card, entry.field), entry]));
  table.sent = new Set(DATA.served || !Array.isArray(kept?.sent) ? [] : kept.sent);
  table.unsaved = Boolean(kept?.unsaved) && (fresh.length > 0 || table.sent.size > 0);
  table.derived = null;
}

/** Work on tables of these names that belongs to another measurement and is in no file: [key, name, entries]. */
function formerWork() {
  const current = new Set(tables.map(tableKey));
  return storedKeys().filter((key) => /^posterscan\/1\/[^/]+$/.test(key) && !current.has(key)).map((key) => [key, readJson(key)])
    .filter(([, kept]) => kept?.unsaved && tableByName.has(kept.name) && Array.isArray(kept.edits) && kept.edits.length)
    .map(([key, kept]) => [key, kept.name, kept.edits]);
}

function storedKeys() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

/** Offers to save such work as a file, since this page cannot take it up. */
function tellFormerWork() {
  for (const [key, name, edits] of formerWork()) {
    const hide = { label: () => say("hide"), run: () => setNotice(key, null) };
    const save = { label: () => say("former.save"), run: () => saveFormer(key, name, edits) };
    setNotice(key, { words: () => say("former.found", { table: titleOf(tableByName.get(name)) }), actions: [save, hide] });
  }
}

function saveFormer(key, name, edits) {
  const corrections = edits.map((entry) => ({ card: entry.card, field: entry.field, value: entry.value, before: entry.before ?? null,
    machine: null, at: entry.at, reason: null, center_mm: null }));
  const measured = key.slice(STORE.length + 1);
  const tablesPart = [{ name, measured, photos: [], status: "in-progress", sample: [], corrections }];
  download(`corrections-${name}.json`, JSON.stringify(correctionsFile(tablesPart), null, 1));
  write(key, JSON.stringify({ name, edits, unsaved: false }));
  setNotice(key, null);
}

/** A number that tells this browser with this page from others. */
function sessionId() {
  const key = `${STORE}/session/${BATCH_KEY}`;
  const made = read(key) ?? [...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16).padStart(2, "0")).join("");
  sessionId.now = sessionId.now ?? made;
  write(key, sessionId.now);
  return sessionId.now;
}

/** Another window with this page wrote: take that up, lest the two overwrite each other. */
function otherWindowWrote(event) {
  const table = tables.find((each) => tableKey(each) === event.key);
  if (!table && event.key !== HISTORY) return;
  if (table) takeUpTable(table);
  else Object.assign(history, { done: [], undone: [] }, readJson(HISTORY));
  refresh();
}
