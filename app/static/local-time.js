// Adds the reader's own time beside times marked data-local-time="your time", when it differs from the event's.
// <time datetime="2026-09-08T17:00:00Z" data-until="2026-09-08T18:00:00Z" data-local-time="your time" data-zone="America/New_York">1:00–2:00 p.m. Eastern Time</time>
const language = document.documentElement.lang;
const words = { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
const named = { ...words, timeZoneName: "short" };
const inHouseStyle = (text) => text.replace(/\bAM\b/g, "a.m.").replace(/\bPM\b/g, "p.m.");

for (const time of document.querySelectorAll("time[data-local-time]")) {
  const instant = new Date(time.dateTime);
  const here = new Intl.DateTimeFormat(language, words).format(instant);
  const there = new Intl.DateTimeFormat(language, { ...words, timeZone: time.dataset.zone }).format(instant);
  if (here === there) continue;
  const note = document.createElement("span");
  note.className = "local-time";
  const both = new Intl.DateTimeFormat(language, named).formatRange(instant, new Date(time.dataset.until ?? time.dateTime));
  note.textContent = `${inHouseStyle(both)}, ${time.dataset.localTime}`;
  time.after(" ", note);
}
