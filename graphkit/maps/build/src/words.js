// Every word on the page stands in one table, the block "words"; numbers and names are written as its language does.
const table = JSON.parse(document.getElementById("words").textContent);
export const language = document.documentElement.lang || "en";
const plural = new Intl.PluralRules(language);
const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const days = new Intl.DateTimeFormat(language, { timeZone: "UTC", dateStyle: "medium" });
const moments = new Intl.DateTimeFormat(language, { timeZone: "UTC", dateStyle: "medium", timeStyle: "short" });
export const collator = new Intl.Collator(language, { numeric: true });

// The sentence of a key, with its gaps filled; `count` chooses between key.one and key.other.
export function t(key, values = {}) {
  const form = values.count === undefined ? key : `${key}.${plural.select(values.count)}`;
  const sentence = table[form] ?? table[`${key}.other`] ?? key;
  if ("count" in values) values = { ...values, amount: values.count };
  return sentence.replace(/\{(\w+)\}/g, (gap, name) => (name in values ? shown(values[name]) : gap));
}

export const has = (key) => key in table;
const shown = (value) => (typeof value === "number" ? number(value) : (value ?? t("unknown")));
export const number = (value) => (value === null || value === undefined ? t("unknown") : plain.format(value));
export const day = (milliseconds) => days.format(milliseconds);
export const moment = (milliseconds) => `${moments.format(milliseconds)} UTC`;
