// Answers by voice: record, look at the clock, send or let go. What is recorded leaves this page only when the person
// says so; the server writes it down and shows it in the conversation.

const LONGEST = 5 * 60 * 1000;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/**
 * Wire the microphone `button` and the strip shown while recording. `onsend(id, seconds)`, then `onsent(id, seq)` or
 * `onlost(id)` hear what becomes of a recording; `ontrouble` hears the name of a text.
 */
export class Recorder {
  constructor(button, strip, { path, newId, onbegin, onsend, onsent, onlost, ontrouble }) {
    this.button = button;
    this.strip = strip;
    this.path = path;
    this.newId = newId;
    Object.assign(this, { onbegin, onsend, onsent, onlost, ontrouble });
    this.clock = strip.querySelector(".clock");
    this.media = null;
    button.addEventListener("click", () => this.#begin());
    strip.querySelector(".cancel").addEventListener("click", () => this.#end(false));
    strip.querySelector(".done").addEventListener("click", () => this.#end(true));
  }

  /** Show the microphone where the server can listen and the browser can record. */
  offer(can) {
    const able = Boolean(navigator.mediaDevices && globalThis.MediaRecorder);
    this.button.hidden = !(can && able);
    if (!can) this.#end(false);
  }

  async #begin() {
    if (this.media) return;
    this.onbegin();
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
    } catch {
      this.ontrouble("noMic");
      return;
    }
    const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
    this.parts = [];
    this.media = new MediaRecorder(stream, kind ? { mimeType: kind, audioBitsPerSecond: 32_000 } : {});
    this.media.addEventListener("dataavailable", ({ data }) => this.parts.push(data));
    this.media.addEventListener("stop", () => this.#stopped(stream));
    this.wanted = true;
    this.began = Date.now();
    this.media.start();
    this.timer = setInterval(() => this.#tick(), 250);
    this.#tick();
    this.strip.hidden = false;
    this.button.disabled = true;
    this.strip.querySelector(".done").focus();
  }

  #tick() {
    const seconds = Math.floor((Date.now() - this.began) / 1000);
    this.clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (Date.now() - this.began >= LONGEST) this.#end(true);
  }

  #end(wanted) {
    if (!this.media || this.media.state === "inactive") return;
    this.wanted = wanted;
    this.media.stop();
  }

  #stopped(stream) {
    clearInterval(this.timer);
    for (const track of stream.getTracks()) track.stop();
    const sound = new Blob(this.parts, { type: this.media.mimeType });
    const seconds = (Date.now() - this.began) / 1000;
    this.media = null;
    this.strip.hidden = true;
    this.button.disabled = false;
    this.button.focus();
    if (this.wanted && sound.size) this.#send(sound, seconds);
  }

  /** Send it, twice if need be, under one name: the server takes it once. */
  async #send(sound, seconds) {
    const id = this.newId();
    const address = `${this.path}?id=${id}&seconds=${seconds.toFixed(1)}`;
    this.onsend(id, seconds);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        const answer = await fetch(address, { method: "POST", body: sound, headers: { "content-type": sound.type } });
        if (answer.ok) return this.onsent(id, (await answer.json()).seq);
        if (answer.status < 500) break;
      } catch {
        // The network may be back in a moment.
      }
      await new Promise((again) => setTimeout(again, 1500));
    }
    this.onlost(id);
    this.ontrouble("voiceLost");
  }
}
