// Counts the sessions that are chosen, and names those that cannot be had together. The form works without this file.
const count = document.querySelector(".picker__count");
const boxes = [...document.querySelectorAll(".pick__box")];

function pairs(chosen) {
  return chosen.flatMap((one, place) => chosen.slice(place + 1).map((other) => [one, other]));
}

function overlap([one, other]) {
  return Number(one.dataset.starts) < Number(other.dataset.ends) && Number(other.dataset.starts) < Number(one.dataset.ends);
}

function repeat([one, other]) {
  return one.dataset.repeat !== "" && one.dataset.repeat === other.dataset.repeat;
}

function named(words, found) {
  const titles = new Set(found.flat().map((box) => `“${box.dataset.title}”`));
  return titles.size ? [words.replace("{sessions}", [...titles].join(", "))] : [];
}

function show() {
  const chosen = boxes.filter((box) => box.checked);
  const both = pairs(chosen);
  const repeated = both.filter(repeat);
  const words = [
    JSON.parse(count.dataset.words)[chosen.length],
    ...named(count.dataset.overlap, both.filter(overlap)),
    ...named(count.dataset.repeat, repeated),
  ];
  count.textContent = words.length > 1 ? `${words[0]}. ${words.slice(1).join(" ")}` : words[0];
  count.classList.toggle("picker__count-clash", words.length > 1);
  count.hidden = false;
}

if (count) {
  boxes.forEach((box) => box.addEventListener("change", show));
  // The browser fills a form again when somebody comes back to it.
  window.addEventListener("pageshow", show);
}
