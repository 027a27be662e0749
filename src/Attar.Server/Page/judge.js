// Keys press the buttons that name them, each once a page; whoever does not want that takes the mark away.
const keys = document.getElementById("keys");
let pressed = false;
if (keys) {
  keys.parentElement.hidden = false;
  keys.checked = localStorage.attarKeys !== "off";
  keys.addEventListener("change", () => localStorage.attarKeys = keys.checked ? "on" : "off");
}

addEventListener("keydown", event => {
  if (pressed || !keys?.checked || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]:not(:disabled)`);
  if (!button) return;
  pressed = true;
  event.preventDefault();
  button.click();
});
addEventListener("pageshow", () => pressed = false); // back from the next page
