// What the counselors' pages do beside being read: refresh, keys, the form that shows what fits, undo in seconds.
// Every page works without this file.

import { told } from "./words.js";

// Most answers are "nothing new", without a page: asking often costs next to nothing.
const REFRESH = 5000;
const REFRESH_UNSEEN = 15000;
const STILL_SIGNED_IN = 60000;
const $ = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// --- the list ---------------------------------------------------------------------------------------------------------

const cards = () => all(".card");
const current = () => document.querySelector(".card.current") || document.activeElement.closest?.(".card");

function choose(card) {
  if (!card) return;
  for (const other of cards()) other.classList.toggle("current", other === card);
  card.querySelector(".open").focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const list = cards();
  const at = list.indexOf(current());
  choose(list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + step))]);
}

// What had the focus keeps it, although its element was replaced: the same card, and in it the same kind of control.
function remember() {
  const card = current();
  const active = document.activeElement;
  return {
    task: card?.dataset.task,
    isCurrent: card?.classList.contains("current"),
    control: card?.contains(active) ? (active.matches("[data-take]") ? "[data-take]" : ".open") : null,
    index: cards().indexOf(card),
  };
}

function restore({ task, isCurrent, control, index }) {
  if (!task) return;
  const card = cards().find((one) => one.dataset.task === task) || cards()[Math.min(index, cards().length - 1)];
  if (!card) return;
  card.classList.toggle("current", Boolean(isCurrent));
  if (control) (card.querySelector(control) || card.querySelector(".open")).focus({ preventScroll: true });
}

// A list of names that somebody has opened is not closed under their hand.
function isBeingUsed(part) {
  return document.activeElement.matches("select") && part.contains(document.activeElement);
}

function crises(root) {
  return Number(root.querySelector("[data-crises]")?.dataset.crises || 0);
}

let tag = "";
let askedAt = 0;
let asking = null;

// One question at a time, however slow the line is; who asks meanwhile is answered by one more, not by the one under way.
function refresh() {
  const next = asking ? asking.then(look) : look();
  const mine = next.finally(() => { if (asking === mine) asking = null; });
  asking = mine;
}

function refreshByTheClock() {
  if (asking || (document.hidden && Date.now() - askedAt < REFRESH_UNSEEN)) return;
  refresh();
}

