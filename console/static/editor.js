// The editor while somebody writes: the check runs after each pause, findings stand at their fields, the trial goes on
// without leaving the page. Every page works without this file.

import { told } from "./words.js";

const PAUSE = 700;
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

async function post(address, data) {
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(data), cache: "no-store" });
  return answer.ok && !answer.redirected ? answer.text() : null; // a sign-in page is no answer
}

// --- the check --------------------------------------------------------------------------------------------------------

function placeAtFields(list) {
  for (const slot of all("[data-findings]")) slot.replaceChildren();
  for (const finding of all("li[data-field]", list)) {
    const slot = finding.dataset.field && document.querySelector(`[data-findings="${CSS.escape(finding.dataset.field)}"]`);
    if (!slot) continue;
    const copy = document.createElement("li");
    copy.className = finding.className;
    copy.textContent = `${finding.querySelector(".what").textContent}: ${finding.querySelector(".says").textContent.trim()}`;
    slot.append(copy);
  }
}

// A finding leads to its line of the file, or to its field.
function leadThere(list) {
  for (const finding of all("li[data-line]", list)) {
    const at = finding.querySelector(".at");
    const target = targetOf(finding);
    if (!at || !target) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "at";
    button.textContent = at.textContent;
    button.addEventListener("click", target);
    at.replaceWith(button);
  }
}

function targetOf(finding) {
  const text = document.getElementById("texto");
  if (text && Number(finding.dataset.line)) return () => toLine(text, Number(finding.dataset.line));
  const field = finding.dataset.field && document.querySelector(`[data-pointer="${CSS.escape(finding.dataset.field)}"]`);
  if (!field) return null;
  return () => {
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    field.querySelector("input, textarea, select").focus();
  };
}

function toLine(text, line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] || "").length);
  text.scrollTop = Math.max(0, (line - 6) * (text.scrollHeight / Math.max(1, lines.length)));
}

function watch(form) {
  const place = document.getElementById("hallazgos");
  const state = document.getElementById("revision-estado");
  let waiting = 0;
  let asked = 0;
  const check = async () => {
    const mine = (asked += 1);
    state.textContent = told("Revisando…");
    let fresh = null;
    try { fresh = await post(form.dataset.check, new FormData(form)); } catch { /* no network: said below */ }
    if (mine !== asked) return;
    state.textContent = fresh === null ? told("No se pudo revisar ahora. Guarde pronto, o copie lo suyo.") : "";
    if (fresh === null) return;
    place.innerHTML = fresh; // our own page, escaped by the server
    placeAtFields(place);
    leadThere(place);
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(check, PAUSE); });
  leadThere(place);
}

// Leaving with something unsaved is asked about once.
function guard(form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// --- the trial --------------------------------------------------------------------------------------------------------

function live(place) {
  place.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation(); // each answer is a form of its own: two quick ones are two answers
    const form = event.target;
    const data = new FormData(form);
    if (event.submitter?.name) data.set(event.submitter.name, event.submitter.value);
    data.set("parte", "1");
    place.setAttribute("aria-busy", "true");
    try {
      const fresh = await post(form.getAttribute("action"), data);
      if (fresh === null) location.reload();
      else show(place, fresh);
    } finally {
      place.removeAttribute("aria-busy");
    }
  });
}

function show(place, fresh) {
  place.innerHTML = fresh; // our own page, escaped by the server
  const bubbles = place.querySelector(".bubbles");
  if (bubbles) bubbles.scrollTop = bubbles.scrollHeight;
  (place.querySelector(".tap") || place.querySelector("#t-escrito") || place.querySelector("button"))
    ?.focus({ preventScroll: true });
}

for (const form of all("form[data-check]")) { watch(form); guard(form); }
for (const place of all("[data-live]")) live(place);
