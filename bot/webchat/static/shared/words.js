// Chooses the language of the page's own words and puts them where the markup asks for them.

/** Make a function `words(key, ...values)` over `{zh: {…}, en: {…}}`; `words.use(language)` switches the page. */
export function speaking(texts) {
  const words = (key, ...values) => {
    const entry = texts[words.language][key];
    return typeof entry === "function" ? entry(...values) : entry;
  };
  words.use = (language) => {
    words.language = known(texts, language);
    words.tag = words.language === "zh" ? "zh-CN" : words.language;
    document.documentElement.lang = words.tag;
    fill(words);
  };
  words.has = (key) => key in texts[words.language];
  words.use(navigator.language || "en");
  return words;
}

function known(texts, language) {
  const base = language.toLowerCase().split(/[-_]/)[0];
  return base in texts ? base : "en";
}

function fill(words) {
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = words(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]"))
    node.setAttribute("aria-label", words(node.dataset.label));
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = words(node.dataset.hint);
}

/** Say how long something lasts: minutes and seconds. */
export function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Say a moment as briefly as it stays clear: the time today, the day and time otherwise. */
export function spokenTime(at, tag) {
  const moment = new Date(at * 1000);
  const today = moment.toDateString() === new Date().toDateString();
  const day = today ? {} : { month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(tag, { ...day, hour: "numeric", minute: "2-digit", hourCycle: "h23" }).format(
    moment,
  );
}
