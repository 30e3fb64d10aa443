// Bewaren: to a file that the reviewer chooses once, or as a download. A served page posts instead.

const FILE_NAME = "corrections.json";
const saving = { handle: null, file: "", at: "" };

/** Bewaren, as the button and the key do it. */
async function save() {
  takeTyped();
  writeNow();
  if (DATA.served) return postNow();
  if (!tables.some(isTold)) return tell("save.nothing");
  const out = outgoing();
  try {
    if (!(await writeFile(JSON.stringify(correctionsFile(), null, 1)))) return undefined;
  } catch (error) {
    saving.handle = null;
    setNotice("save", { words: () => say("save.failed", { error: String(error?.message ?? error) }) });
    return undefined;
  }
  setNotice("save", null);
  markSent(out);
  saving.at = clock();
  refresh();
  return tell("saved.file", { file: saving.file, time: saving.at });
}

/** Whether it was written; false: the reviewer chose no file after all. */
async function writeFile(text) {
  if (!window.showSaveFilePicker) {
    saving.file = FILE_NAME;
    download(FILE_NAME, text);
    return true;
  }
  saving.handle = saving.handle ?? (await chosenFile());
  if (!saving.handle) return false;
  const stream = await saving.handle.createWritable();
  await stream.write(text);
  await stream.close();
  saving.file = saving.handle.name;
  return true;
}

async function chosenFile() {
  try {
    return await window.showSaveFilePicker({ suggestedName: FILE_NAME, types: [{ accept: { "application/json": [".json"] } }] });
  } catch (error) {
    if (error?.name === "AbortError") return null;
    throw error;
  }
}

function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = make("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/** What stands about saving at the foot of the page. */
function savedWords() {
  if (DATA.served) return postedWords();
  if (anyUnsaved()) return say("saved.browser");
  if (saving.at) return say("saved.file", { file: saving.file, time: saving.at });
  return say(tables.some((table) => table.edits.size) ? "saved.all" : "saved.none");
}

/** The time as people read it: 14:03. */
function clock(now = new Date()) {
  return `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
}

/** The browser asks before it leaves work behind that is in no file. */
function askBeforeLeaving(event) {
  takeTyped();
  writeNow();
  if (!anyUnsaved()) return;
  event.preventDefault();
  event.returnValue = "";
}
