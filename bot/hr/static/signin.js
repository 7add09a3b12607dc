// Getting in: trades the code of the personal link for a cookie, and takes it out of the address bar before
// anything else happens, so that it stays out of screenshots, history and shared screens.

const at = (id) => document.getElementById(id);

/** Run `onentered()` once a session may exist; shows the sign-in form when a code is refused. */
export class Door {
  constructor(words, onentered) {
    this.words = words;
    this.onentered = onentered;
    addEventListener("hashchange", () => this.#fromAddress());
    at("door").addEventListener("submit", (event) => {
      event.preventDefault();
      const code = codeIn(at("code").value);
      if (code) this.#enter(code);
    });
  }

  start() {
    if (!this.#fromAddress()) this.onentered();
  }

  /** Ask to sign in; `reason` is shown when there is one. */
  ask(reason = "") {
    at("desk").hidden = true;
    at("signin").hidden = false;
    at("problem").textContent = reason;
    at("problem").hidden = !reason;
    at("code").focus();
  }

  #fromAddress() {
    const code = codeIn(location.hash);
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    if (code) this.#enter(code);
    return Boolean(code);
  }

  async #enter(code) {
    const answer = await this.#trade(code);
    if (answer.reason) return this.ask(answer.reason);
    at("code").value = "";
    this.onentered();
  }

  async #trade(code) {
    try {
      const answer = await fetch("/hr/session", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ code }),
      });
      return answer.ok ? {} : { reason: (await refusal(answer)) || this.words("signinFailed") };
    } catch {
      return { reason: this.words("signinOffline") };
    }
  }
}

/** Tell whether the server is up although it refused the socket: then it is the session that is missing. */
export async function serverAnswers() {
  try {
    return (await fetch("/hr", { method: "HEAD", cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

async function refusal(answer) {
  try {
    return (await answer.json()).text;
  } catch {
    return "";
  }
}

function codeIn(text) {
  const code = text.trim().split("#").pop();
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}
