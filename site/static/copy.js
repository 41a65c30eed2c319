// Copy buttons, on every page: `<button type="button" class="copy js-only" data-copy="TEXT" data-what="the ARN">Copy</button>`, or
// `data-copy-from="ID"` for the text of an element. What happened is shown on the button and spoken by the status line.

const SHOWN_MILLISECONDS = 2000;

/** Speaks `text`: the status line of the page is read out when it changes. */
export function say(text) {
  const line = document.getElementById("said");
  // The same words twice are news too: a screen reader speaks what changes.
  line.textContent = line.textContent === text ? `${text}\u00a0` : text;
}

/** Puts `text` into the clipboard. Tells whether it is there. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

// Where a page may not use the clipboard, as on plain http, a selection may still be copied.
function copySelected(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  const focused = document.activeElement;
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return done;
}

async function pressed(button) {
  const source = button.dataset.copyFrom ? document.getElementById(button.dataset.copyFrom) : null;
  const done = await copy(source ? source.textContent : button.dataset.copy);
  const what = button.dataset.what ?? "the text";
  say(done ? `Copied ${what}` : `Could not copy ${what}: select it and copy it yourself`);
  button.dataset.label ??= button.textContent;
  button.textContent = done ? "Copied" : "Not copied";
  button.classList.toggle("done", done);
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = setTimeout(() => {
    button.textContent = button.dataset.label;
    button.classList.remove("done");
  }, SHOWN_MILLISECONDS);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button.copy");
  if (button) pressed(button);
});
