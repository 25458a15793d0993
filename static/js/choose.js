// One box that ticks all of a page, and how many are ticked. Without this each is ticked by hand.

for (const form of document.querySelectorAll("form[data-choose]")) {
  const all = form.querySelector("[data-choose-all]");
  const chosen = form.querySelector("[data-chosen]");
  const boxes = [...form.querySelectorAll(`input[name="${form.dataset.choose}"]`)];
  if (!boxes.length) continue;

  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    chosen.querySelector("span").textContent = ticked;
  };

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  form.addEventListener("change", count);
  // Who comes back finds the boxes as they left them.
  addEventListener("pageshow", count);
  all.closest("[hidden]").hidden = false;
  chosen.hidden = false;
  count();
}