async function look() {
  const place = $("cards");
  askedAt = Date.now();
  let response;
  try {
    response = await fetch(place.dataset.source, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
  } catch {
    $("fresh").textContent = told("Sin conexión: la lista puede estar vieja.");
    return;
  }
  if (response.status === 401) return leave();
  if (response.status === 304) { $("fresh").textContent = ""; tag = response.headers.get("ETag") || tag; return; }
  if (!response.ok) { $("fresh").textContent = told("La lista no se pudo actualizar."); return; }
  const fresh = document.createElement("template");
  fresh.innerHTML = await response.text(); // our own page, escaped by the server
  $("fresh").textContent = "";
  tag = response.headers.get("ETag") || "";
  const before = crises(place);
  if (fresh.innerHTML.trim() === place.dataset.shown) return;
  place.dataset.shown = fresh.innerHTML.trim();
  const kept = remember();
  for (const old of all("[data-part]", place)) {
    const next = fresh.content.querySelector(`[data-part=${old.dataset.part}]`);
    if (!next) continue;
    // What stays for now is asked for again.
    if (isBeingUsed(old)) { tag = ""; place.dataset.shown = ""; } else old.replaceWith(next);
  }
  restore(kept);
  const now = crises(place);
  if (now > before) $("alarm").textContent = told("Hay un caso nuevo en crisis. En total: {number}.", { number: now });
  showCount();
}

function showCount() {
  const number = crises(document);
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (number) document.title = `(${number}) ${document.title}`;
}

// --- the session ------------------------------------------------------------------------------------------------------

// Nothing about anybody stays on a screen whose session has ended.
function leave() {
  document.body.replaceChildren();
  location.replace("/login");
}

async function checkSession() {
  try {
    if ((await fetch("/sesion", { cache: "no-store" })).status === 401) leave();
  } catch { /* no network: the next look decides */ }
}

// --- the result of a call ---------------------------------------------------------------------------------------------

// After a talk: what came out of it, or a reason to close. Without one: only the end of all attempts.
function fits(disposition, contact) {
  if (!contact) return false;
  const isFinal = disposition.dataset.when === "final";
  return isFinal ? contact.dataset.mayEnd === "1" : contact.dataset.reached === "1";
}

function showWhatFits() {
  const form = $("result");
  const contact = form.querySelector("[name=contacto]:checked");
  for (const one of all("[name=disposicion]", form)) {
    const shown = fits(one, contact);
    one.closest(".choice").hidden = !shown;
    if (!shown) one.checked = false;
  }
  const disposition = form.querySelector("[name=disposicion]:checked");
  $("more-endings").hidden = contact?.dataset.reached !== "1";
  if (disposition?.closest("#more-endings")) $("more-endings").open = true;
  $("talk").hidden = !all("[name=disposicion]", form).some((one) => !one.closest(".choice").hidden);
  for (const one of all("[name=disposicion]", form)) one.required = contact?.dataset.needsTalk === "1";
  $("talk").querySelector("legend").textContent =
    contact?.dataset.needsTalk === "1" ? told("En qué quedó") : told("En qué quedó (si ya es definitivo)");
  $("referral-field").hidden = disposition?.dataset.needs !== "referral";
  $("next-field").hidden = !(disposition ? disposition.dataset.chooses === "1" : contact?.dataset.chooses === "1");
  if ($("next-field").hidden) $("next").value = "";
  const heard = $("heard-field");
  if (heard) heard.hidden = !heard.dataset.for.split(" ").includes(contact?.value);
  const safe = $("safe-again");
  if (safe) {
    safe.hidden = contact?.dataset.reached !== "1";
    $("safe-answers").hidden = form.querySelector("[name=seguro]:checked")?.value !== "cambio";
  }
  $("note").required = disposition?.dataset.needs === "note";
  $("follows").textContent = followsWords(contact, disposition);
  $("talk-guide").textContent = disposition?.dataset.guide || "";
}

function followsWords(contact, disposition) {
  if (!contact) return "";
  const next = !disposition && contact.dataset.next ? told("Próximo intento: {moment}.", { moment: contact.dataset.next }) : "";
  return [next, contact.dataset.guide].filter(Boolean).join(" ");
}

function pick(number) {
  const choice = $("result")?.querySelector(`[data-key="${number}"]`);
  if (!choice) return false;
  choice.checked = true;
  choice.focus();
  showWhatFits();
  return true;
}

// --- undo -------------------------------------------------------------------------------------------------------------

function countDown(form) {
  let left = Number(form.dataset.undo);
  const words = form.querySelector("[data-seconds]");
  const tick = () => {
    if (left <= 0) return form.remove();
    words.textContent = `(${left} s)`;
    left -= 1;
    setTimeout(tick, 1000);
  };
  tick();
}

// --- keys -------------------------------------------------------------------------------------------------------------

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("keys")?.open) return;
  if (event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
  if (handle(event.key)) event.preventDefault();
}

function handle(key) {
  if (key === "?") { $("keys")?.showModal(); return Boolean($("keys")); }
  if (key === "j" || key === "k") { move(key === "j" ? 1 : -1); return cards().length > 0; }
  if (key === "c") return press((current() || document).querySelector("[data-take]"));
  if (key === "u") return press(document.querySelector("[data-undo] button"));
  if (/^[1-9]$/.test(key)) return pick(key) || press(current()?.querySelector(`[data-quick="${key}"]`));
  return false;
}

function press(button) {
  button?.click();
  return Boolean(button);
}

// --- start ------------------------------------------------------------------------------------------------------------

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".who, .more")) {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  }
});
if ($("cards")?.dataset.source) {
  showCount();
  setInterval(refreshByTheClock, REFRESH);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  const filters = document.querySelector("[data-filters]");
  if (filters) {
    filters.querySelector("[data-apply]").hidden = true;
    const box = filters.closest("details");
    if (matchMedia("(max-width: 52rem)").matches && !location.search) box.open = false;
    filters.addEventListener("change", () => filters.requestSubmit());
  }
} else {
  setInterval(checkSession, STILL_SIGNED_IN);
}
if ($("result")) {
  $("result").addEventListener("change", showWhatFits);
  showWhatFits();
}
for (const form of all("[data-undo]")) countDown(form);
for (const button of all("[data-print]")) button.addEventListener("click", () => print());
// Two taps on one button send one form.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 5000);
});
$("dial")?.focus({ preventScroll: true });
