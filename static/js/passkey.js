/* Passkeys: asks the browser for a signature and puts the answer into a hidden field of the form, which is then sent as any
   other. Pages work without this file by PIN or password. No HTML is built from text; words come from data-word-*.

   <div data-passkey data-challenge="/address" data-digest="..."> inside a form, with the hidden field `confirm_passkey`: when the
   form is sent with PIN and password empty, the passkey is asked first. What is signed names the act: the address to which
   the form is sent, and the digest of what was shown.
   <form data-passkey-register data-challenge="/address"> with the hidden field `credential`: makes a passkey. */
(() => {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials || document.documentElement.dataset.passkeys) return;
  document.documentElement.dataset.passkeys = "1";

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const answered = new WeakSet();

  function tell(place, sentence) {
    const state = place.querySelector("[data-passkey-state]");
    if (state) state.textContent = sentence || "";
  }

  async function asked(place, form, submitter) {
    const target = (submitter && submitter.getAttribute("formaction")) || form.getAttribute("action") || window.location.href;
    const body = new FormData();
    if (place.dataset.digest) body.set("subject", new URL(target, window.location.href).pathname + ":" + place.dataset.digest);
    const answer = await fetch(place.dataset.challenge, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    });
    if (!answer.ok || answer.redirected) throw new Error("no challenge");
    const options = (await answer.json()).publicKey;
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const known of options.allowCredentials || []) known.id = bytes(known.id);
    return options;
  }

  function written(credential) {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  }

  async function sign(form, place, submitter) {
    tell(place, place.dataset.wordWaiting);
    try {
      const publicKey = await asked(place, form, submitter);
      form.elements.confirm_passkey.value = written(await navigator.credentials.get({ publicKey }));
    } catch {
      tell(place, place.dataset.wordFailed);
      return;
    }
    tell(place, "");
    answered.add(form);
    // a click, not requestSubmit: htmx remembers by it which button was pressed
    if (submitter) submitter.click();
    else form.requestSubmit();
  }

  async function register(form) {
    tell(form, form.dataset.wordWaiting);
    try {
      const publicKey = await asked(form, form);
      form.elements.credential.value = written(await navigator.credentials.create({ publicKey }));
    } catch {
      tell(form, form.dataset.wordFailed);
      return;
    }
    answered.add(form);
    form.requestSubmit();
  }

  // Before the other listeners: they take the sending for done.
  function onSubmit(event) {
    const form = event.target;
    if (answered.delete(form)) return;
    if (form.matches("[data-passkey-register]")) {
      event.preventDefault();
      event.stopPropagation();
      register(form);
      return;
    }
    const place = form.querySelector("[data-passkey]");
    if (!place) return;
    const button = event.submitter;
    const typed = ["confirm_pin", "confirm_password"].some((name) => form.elements[name] && form.elements[name].value);
    if (typed && !(button && button.hasAttribute("data-passkey-button"))) return;
    event.preventDefault();
    event.stopPropagation();
    sign(form, place, button);
  }

  async function reveal(root) {
    const can = await window.PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
    if (!can) return;
    for (const part of root.querySelectorAll("[data-passkey-button], [data-passkey-note], [data-passkey-only]")) part.hidden = false;
  }

  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("htmx:load", (event) => reveal(event.target));
  reveal(document);
})();
