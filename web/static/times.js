// Shows times in the reader's own zone; without it they stay as they came, in UTC.
"use strict";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function two(number) {
  return String(number).padStart(2, "0");
}

function localise(root) {
  for (const time of root.querySelectorAll("time[datetime*='T']:not([title])")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    time.title = `${time.textContent} UTC`;
    time.textContent =
      `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())} ` +
      `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  }
}

localise(document);
for (const note of document.querySelectorAll("[data-times]")) {
  note.textContent = note.dataset.times.replace("{zone}", zone);
}
// Other scripts add parts to the page and ask for theirs to be done, too.
document.addEventListener("added", (event) => localise(event.target));
