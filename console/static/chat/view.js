// Draws the conversation. Words of people and bot are only ever set as text, never as HTML.

// New buttons appear where the finger has just tapped: a tap that comes too soon was meant for the ones before.
const TOO_SOON = 350;

const $ = (id) => document.getElementById(id);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function fill(text, fields) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
}

export class View {
  constructor({ setup, language, onReply, onRetry }) {
    Object.assign(this, { setup, language, onReply, onRetry });
    this.states = new Map();
    const numbers = setup.callable.map((number) => number.replace(/[^\d]/g, "").split("").join("[ -]?"));
    this.numbers = numbers.length ? new RegExp(`\\b(?:${numbers.join("|")})\\b`, "g") : null;
  }

  words(key, fields = {}) {
    return fill(this.setup.texts[this.language][key], fields);
  }

  setLanguage(language) {
    this.language = language;
    document.documentElement.lang = language;
    const fields = this.setup.hotline[language];
    for (const node of document.querySelectorAll("[data-text]")) node.textContent = this.words(node.dataset.text, fields);
    for (const node of document.querySelectorAll("[data-label]")) 
      node.setAttribute("aria-label", this.words(node.dataset.label, fields));
    for (const node of document.querySelectorAll("[data-title]")) node.title = this.words(node.dataset.title);
    for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = this.words(node.dataset.placeholder);
    for (const node of document.querySelectorAll("[data-language]"))
      node.setAttribute("aria-pressed", String(node.dataset.language === language));
  }

  open() {
    $("start").hidden = true;
    $("composer").hidden = false;
  }

  // Bubbles of an earlier visit are put in place without being read aloud again.
  restore(bubbles) {
    $("log").setAttribute("aria-live", "off");
    for (const bubble of bubbles) this.add(bubble, false);
    requestAnimationFrame(() => $("log").setAttribute("aria-live", "polite"));
  }

  add(bubble, isNew = true) {
    const mine = bubble.from === "me";
    const node = element("div", `bubble ${mine ? "me" : "bot"}${isNew ? " new" : ""}`);
    node.append(element("span", "hidden", `${this.words(mine ? "said_by_you" : "said_by_bot")} `));
    const body = element("span", "said");
    if (mine) body.textContent = bubble.text;
    else body.append(...this.#withLinks(bubble.text));
    node.append(body, this.#spokenOptions(bubble), this.#time(bubble.at));
    $("log").append(node);
    if (mine) this.#addState(bubble.id);
    this.toEnd(isNew);
  }

  #spokenOptions(bubble) {
    if (!bubble.options || bubble.options.length === 0) return "";
    return element("span", "hidden", ` ${this.words("replies_spoken", { options: bubble.options.join(", ") })}`);
  }

  #time(at) {
    const moment = new Date(at);
    const time = element("time", "", moment.toLocaleTimeString("es-PE", { hour: "2-digit", minute: "2-digit", hour12: false }));
    time.dateTime = moment.toISOString();
    return time;
  }

  // A number that the programme's list knows becomes a call with one tap.
  #withLinks(text) {
    if (!this.numbers) return [text];
    const parts = [];
    let from = 0;
    for (const match of text.matchAll(this.numbers)) {
      const link = element("a", "", match[0]);
      link.href = `tel:${match[0].replace(/[^\d]/g, "")}`;
      parts.push(text.slice(from, match.index), link);
      from = match.index + match[0].length;
    }
    parts.push(text.slice(from));
    return parts;
  }

  #addState(id) {
    const node = element("div", "state");
    node.setAttribute("role", "status");
    $("log").append(node);
    this.states.set(id, node);
  }

  setState(id, state, code) {
    const node = this.states.get(id);
    if (!node) return;
    node.className = `state${state === "retrying" || state === "failed" ? " trouble" : ""}`;
    node.replaceChildren(...this.#stateParts(state, code));
    if (node.childNodes.length) this.toEnd(false);
  }

  #stateParts(state, code) {
    const why = code ? this.setup.texts[this.language][`error_${code}`] : null;
    if (state === "failed") return [why || this.words("not_sent")];
    if (state !== "retrying") return [];
    const again = element("button", "quiet", this.words("retry_now"));
    again.type = "button";
    again.addEventListener("click", () => this.onRetry());
    return [why || this.words("retrying"), document.createElement("br"), again];
  }

  setReplies(buttons) {
    const group = $("replies");
    const hadFocus = group.contains(document.activeElement);
    group.classList.toggle("many", buttons.length > 3);
    const shownAt = performance.now();
    group.replaceChildren(...buttons.map((button) => this.#reply(button, shownAt)));
    // The tapped button is gone; the next Tab must not start from the top of the page again.
    if (hadFocus) group.focus({ preventScroll: true });
    if (buttons.length) this.toEnd();
  }

  #reply(button, shownAt) {
    const node = element("button", "", button.title);
    node.type = "button";
    node.addEventListener("click", () => {
      if (performance.now() - shownAt > TOO_SOON) this.onReply(button);
    });
    return node;
  }

  setTyping(shown) {
    $("typing").hidden = !shown;
    if (shown) this.toEnd();
  }

  setProgress(progress) {
    $("progress").hidden = !progress;
    if (!progress) return;
    const [n, total] = progress;
    const words = this.words("progress", { n, total });
    const bar = $("progress-bar");
    bar.setAttribute("aria-valuemax", total);
    bar.setAttribute("aria-valuenow", n);
    bar.setAttribute("aria-valuetext", words);
    bar.setAttribute("aria-label", words);
    bar.firstElementChild.style.width = `${Math.min(100, (100 * n) / total)}%`;
    $("progress-words").textContent = words;
  }

  // To the end; but a question whose answers do not fit below it stays in view, so that it can be read first.
  toEnd(smoothly = false) {
    const main = document.querySelector("main");
    const end = main.scrollHeight - main.clientHeight;
    const last = $("log").querySelector(".bubble:last-of-type");
    const top = last && last.classList.contains("bot") ? Math.min(end, last.offsetTop - main.offsetTop - 8) : end;
    main.scrollTo({ top, behavior: smoothly ? "smooth" : "instant" });
  }

  clear() {
    this.states.clear();
    $("log").replaceChildren();
    this.setReplies([]);
    this.setTyping(false);
    this.setProgress(null);
    $("start").hidden = false;
    $("composer").hidden = true;
  }
}
