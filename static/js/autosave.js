// Saves a form as it is typed: a second after the last key, five seconds after the first one at the latest, and when
// the page is left. Without this script, each button saves as well.
// <form data-autosave="address"> … <p data-autosave-status role="status" data-trouble="words when out of reach">
// `data-autosave-begins`: the first save makes what the next ones change, so there is one of it at a time.
// `data-forgets`, on another form: its button deletes what is saved here.

const WAIT = 1000;
const LONGEST_TYPING = 5000;
const LONGEST_WAIT = 30000;
// A link waits so long for what was typed before it is followed.
const LONGEST_HOLD = 3000;
// A browser sends no larger body from a page that is being left.
const KEEPALIVE_SIZE = 60000;
// A form that was sent leads to another page. One that is still open after so long is written in again.
const LONGEST_SENDING = 15000;

const pause = (time) => new Promise((done) => setTimeout(done, time));

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  let delay = WAIT;
  let isDirty = false;
  let dirtySince = 0;
  let isSent = false;
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
      delete form.dataset.autosaveBegins;
      form.dataset.autosave = answer.autosave;
      form.action = answer.action;
      history.replaceState(null, "", answer.action);
      for (const { code, url } of answer.languages) {
        for (const link of document.querySelectorAll(`.site-header a[hreflang="${code}"]`)) link.href = url;
      }
    }
    say([answer.message, ...(answer.problems ?? [])].join(" "));
  };

  const post = () => {
    const body = typed();
    return fetch(form.dataset.autosave, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      keepalive: body.toString().length < KEEPALIVE_SIZE,
      signal: AbortSignal.timeout(10000),
    });
  };

  // A log-in in another window makes the form's CSRF token stale; the answer carries a good one.
  const renew = (token) => {
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  };

  const send = async () => {
    const response = await post();
    if (response.status >= 500) throw new Error(response.statusText);
    return [response, await response.json()];
  };

  const save = async () => {
    isDirty = false;
    try {
      let [response, answer] = await send();
      if (answer.csrf) {
        renew(answer.csrf);
        [response, answer] = await send();
      }
      take(answer);
      if (response.status === 429) {
        fail(LONGEST_WAIT);
        return;
      }
      delay = WAIT;
    } catch {
      say(status.dataset.trouble);
      fail(Math.min(delay * 2, LONGEST_WAIT));
    }
  };

  const fail = (wait) => {
    isDirty = true;
    dirtySince = Date.now();
    delay = wait;
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
    if (isDirty && !isSent) plan(delay);
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    if (!isDirty) dirtySince = Date.now();
    isDirty = true;
    if (!underWay && !isSent) plan(Math.max(0, Math.min(WAIT, dirtySince + LONGEST_TYPING - Date.now())));
  });
  addEventListener("online", () => isDirty && plan(0));

  // --- Leaving the page ------------------------------------------------------------------------------------------

  const leave = () => {
    if (!isDirty || isSent || (underWay && "autosaveBegins" in form.dataset)) return;
    clearTimeout(timer);
    const last = save();
    underWay = underWay ? Promise.all([underWay, last]) : last;
    underWay.finally(() => (underWay = null));
  };
  addEventListener("beforeunload", leave);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  addEventListener("pageshow", () => (isSent = false));

  const settle = async () => {
    clearTimeout(timer);
    if (underWay) await underWay;
    if (isDirty) await run();
  };

  const isPlain = (event) => !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

  const leadsAway = (link) => link && link.origin === location.origin && !link.target && !link.hasAttribute("download") && link.href.split("#")[0] !== location.href.split("#")[0];

  // The next page may show what was typed here, so it is asked for after the save. A language link leads to the draft.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!isPlain(event) || !leadsAway(link) || !(isDirty || underWay)) return;
    event.preventDefault();
    Promise.race([settle(), pause(LONGEST_HOLD)]).then(() => location.assign(link.href));
  });

  // A save that is under way must be answered first, or the page would look like another window to the server. What
  // another form does, such as logging out, comes after the save too.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const isOwn = event.target === form;
    clearTimeout(timer);
    if (isOwn || "forgets" in event.target.dataset) isDirty = false;
    if (underWay || isDirty) {
      event.preventDefault();
      const { target, submitter } = event;
      (isOwn ? settle() : Promise.race([settle(), pause(LONGEST_HOLD)])).finally(() => {
        isDirty = false;
        underWay = null;
        target.requestSubmit(submitter);
      });
      return;
    }
    isSent = true;
    setTimeout(() => (isSent = false), LONGEST_SENDING);
  });
}
