// The editor of rules: the service checks while one types, shows what an edit changes, and writes it.

import {EditorState, EditorView, HighlightStyle, defaultKeymap, drawSelection, highlightActiveLine, history, historyKeymap, indentOnInput, indentUnit, keymap, lineNumbers, lintGutter, lintKeymap, setDiagnostics, syntaxHighlighting, tags, yaml} from "./vendor/codemirror.min.js";

const byId = (id) => document.getElementById(id);
const beside = matchMedia("(min-width: 50rem)"); // edit.css puts the checks there
const nonce = document.querySelector("meta[name=editor-nonce]").content;
const look = EditorView.theme({
  "&": {fontSize: ".875rem", color: "var(--ink)", maxHeight: "60vh"},
  "&.cm-focused": {outline: "3px solid var(--focus)", outlineOffset: "-3px"},
  ".cm-scroller": {fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", overflow: "auto"},
  ".cm-content": {caretColor: "var(--ink)"},
  ".cm-cursor": {borderLeftColor: "var(--ink)"},
  ".cm-gutters": {backgroundColor: "var(--card)", color: "var(--dim)", border: "none"},
  ".cm-activeLine": {backgroundColor: "color-mix(in srgb, var(--accent) 8%, transparent)"},
  ".cm-activeLineGutter": {backgroundColor: "transparent", color: "var(--ink)"},
  ".cm-tooltip": {backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)"},
});
const colours = HighlightStyle.define([
  {tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--accent)"},
  {tag: [tags.number, tags.bool, tags.null], color: "var(--other)"},
  {tag: [tags.string], color: "var(--ship)"},
  {tag: [tags.comment, tags.lineComment], color: "var(--dim)", fontStyle: "italic"},
]);

const files = [...document.querySelectorAll(".editor")].map((place) => {
  const {path, text, isNew} = JSON.parse(place.nextElementSibling.textContent);
  const file = {path, before: text, isNew};
  file.view = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce), lineNumbers(), history(), drawSelection(), highlightActiveLine(), indentOnInput(), indentUnit.of("  "), lintGutter(),
        yaml(), syntaxHighlighting(colours), look, EditorView.lineWrapping, keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({"aria-label": `Text of ${path}`, tabindex: "0", spellcheck: "false"}),
        EditorView.scrollMargins.of(() => ({bottom: beside.matches ? 0 : document.querySelector(".checks").offsetHeight})), // they lie over the end of a narrow window
        EditorView.updateListener.of((update) => { if (update.docChanged) soon(); }),
      ],
    }),
  });
  file.text = () => file.view.state.doc.toString();
  return file;
});
byId("edit").hidden = false;

let waiting, asking, tag = null, writable = false;
const changed = () => files.some((file) => file.text() !== file.before);
// What is emptied is taken away; of a file that is new nothing is written then.
const edited = () => Object.fromEntries(files.map((file) => [file.path, file.text().trim() ? file.text() : null]).filter(([, text], i) => text !== null || !files[i].isNew));
const gone = () => Object.entries(edited()).filter(([, text]) => text === null).map(([path]) => path);
const post = (address, body, signal) => fetch(address, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body), signal});

function soon() {
  clearTimeout(waiting);
  byId("save").disabled = true;
  byId("effects-button").disabled = !changed();
  byId("checks-state").textContent = "Checking …";
  waiting = setTimeout(check, 400);
}

function placeOf(mistake) {
  const file = files.find((one) => mistake.file === one.path || mistake.file.endsWith(`/${one.path}`));
  if (!file) return null;
  const line = file.view.state.doc.line(Math.min(Math.max(mistake.line, 1), file.view.state.doc.lines));
  return {file, from: Math.min(line.from + Math.max(mistake.column - 1, 0), line.to), to: line.to};
}

