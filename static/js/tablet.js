// A shared tablet forgets its visitor after some minutes without a press. This page keeps the time: it tells the server
// of presses, asks a minute before the end, and then leads to the first page.
// <dialog data-tablet data-idle data-warn data-ping data-home data-stay> … <button data-tablet-stay>

const dialog = document.querySelector("[data-tablet]");
const { home, stay } = dialog.dataset;
const [idle, warn, ping] = ["idle", "warn", "ping"].map((name) => Number(dialog.dataset[name]) * 1000);

let pressedAt = Date.now();
let toldAt = pressedAt;

const leave = () => location.replace(home);

const tell = async () => {
  toldAt = Date.now();
  try {
    const response = await fetch(stay, { redirect: "manual", cache: "no-store" });
    // The server has forgotten already: it leads to the first page.
    if (response.type === "opaqueredirect") leave();
  } catch {
    toldAt = 0;
  }
};

const pressed = () => {
  pressedAt = Date.now();
  if (dialog.open) dialog.close();
  if (pressedAt - toldAt >= ping) tell();
};

const look = () => {
  const waited = Date.now() - pressedAt;
  if (waited >= idle) leave();
  else if (waited >= idle - warn && !dialog.open) dialog.showModal();
};

for (const kind of ["pointerdown", "keydown", "input", "wheel"]) addEventListener(kind, pressed, { passive: true });
dialog.querySelector("[data-tablet-stay]").addEventListener("click", pressed);
addEventListener("pageshow", look);
setInterval(look, Math.min(1000, warn / 4));
