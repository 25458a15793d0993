// Words marked in the text come into the form by a button. Without this they are copied by hand.
// <textarea data-add-marked="label of the button"> takes what is marked within .case__idea.

for (const field of document.querySelectorAll("textarea[data-add-marked]")) {
  const texts = document.querySelector(".case__idea");
  const button = document.createElement("button");
  let marked = "";

  button.type = "button";
  button.className = "ds-button";
  button.dataset.variant = "secondary";
  button.dataset.size = "sm";
  button.textContent = field.dataset.addMarked;
  field.after(button);

  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (!selection.isCollapsed && texts.contains(selection.anchorNode) && texts.contains(selection.focusNode)) {
      marked = selection.toString();
    }
  });

  button.addEventListener("click", () => {
    const lines = [field.value, marked].join("\n").split("\n").map((line) => line.trim());
    field.value = [...new Set(lines.filter(Boolean))].join("\n");
    marked = "";
    field.focus();
  });
}
