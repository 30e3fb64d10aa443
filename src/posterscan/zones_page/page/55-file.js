// Bewaren: layout.json, with all that the page doesn't touch as it came.

const FILE_NAME = "layout.json";

/** `text`: of the zones as they were last saved; `ids`: that a file knows; `handle`: the file that was chosen. */
const saving = { handle: null, file: "", at: "", text: "", ids: new Set() };

/** The whole file. */
function layoutFile(doc = history.now) {
  const ladder = doc.ladder === null ? null : zoneOf(doc.ladder, doc).raw.id;
  const file = { ...LAYOUT, zones: doc.zones.map(fileZone) };
  if (ladder !== null || "ladder_zone" in LAYOUT) file.ladder_zone = ladder;
  return file;
}

/** A zone as the file has it; one that nobody touched is as it came. */
function fileZone(zone) {
  const before = BEGINNING.zones.find((one) => one.key === zone.key);
  if (before && same(before.raw, zone.raw)) return before.raw;
  const polygon = before && same(before.raw.polygon_mm, zone.raw.polygon_mm) ? zone.raw.polygon_mm : clockwise(zone.raw.polygon_mm);
  return { ...zone.raw, label: zone.raw.label.trim(), polygon_mm: polygon };
}

const zonesText = () => {
  const { zones, ladder_zone: ladder } = layoutFile();
  return JSON.stringify([zones, ladder ?? null]);
};
const anyUnsaved = () => zonesText() !== saving.text;

/** As the button and the key do it: what is wrong is shown first. */
function save() {
  const found = faults(history.now).filter((fault) => fault.level !== "info");
  if (found.length) return showCheck(found);
  return saveNow();
}

async function saveNow() {
  openDialog()?.close();
  const text = zonesText();
  const ids = history.now.zones.map((zone) => zone.raw.id);
  try {
    if (!(await writeFile(`${JSON.stringify(layoutFile(), null, 1)}\n`))) return;
  } catch (error) {
    saving.handle = null;
    setNotice("save", { words: () => say("save.failed", { error: String(error?.message ?? error) }) });
    return;
  }
  Object.assign(saving, { text, at: clock(), ids: new Set([...saving.ids, ...ids]) });
  keep();
  const hide = { label: () => say("hide"), run: () => setNotice("save", null) };
  setNotice("save", { words: () => say("saved.next", { file: saving.file }), actions: [hide] });
  refresh();
}

/** Whether it was written; false: no file was chosen after all. */
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

/** The time as people read it: 14:03. */
function clock(now = new Date()) {
  return `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
}

/** The browser asks before it leaves work behind that is in no file. */
function askBeforeLeaving(event) {
  writeNow();
  if (!anyUnsaved()) return;
  event.preventDefault();
  event.returnValue = "";
}
