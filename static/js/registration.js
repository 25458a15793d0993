// Adds and removes participants in place, and lets the button say how many it registers. Without this, each button
// asks the server for the same page with a row more or less.

for (const form of document.querySelectorAll("[data-registration]")) {
  const people = form.querySelector("[data-people]");
  const template = document.querySelector("[data-person-template]");
  const submit = form.querySelector("[data-submit]");
  let next = 1 + Math.max(-1, ...[...people.querySelectorAll("[name^='p-'][name$='-name']")].map((box) => parseInt(box.name.slice(2), 10)));

  const rows = () => [...people.querySelectorAll("[data-person]")];

  const isNamed = (row) => row.querySelector("[name$='-name']").value.trim() !== "";

  const count = () => {
    if (form.elements.kind.value === "myself") return 1;
    const unnamed = Math.max(0, parseInt(form.elements.unnamed.value, 10) || 0);
    return rows().filter(isNamed).length + unnamed + (form.elements.comes.checked ? 1 : 0);
  };

  const tell = () => {
    const size = count();
    rows().forEach((row, index) => {
      for (const number of row.querySelectorAll("[data-number]")) number.textContent = index + 1;
    });
    submit.textContent = size > 1 ? submit.dataset.many.replace("#", size) : submit.dataset.one;
  };

  const add = () => {
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__n__", next++);
    const row = holder.content.firstElementChild;
    people.append(row);
    row.querySelector("[name$='-name']").focus();
  };

  const remove = (row) => {
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (near?.querySelector("[name$='-name']") ?? form.querySelector("[data-add]")).focus();
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove]");
    if (!button) return;
    event.preventDefault();
    if (button.matches("[data-add]")) add();
    else remove(button.closest("[data-person]"));
    form.dispatchEvent(new Event("input"));
  });
  form.addEventListener("input", tell);
  tell();
}