function show(mistakes, warnings = []) {
  const told = [...mistakes, ...warnings];
  for (const file of files) {
    const own = told.map((mistake) => [mistake, placeOf(mistake)]).filter(([, place]) => place?.file === file);
    const found = own.map(([mistake, place]) => ({from: place.from, to: place.to, severity: mistakes.includes(mistake) ? "error" : "warning", message: `${mistake.message}. ${mistake.remedy}`.trim()}));
    file.view.dispatch(setDiagnostics(file.view.state, found));
  }
  byId("mistakes").replaceChildren(...told.map((mistake) => {
    const item = document.createElement("li"), place = placeOf(mistake);
    if (place) {
      const go = document.createElement("button");
      go.type = "button";
      go.className = "plain";
      go.textContent = `${place.file.path}:${mistake.line}:${mistake.column}`;
      go.addEventListener("click", () => {
        place.file.view.dispatch({selection: {anchor: place.from}, scrollIntoView: true});
        place.file.view.focus();
      });
      item.append(go);
    } else {
      item.append(`${mistake.file}: `);
    }
    item.append(`${mistakes.includes(mistake) ? "" : "Worth a look: "}${mistake.message}. ${mistake.remedy}`);
    return item;
  }));
}

async function check() {
  asking?.abort();
  asking = new AbortController();
  if (!changed()) {
    show([]);
    byId("checks-state").textContent = "Nothing is changed.";
    return;
  }
  if (!Object.keys(edited()).length) {
    show([]);
    byId("checks-state").textContent = "There is no text to save.";
    return;
  }
  const taken = gone();
  try {
    const answer = await post("/ui/edit/check", {files: edited()}, asking.signal);
    const found = await answer.json();
    if (!answer.ok) {
      show([]);
      throw new Error(found.detail);
    }
    show(found.mistakes, found.warnings ?? []);
    const away = taken.length ? `Saving takes ${taken.join(" and ")} away. ` : "";
    byId("checks-state").textContent = found.good ? `${away}It loads, and all ${found.cases} cases hold.` : `${away}${found.mistakes.length} ${found.mistakes.length === 1 ? "mistake" : "mistakes"}:`;
    byId("save").disabled = !(found.good && writable);
  } catch (error) {
    if (error.name !== "AbortError") byId("checks-state").textContent = error.message || "The service did not answer. Type on to try again.";
  }
}

async function effects() {
  const place = byId("effects");
  place.textContent = "Judging the example and past runs …";
  try {
    const answer = await post("/ui/edit/effects", {files: edited()});
    place.innerHTML = await answer.text(); // from the service's own template, which escapes
  } catch {
    place.textContent = "The service did not answer. Try again.";
  }
  place.focus();
}

async function save() {
  const state = byId("save-state");
  byId("save").disabled = true;
  state.textContent = "Saving …";
  const sent = edited(), texts = files.map((file) => file.text()); // what is typed from here on is not saved yet
  try {
    const answer = await fetch("/rules/files", {method: "PATCH", headers: {"Content-Type": "application/json", "If-Match": tag}, body: JSON.stringify({files: sent, message: byId("message").value})});
    const found = await answer.json();
    if (!answer.ok) {
      state.textContent = found.detail;
      if (answer.status === 401 || answer.status === 403) {
        const link = document.createElement("a");
        link.href = "/ui/sign-in";
        link.textContent = "Sign in with a lead's key";
        state.append(" ", link, ".");
      }
      byId("save").disabled = false;
      return;
    }
    tag = found.etag;
    files.forEach((file, i) => {
      file.before = texts[i];
      if (file.path in sent) file.isNew = sent[file.path] === null;
    });
    state.textContent = `Saved and in force: rulebook ${found.revision}${found.commit ? `, commit ${found.commit.slice(0, 8)}` : ""}. ${found.warnings.join(" ")}`;
    if (changed()) soon();
    else byId("checks-state").textContent = "Nothing is changed since it was saved.";
  } catch {
    state.textContent = "The service did not answer. What was typed is still here: try again.";
    byId("save").disabled = false;
  }
}

async function ask() {
  try {
    const answer = await fetch("/rules/files");
    tag = answer.headers.get("ETag");
    writable = (await answer.json()).writable;
  } catch { /* the sentence below says it */ }
  if (!writable) byId("save-state").textContent = "Only the shipped rules are served, and those are not written. Start the service with a folder of your own on top (--rules shipped --rules our-rules) to save.";
}

byId("effects-button").addEventListener("click", effects);
byId("save").addEventListener("click", save);
addEventListener("beforeunload", (event) => { if (changed()) event.preventDefault(); });
ask();
