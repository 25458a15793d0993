// Saves a form as it is typed, a second after the last key. Without this, each button saves as well.
// <form data-autosave="address"> … <p data-autosave-status role="status" data-trouble="words when out of reach">

const WAIT = 1000;
const LONGEST_WAIT = 30000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  let delay = WAIT;
  let isDirty = false;
  let underWay = null;

  const say = (words) => {
    if (status.textContent !== words) status.textContent = words;
  };

  const typed = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      // The field for machines is sent by the button alone.
      if (typeof value === "string" && name !== "for_machines") data.append(name, value);
    }
    return data;
  };

  const take = (answer) => {
    if (answer.seen && form.elements.seen) form.elements.seen.value = answer.seen;
    if (answer.autosave && form.dataset.autosave !== answer.autosave) {
      form.dataset.autosave = answer.autosave;
      form.action = answer.action;
      history.replaceState(null, "", answer.action);
    }
    say([answer.message, ...(answer.problems ?? [])].join(" "));
  };

  const save = async () => {
    isDirty = false;
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body: typed(),
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(10000),
      });
      if (response.status >= 500) throw new Error(response.statusText);
      take(await response.json());
      if (response.status === 429) {
        isDirty = true;
        delay = LONGEST_WAIT;
        return;
      }
      delay = WAIT;
    } catch {
      isDirty = true;
      say(status.dataset.trouble);
      delay = Math.min(delay * 2, LONGEST_WAIT);
    }
  };

  const plan = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  };

  const run = async () => {
    if (underWay) return;
    underWay = save();
    await underWay;
    underWay = null;
    if (isDirty) plan(delay);
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    isDirty = true;
    if (!underWay) plan(WAIT);
  });
  addEventListener("online", () => isDirty && plan(0));

  // A save that is under way must be answered first, or the page would look like another window to the server.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    isDirty = false;
    if (!underWay) return;
    event.preventDefault();
    const submitter = event.submitter;
    underWay.finally(() => setTimeout(() => form.requestSubmit(submitter)));
  });
}
