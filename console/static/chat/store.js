// What this phone keeps: by default only until the tab is closed, so that a shared phone keeps nothing.
// With "recordar en este teléfono" the random id alone is kept longer; messages never are.

const PERSON = "uyariq.person";
const CHAT = "uyariq.chat";
const REMEMBERED_BUBBLES = 300;

const empty = () => ({ bubbles: [], incoming: [], queue: [], replies: [], progress: null, language: null, seen: 0 });

export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Storage may be switched off or full: then the conversation lives in this page only.
function read(storage, key) {
  try { return window[storage].getItem(key); } catch { return null; }
}
function write(storage, key, value) {
  try { window[storage].setItem(key, value); } catch { /* see above */ }
}
function remove(storage, key) {
  try { window[storage].removeItem(key); } catch { /* see above */ }
}

export class Store {
  constructor() {
    this.remembered = read("localStorage", PERSON) !== null;
    this.person = read("localStorage", PERSON) || read("sessionStorage", PERSON) || randomId();
    write("sessionStorage", PERSON, this.person);
    this.chat = { ...empty(), ...this.#saved() };
    this.closed = false;
  }

  #saved() {
    try { return JSON.parse(read("sessionStorage", CHAT)) || {}; } catch { return {}; }
  }

  save() {
    if (this.closed) return;
    this.chat.bubbles = this.chat.bubbles.slice(-REMEMBERED_BUBBLES);
    write("sessionStorage", CHAT, JSON.stringify(this.chat));
  }

  remember(wanted) {
    this.remembered = wanted;
    if (wanted) write("localStorage", PERSON, this.person);
    else remove("localStorage", PERSON);
  }

  // Everything goes and nothing is written any more: the page is about to be left.
  wipe() {
    this.closed = true;
    for (const storage of ["sessionStorage", "localStorage"]) {
      remove(storage, PERSON);
      remove(storage, CHAT);
    }
  }
}
