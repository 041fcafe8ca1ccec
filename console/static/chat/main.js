// Puts the web chat together: what the person does, what the bot answers, and leaving quickly.

import { Outbox } from "./outbox.js";
import { Store, randomId } from "./store.js";
import { View } from "./view.js";

const TYPING_AFTER = 400;
const $ = (id) => document.getElementById(id);

const setup = JSON.parse($("setup").textContent);
const store = new Store();
const chat = store.chat;
const view = new View({ setup, language: document.documentElement.lang, onReply: reply, onRetry: () => outbox.retryNow() });
const outbox = new Outbox({ person: store.person, queue: chat.queue, changed, answered });

// --- the person -----------------------------------------------------------------------------------------------------

function say(text, kind = "text", said = text) {
  showTheRest();
  showReplies([]);
  const message = { id: randomId(), kind, said };
  const bubble = { from: "me", text, at: Date.now(), id: message.id };
  chat.bubbles.push(bubble);
  view.open();
  view.add(bubble);
  outbox.add(message);
  expectAnswer();
  wroteAt = Date.now();
  askLater();
}

function reply(button) {
  say(button.title, "payload", button.payload);
}

function changed(message, state, code) {
  view.setState(message.id, state, code);
  if (state !== "sending") view.setTyping(false);
  if (state === "retrying") clearTimeout(waiting);
  store.save();
}

// --- the bot --------------------------------------------------------------------------------------------------------

let waiting = 0;
let timer = 0;

function expectAnswer() {
  clearTimeout(waiting);
  waiting = setTimeout(() => view.setTyping(true), TYPING_AFTER);
}

function answered(messages) {
  clearTimeout(waiting);
  view.setTyping(false);
  chat.incoming.push(...messages);
  store.save();
  if (chat.queue.length > 0) expectAnswer();
  showNext();
}

// Bubbles come one after the other; one with a delay (a breath, a pause) keeps the dots moving until its time.
function showNext() {
  if (timer || chat.incoming.length === 0) return;
  const delay = 1000 * chat.incoming[0].delay;
  if (!delay) return showOne();
  view.setTyping(true);
  timer = setTimeout(() => { timer = 0; view.setTyping(false); showOne(); }, delay);
}

function showOne() {
  show(chat.incoming.shift());
  showNext();
}

// Who writes in the middle of a timed exercise may need help now: nothing waits any longer.
function showTheRest() {
  clearTimeout(timer);
  timer = 0;
  for (const bubble of chat.incoming.splice(0)) show(bubble);
}

function show({ text, buttons, progress }) {
  if (text) {
    const bubble = { from: "bot", text, at: Date.now(), options: buttons.map((button) => button.title) };
    chat.bubbles.push(bubble);
    view.add(bubble);
  }
  showReplies(buttons);
  chat.progress = progress;
  view.setProgress(progress);
  store.save();
}

function showReplies(buttons) {
  chat.replies = buttons;
  view.setReplies(buttons);
}

// --- somebody of the team -------------------------------------------------------------------------------------------

// The page asks for what was written to the person first: seldom, often while somebody writes, and not for ever.
const ASK_SELDOM = 20000;
const ASK_OFTEN = 4000;
const STILL_THERE = 10 * 60 * 1000;
const GIVE_UP = 60 * 60 * 1000;
let asking = 0;
let wroteAt = Date.now();
let heardAt = 0;

function askLater() {
  clearTimeout(asking);
  const quiet = Date.now() - Math.max(wroteAt, heardAt);
  if (store.closed || document.hidden || chat.bubbles.length === 0 || quiet > GIVE_UP) return;
  asking = setTimeout(askForMore, Date.now() - heardAt < STILL_THERE ? ASK_OFTEN : ASK_SELDOM);
}

async function askForMore() {
  try {
    const response = await fetch("/chat/waiting", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ person: store.person, seen: chat.seen }),
      cache: "no-store",
    });
    const { messages } = response.ok ? await response.json() : { messages: [] };
    if (messages.length > 0 && !store.closed) takeWaiting(messages);
  } catch { /* the next time */ }
  askLater();
}

// Shown beside what is going on: buttons that wait for an answer stay where they are.
function takeWaiting(messages) {
  heardAt = Date.now();
  for (const { text, number } of messages) {
    if (number <= chat.seen) continue;
    chat.seen = number;
    const bubble = { from: "bot", text, at: Date.now(), options: [] };
    chat.bubbles.push(bubble);
    view.open();
    view.add(bubble);
  }
  store.save();
}

// --- the frame ------------------------------------------------------------------------------------------------------

function setLanguage(language) {
  chat.language = language;
  view.setLanguage(language);
  view.setProgress(chat.progress);
  store.save();
}

function chooseLanguage(button) {
  const language = button.dataset.language;
  if (language === view.language) return;
  setLanguage(language);
  if (chat.bubbles.length > 0) say(button.textContent.trim(), "payload", setup.languagePayloads[language]);
}

function begin() {
  setLanguage(view.language);
  say(view.words("start"), "payload", setup.startPayloads[view.language]);
  if (matchMedia("(pointer: fine)").matches) $("message").focus();
}

function sendTyped() {
  const field = $("message");
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  grow();
  say(text);
}

function grow() {
  const field = $("message");
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 144)}px`;
}

function forget() {
  clearTimeout(timer);
  clearTimeout(waiting);
  clearTimeout(asking);
  timer = 0;
  outbox.stop();
  store.wipe();
}

// The page is emptied before the browser has even begun to load the other one, and its place in the history is taken.
function leaveQuickly() {
  forget();
  document.body.replaceChildren();
  document.title = " ";
  location.replace(setup.exitAddress);
}

function eraseHere() {
  forget();
  view.clear();
  $("remember").checked = false;
  $("erased").textContent = view.words("erased_here");
  setTimeout(() => location.replace("/chat"), 1500);
}

let escapes = [];
function countEscapes(event) {
  if (event.key !== "Escape") { escapes = []; return; }
  escapes = [...escapes, event.timeStamp].filter((at) => event.timeStamp - at < 2000);
  if (escapes.length >= 3) leaveQuickly();
}

// --- start ----------------------------------------------------------------------------------------------------------

$("quick-exit").addEventListener("click", leaveQuickly);
document.addEventListener("keydown", countEscapes);
for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => chooseLanguage(button));
$("remember").checked = store.remembered;
$("remember").addEventListener("change", (event) => store.remember(event.target.checked));
$("erase").addEventListener("click", eraseHere);
$("begin").addEventListener("click", begin);
$("begin").disabled = false;
$("composer").addEventListener("submit", (event) => { event.preventDefault(); sendTyped(); });
$("message").addEventListener("input", grow);
$("message").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendTyped();
});
document.addEventListener("click", (event) => {
  const options = document.querySelector(".options");
  if (options && options.open && !options.contains(event.target)) options.open = false;
});
// A page brought back by the "back" button after leaving must not show the conversation again.
window.addEventListener("pageshow", (event) => { if (event.persisted && store.closed) location.reload(); });

document.addEventListener("visibilitychange", () => { if (!document.hidden && chat.bubbles.length > 0) askForMore(); });

if (chat.language) setLanguage(chat.language);
if (chat.bubbles.length > 0) {
  view.open();
  view.restore(chat.bubbles);
  view.setProgress(chat.progress);
  view.setReplies(chat.replies);
  for (const message of chat.queue) view.setState(message.id, "sending");
  showTheRest();
  if (chat.queue.length > 0) { expectAnswer(); outbox.run(); }
  view.toEnd();
  askForMore();
}
