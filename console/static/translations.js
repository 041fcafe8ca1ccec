// A reviewer's page: keys, the button that says what it will do, and recording in the browser. Works without it, too.

const $ = (id) => document.getElementById(id);
const LONGEST_SECONDS = 120;

// --- approving --------------------------------------------------------------------------------------------------------

const words = $("traduccion");
const approve = $("approve");
if (words && approve) {
  const before = words.value;
  const say = () => { approve.textContent = words.value.trim() === before.trim() ? approve.dataset.same : approve.dataset.changed; };
  words.addEventListener("input", say);
  say();
}

// --- keys -------------------------------------------------------------------------------------------------------------

function press(control) {
  control?.click();
  return Boolean(control);
}

function write(field) {
  field?.focus();
  return Boolean(field);
}

const KEYS = {
  a: () => press(approve),
  e: () => write(words),
  c: () => write($("comentario")),
  n: () => press($("later") || $("next")),
  p: () => press($("previous")),
  r: () => press([...document.querySelectorAll("[data-record]")].at(-1)?.querySelector("[data-start]:not([hidden]), [data-stop]:not([hidden])")),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("keys")?.open) return;
  if (event.target.matches("textarea, select, input")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (KEYS[event.key]?.()) event.preventDefault();
});

// --- recording --------------------------------------------------------------------------------------------------------

// What the server takes: Ogg as it is, WebM turned into Ogg there.
const KINDS = [["audio/ogg;codecs=opus", "ogg"], ["audio/webm;codecs=opus", "webm"]];

function recorder(form) {
  const kind = KINDS.find(([type]) => window.MediaRecorder?.isTypeSupported(type));
  if (!kind || !navigator.mediaDevices) return;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const file = form.querySelector("[type=file]");
  let running = null;
  let sound = null;
  let ticking = 0;
  const show = (recording) => {
    part("start").hidden = recording;
    part("stop").hidden = !recording;
    part("play").hidden = recording || !sound;
  };
  const take = (blob) => {
    sound = blob;
    const files = new DataTransfer();
    files.items.add(new File([blob], `voz.${kind[1]}`, { type: blob.type }));
    file.files = files.files;
    part("status").textContent = form.dataset.recorded;
    show(false);
  };
  const count = (seconds) => {
    part("status").textContent = form.dataset.recording.replace("{n}", seconds);
    if (seconds >= LONGEST_SECONDS) return running?.stop();
    ticking = setTimeout(() => count(seconds + 1), 1000);
  };
  part("start").addEventListener("click", async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch {
      part("status").textContent = form.dataset.denied;
      return;
    }
    const pieces = [];
    running = new MediaRecorder(stream, { mimeType: kind[0], audioBitsPerSecond: 24000 });
    running.addEventListener("dataavailable", (event) => pieces.push(event.data));
    running.addEventListener("stop", () => {
      clearTimeout(ticking);
      for (const track of stream.getTracks()) track.stop();
      running = null;
      take(new Blob(pieces, { type: kind[0] }));
    });
    running.start();
    show(true);
    count(0);
    part("stop").focus();
  });
  part("stop").addEventListener("click", () => running?.stop());
  part("play").addEventListener("click", async () => {
    // Not by an address of the page's own making, which the page's rules forbid.
    const player = new AudioContext();
    const source = player.createBufferSource();
    source.buffer = await player.decodeAudioData(await sound.arrayBuffer());
    source.connect(player.destination);
    source.addEventListener("ended", () => player.close());
    source.start();
  });
  show(false);
}

for (const form of document.querySelectorAll("[data-record]")) recorder(form);
