// New messages of a conversation appear by themselves. The page works without this file: reload it.

import { told } from "./words.js";

const ASK_EVERY = 4000;
const list = document.getElementById("talk");
let fails = 0;

const last = () => Number(list.lastElementChild?.dataset.line || 0);

function leave() {
  document.body.replaceChildren();
  location.replace("/login");
}

async function ask() {
  if (document.hidden) return;
  let response;
  try {
    response = await fetch(`${list.dataset.source}?desde=${last()}`, { cache: "no-store" });
  } catch {
    return say();
  }
  if (response.status === 401) return leave();
  if (!response.ok) return say();
  fails = 0;
  document.getElementById("not-fresh").textContent = "";
  if (response.status === 204) return;
  const atEnd = innerHeight + scrollY >= document.body.scrollHeight - 200;
  const fresh = document.createElement("template");
  fresh.innerHTML = await response.text(); // our own page, escaped by the server
  for (const line of fresh.content.querySelectorAll("[data-line]"))
    if (Number(line.dataset.line) > last()) list.append(line);
  document.getElementById("nothing-yet")?.remove();
  if (atEnd) document.getElementById("final").scrollIntoView({ block: "end" });
}

function say() {
  fails += 1;
  if (fails > 1) {
    document.getElementById("not-fresh").textContent = told("Sin conexión: puede haber mensajes que no se ven.");
  }
}

setInterval(ask, ASK_EVERY);
document.addEventListener("visibilitychange", ask);
