/* Improvements only: every page works without this file. No HTML is built from text here; words come from data-word-* of
   <body>, so that they are translated with the rest. */
(() => {
  "use strict";

  // htmx parses answers of our own server into HTML; under Trusted Types that needs a policy. Scripts in them stay refused:
  // there is no createScript, and htmx runs with allowScriptTags and allowEval off.
  if (window.trustedTypes && window.trustedTypes.createPolicy) {
    try {
      window.trustedTypes.createPolicy("default", { createHTML: (html) => html });
    } catch {
      /* The server's CSP does not allow it: htmx then falls back to plain links and forms. */
    }
  }

  document.documentElement.classList.add("has-script");
  const word = (name) => document.body.dataset["word" + name] || "";
  const live = () => document.querySelector("[data-live]");

  function announce(sentence, tone) {
    const region = live();
    if (!region || !sentence) return;
    const line = document.createElement("p");
    line.className = "notice notice--" + tone;
    line.textContent = sentence;
    region.replaceChildren(line);
  }

  function memory(store) {
    try {
      return window[store];
    } catch {
      return null;
    }
  }

  // ---- Drafts: <form data-autosave="/address"> posts itself after 2 seconds of quiet. The answer is 204, or JSON with `sentence`
  // (what to show) and `version` (for the field of that name). `data-autosave-private`: nothing is kept on the device (its value: what to say then).
  const isSecret = (form, name) => (form.elements[name] || {}).type === "password";

  function texts(form) {
    const data = new FormData(form); // chosen files wait for the person's own click, secrets are no draft
    for (const [name, value] of [...data]) if (typeof value !== "string" || isSecret(form, name)) data.delete(name);
    return data;
  }

  function autosave(form) {
    const address = form.dataset.autosave;
    const isPrivate = form.hasAttribute("data-autosave-private");
    const state = form.querySelector("[data-autosave-state]");
    const kept = memory("sessionStorage");
    const key = "lapor-draft:" + address;
    let timer = 0;
    let busy = false;
    let dirty = false;

    const tell = (sentence, isLate) => {
      if (!state) return;
      state.textContent = sentence;
      state.classList.toggle("is-late", Boolean(isLate));
    };
    const values = () =>
      [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token" && name !== "version" && !isSecret(form, name));

    async function save() {
      if (busy) return;
      busy = true;
      dirty = false;
      tell(word("Saving"));
      try {
        const answer = await fetch(address, {
          method: "POST",
          body: texts(form),
          credentials: "same-origin",
          keepalive: true, // goes out even when the page is left now
          headers: { Accept: "application/json", "X-CSRFToken": (form.elements.csrf_token || {}).value || "" },
        });
        const isJson = (answer.headers.get("Content-Type") || "").includes("json");
        const told = isJson ? await answer.json() : {};
        if (!answer.ok || answer.redirected) {
          tell(told.sentence || form.dataset.wordUnsaved || word("Unsaved"), true);
        } else {
          if (told.version !== undefined && form.elements.version) form.elements.version.value = told.version;
          const now = new Date().toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Makassar" });
          tell(told.sentence || word("Saved").replace("{waktu}", now.replace(":", ".") + " WITA"));
          if (kept && !dirty) kept.removeItem(key);
        }
      } catch {
        dirty = true;
        if (isPrivate) {
          tell(form.dataset.autosavePrivate || word("OfflinePrivate"), true);
        } else {
          if (kept) kept.setItem(key, JSON.stringify(values()));
          tell(word("Offline"), true);
        }
      } finally {
        busy = false;
      }
    }

    const soon = () => {
      dirty = true;
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 2000);
    };

    form.addEventListener("input", soon);
    form.addEventListener("submit", () => {
      window.clearTimeout(timer);
      dirty = false;
      if (kept) kept.removeItem(key);
    });
    window.addEventListener("online", () => dirty && save());
    window.addEventListener("beforeunload", (event) => {
      if (!dirty || !isPrivate) return;
      if (navigator.onLine && "keepalive" in Request.prototype) save();
      else event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && dirty) {
        window.clearTimeout(timer);
        save();
      }
    });

    // What could not be sent before the page was left is put back and sent now.
    const left = !isPrivate && kept && kept.getItem(key);
    if (left) {
      for (const [name, value] of JSON.parse(left)) {
        const control = form.elements[name];
        if (control && "value" in control && control.type !== "hidden" && control.type !== "checkbox") control.value = value;
      }
      soon();
    }
  }

  // ---- Ready sentences: put into the field, taken out when pressed again.
  function fill(button) {
    const field = document.querySelector(button.dataset.fill);
    if (!field) return;
    const text = button.dataset.text || button.textContent.trim();
    const has = field.value.includes(text);
    field.value = has
      ? field.value.replace(text, "").replace(/[ \t]{2,}/g, " ").trim()
      : (field.value.trim() ? field.value.trimEnd() + " " : "") + text;
    button.setAttribute("aria-pressed", String(!has));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function markFilled(root) {
    for (const button of root.querySelectorAll("[data-fill]")) {
      const field = document.querySelector(button.dataset.fill);
      const text = button.dataset.text || button.textContent.trim();
      button.setAttribute("aria-pressed", String(Boolean(field && field.value.includes(text))));
    }
  }

  // ---- Copying: to the clipboard; where that is not allowed, the text is selected for Ctrl+C.
  async function copy(button) {
    const source = document.querySelector(button.dataset.copy);
    if (!source) return;
    const text = "value" in source ? source.value : source.textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
      const label = button.textContent;
      button.textContent = word("Copied");
      window.setTimeout(() => { button.textContent = label; }, 2500);
      announce(word("Copied"), "good");
    } catch {
      if ("select" in source) {
        source.focus();
        source.select();
      } else {
        window.getSelection().selectAllChildren(source);
      }
      announce(word("Selected"), "info");
    }
  }

  // ---- Keys on lists; can be switched off (WCAG 2.1.4).
  const settings = memory("localStorage");
  const keysOff = () => Boolean(settings && settings.getItem("lapor-keys") === "off");

  function labelKeySwitches() {
    for (const button of document.querySelectorAll("[data-keys-switch]")) {
      button.textContent = keysOff() ? button.dataset.wordOn : button.dataset.wordOff;
    }
  }

  function onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || keysOff()) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const table = document.querySelector("[data-keys]");
    if (!table) return;
    if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "j" || event.key === "k") {
      const links = [...table.querySelectorAll("tbody .row-link")];
      const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
      const next = links[here < 0 ? 0 : here + (event.key === "j" ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }

  // ---- One press is one sending. Downloads never leave the page, so the button comes back by itself.
  const waiting = new Set();
  const release = () => {
    for (const button of waiting) button.disabled = false;
    waiting.clear();
  };

  function onSubmit(event) {
    if (event.defaultPrevented || event.target.method === "get") return;
    const button = event.submitter;
    window.setTimeout(() => {
      for (const each of button ? [button] : event.target.querySelectorAll("button[type=submit]")) {
        each.disabled = true;
        waiting.add(each);
      }
    }, 0);
    window.setTimeout(release, 8000);
  }

  function arrive(root) {
    const forms = [...root.querySelectorAll("form[data-autosave]")];
    if (root.matches && root.matches("form[data-autosave]")) forms.push(root);
    for (const form of forms) {
      if (form.dataset.autosaveReady) continue;
      form.dataset.autosaveReady = "1";
      autosave(form);
    }
    markFilled(root);
    const summary = root.querySelector("[data-errors]");
    if (summary) summary.focus();
  }

  // ---- What is done beside a form is noted by posting it: opening WhatsApp or copying its text. Without script its button does.
  async function note(control) {
    const form = control.closest("form[data-note]");
    if (!form) return;
    try {
      await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        credentials: "same-origin",
        keepalive: true, // the page may be left for WhatsApp now
        headers: { "X-Lapor-Note": "1" },
      });
    } catch {
      announce(word("Offline"), "info");
    }
  }

  document.addEventListener("click", (event) => {
    const noting = event.target.closest("[data-notes]");
    if (noting) note(noting);
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.fill) fill(button);
    else if (button.dataset.copy) copy(button);
    else if (button.hasAttribute("data-print")) window.print();
    else if (button.hasAttribute("data-keys-switch") && settings) {
      settings.setItem("lapor-keys", keysOff() ? "on" : "off");
      labelKeySwitches();
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.id) markFilled(document);
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", onSubmit);
  window.addEventListener("pageshow", release);
  // ---- A card that took the place of another: its sentence is said, its heading gets the focus, the menu counts anew.
  function takePlace(card) {
    const summary = card.querySelector("[data-errors]");
    const heading = card.querySelector("[data-arrive]");
    announce(card.dataset.say, card.dataset.sayTone);
    if (!card.dataset.say && live()) live().replaceChildren();
    for (const count of document.querySelectorAll(".menu a[aria-current] .count")) {
      if (Number(card.dataset.count)) count.textContent = card.dataset.count;
      else count.remove();
    }
    if (summary || !heading) return;
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }

  document.addEventListener("htmx:load", (event) => {
    if (event.target === document.body) return;
    arrive(event.target);
    if (event.target.dataset.count !== undefined) takePlace(event.target);
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => announce(word("Failed"), "late"));
  }

  labelKeySwitches();
  arrive(document);
})();
