// One press puts a text on the clipboard. Without this file the text is selected and copied by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const status = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    let copied = false;
    try {
      await navigator.clipboard.writeText(field.value);
      copied = true;
    } catch {
      // Browsers refuse it on pages without HTTPS, and where it was forbidden; the older way may still work.
      copied = document.execCommand("copy");
    }
    status.textContent = copied ? status.dataset.copied : "";
  });
}
