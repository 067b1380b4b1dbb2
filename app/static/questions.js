// Shows a question once the answer it depends on is given. Without this file the form asks it in a second step.
// Who attends online and waits for the room is asked the questions of both ways.
const KEEPS_TURN = "online-keeping-turn";
const form = document.querySelector("form:has(.follow-up)");
const followUps = form ? [...form.querySelectorAll(".follow-up")] : [];

function isAsked(followUp) {
  const { mode, field, values, unless } = followUp.dataset;
  // A closed question is no part of what is sent, so what depends on it closes too.
  const answers = new FormData(form);
  if (mode && form.querySelector("[name=mode]") && ![mode, KEEPS_TURN].includes(answers.get("mode"))) return false;
  if (unless && answers.has(unless)) return false;
  return !field || answers.getAll(field).some((answer) => JSON.parse(values).includes(answer));
}

function show() {
  for (const followUp of followUps) {
    followUp.hidden = followUp.disabled = !isAsked(followUp);
  }
}

form?.addEventListener("change", show);
// The browser fills a form again when somebody comes back to it.
window.addEventListener("pageshow", show);
