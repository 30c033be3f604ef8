// Puts new and changed events in place as they come; each is fetched as the server writes it, nothing is made of data here.
// What changed is replaced where it stands. What is new waits behind a button, for nobody's reading is to be moved.
"use strict";

const COME_AGAIN = 5000;
const days = document.querySelector(".days");
const line = document.querySelector(".line");
const fresh = document.querySelector(".fresh button");
const heard = document.querySelector(".heard");
const title = document.title;
const waiting = new Map(); // sections of a day with one new event each, by its number
let place = days.dataset.since;
let source = null;
let work = Promise.resolve();

function shown(number) {
  return days.querySelector(`[data-event="${number}"]`);
}

async function fetched(number) {
  const query = new URLSearchParams(location.search);
  if (shown(number)) {
    query.delete("kind"); // what is shown stays, though it fits no more
    query.delete("status");
    query.delete("before");
  }
  const answer = await fetch(`/events/${number}/item?${query}`);
  if (answer.status === 204 || answer.status === 404) return null;
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return document.adoptNode(page.querySelector(".day"));
}

function tell(part) {
  part.dispatchEvent(new CustomEvent("added", { bubbles: true }));
}

function replace(old, item) {
  const hadFocus = old.contains(document.activeElement);
  item.classList.add("changed");
  old.replaceWith(item);
  if (hadFocus) item.querySelector("a").focus({ preventScroll: true });
  heard.textContent = `${heard.dataset.changed} ${item.querySelector(".title").textContent}`;
  tell(item);
}

function insert(section) {
  const item = section.querySelector(".event");
  item.classList.add("new");
  const same = [...days.children].find((day) => day.dataset.day === section.dataset.day);
  if (same) {
    const list = same.querySelector(".events");
    const after = [...list.children].find((other) => Number(other.dataset.event) < Number(item.dataset.event));
    list.insertBefore(item, after ?? null);
  } else {
    days.insertBefore(section, [...days.children].find((day) => day.dataset.day < section.dataset.day) ?? null);
  }
  document.querySelector(".empty")?.remove();
  tell(item);
  return item;
}

function count() {
  fresh.hidden = waiting.size === 0;
  fresh.querySelector("span").textContent = waiting.size;
  document.title = waiting.size ? `(${waiting.size}) ${title}` : title;
}

function showWaiting() {
  const items = [...waiting.values()].map(insert);
  waiting.clear();
  count();
  const first = items.sort((one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1)[0];
  first?.querySelector("a").focus({ preventScroll: true });
  first?.scrollIntoView({ block: "center" });
}

async function take(message) {
  const number = JSON.parse(message.data).id;
  const section = await fetched(number);
  const old = shown(number);
  if (section && old) {
    replace(old, section.querySelector(".event"));
  } else if (section && days.children.length === 0) {
    insert(section);
  } else if (section) {
    waiting.set(number, section);
    count();
  } else {
    waiting.delete(number);
    count();
  }
  place = message.lastEventId;
}

function say(isLive) {
  line.hidden = false;
  line.textContent = isLive ? line.dataset.live : line.dataset.lost;
  line.classList.toggle("lost", !isLive);
}

function open() {
  if (source || document.hidden) return;
  const mine = new EventSource(`/events/stream?since=${place}`);
  source = mine;
  mine.onopen = () => say(true);
  mine.onerror = () => {
    say(false);
    if (mine.readyState === EventSource.CLOSED) again(mine); // refused: the browser does not ask again by itself
  };
  mine.onmessage = (message) => {
    work = work.then(() => (source === mine ? take(message) : undefined)).catch(() => again(mine));
  };
}

function close() {
  source?.close();
  source = null;
}

function again(mine) {
  if (source !== mine) return;
  close();
  say(false);
  setTimeout(open, COME_AGAIN);
}

// A page that nobody looks at listens to nothing: a browser has only six lines to one host. It catches up when it is seen.
document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
fresh.addEventListener("click", showWaiting);
open();
