// Messages leave in order, one at a time, and are tried again with the same id until the server has answered.

const WAITS = [1000, 2000, 4000, 8000, 15000, 30000];
const PATIENCE = 45000;

export class Outbox {
  // queue: the stored array, changed in place. changed(message, state, error) with state sending|retrying|sent|failed.
  constructor({ person, queue, changed, answered }) {
    Object.assign(this, { person, queue, changed, answered });
    this.running = false;
    this.wake = null;
    this.cancel = null;
    window.addEventListener("online", () => this.retryNow());
  }

  add(message) {
    this.queue.push(message);
    this.changed(message, "sending");
    this.run();
  }

  retryNow() {
    if (this.wake) this.wake();
    else this.run();
  }

  stop() {
    this.queue.length = 0;
    if (this.cancel) this.cancel.abort();
    if (this.wake) this.wake();
  }

  async run() {
    if (this.running) return;
    this.running = true;
    for (let attempt = 0; this.queue.length > 0; ) {
      const message = this.queue[0];
      const outcome = await this.#post(message);
      if (this.queue[0] !== message) continue; // stopped meanwhile
      if (outcome.retry) {
        this.changed(message, "retrying", outcome.code);
        await this.#pause(outcome.after || WAITS[Math.min(attempt++, WAITS.length - 1)]);
        continue;
      }
      attempt = 0;
      this.queue.shift();
      this.changed(message, outcome.code ? "failed" : "sent", outcome.code);
      if (outcome.messages) this.answered(outcome.messages);
    }
    this.running = false;
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => { clearTimeout(timer); resolve(); };
    }).finally(() => { this.wake = null; });
  }

  async #post(message) {
    this.cancel = new AbortController();
    const timer = setTimeout(() => this.cancel.abort(), PATIENCE);
    try {
      const response = await fetch("/chat/messages", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ person: this.person, message_id: message.id, [message.kind]: message.said }),
        cache: "no-store",
        signal: this.cancel.signal,
      });
      return await this.#outcome(response);
    } catch {
      return { retry: true, code: null };
    } finally {
      clearTimeout(timer);
    }
  }

  async #outcome(response) {
    const body = await response.json();
    if (response.ok) return { messages: body.messages };
    const code = body.error.code;
    const retry = response.status === 429 || response.status >= 500;
    return { retry, code, after: Number(response.headers.get("Retry-After")) * 1000 };
  }
}
