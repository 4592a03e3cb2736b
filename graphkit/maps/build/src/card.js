// The card of the selected account: numbers, words, findings with their evidence, and its ties.
import { byId, make, number, said } from "./dom.js";
import { icon } from "./shapes.js";

const NEIGHBOURS_SHOWN = 40;
const CHANCES = [
  ["p_bot", "acts automated"],
  ["p_ring", "trades follows"],
  ["p_pod", "trades reactions"],
  ["p_compromised", "under a second hand"],
  ["authentic", "a real person's account"],
];

export function buildCard(network, state, stage) {
  const card = byId("card");
  const draw = () => {
    card.hidden = state.selected < 0;
    if (state.selected < 0) return card.replaceChildren();
    card.replaceChildren(...parts(network, state, stage));
  };
  state.onChange((changes) => ("selected" in changes || "ego" in changes || "view" in changes) && draw());
  draw();
}

function parts(network, state, stage) {
  const { nodes, legend, data } = network;
  const node = state.selected;
  const label = legend.labels[nodes.label[node]];
  const close = make("button", { type: "button", className: "close", textContent: "Close", id: "card-close" });
  close.addEventListener("click", () => state.set({ selected: -1, ego: false }));
  const ego = make("button", { type: "button", id: "ego", textContent: state.ego ? "Show all accounts" : "Only this account and its ties" });
  ego.setAttribute("aria-pressed", state.ego);
  ego.addEventListener("click", () => {
    state.set({ ego: !state.ego });
    stage?.frame();
    byId("ego")?.focus();
  });
  return [
    close,
    make("h2", {}, said(nodes.name[node])),
    nodes.full[node] ? make("p", { className: "soft" }, said(nodes.full[node])) : null,
    make("p", { className: "measured" }, icon(label.shape, `var(--${label.label})`, 16), make("b", { textContent: ` ${label.said}` })),
    data.reasons[nodes.reason[node]] ? make("p", {}, said(data.reasons[nodes.reason[node]])) : null,
    figures(network, node),
    make("p", {}, ego),
    ...nodes.findings[node].map((place) => findingPart(legend.findings[place], place, state, stage)),
    neighbourPart(network, state, node),
  ].filter(Boolean);
}

function figures(network, node) {
  const { nodes, legend } = network;
  const rows = [];
  const add = (name, value) => value && value !== "–" && rows.push(make("dt", { textContent: name }), make("dd", {}, said(value)));
  const real = nodes.real[node];
  add("Real people reached", real === null ? "" : `${number(real)} (${number(nodes.real_low[node])} to ${number(nodes.real_high[node])})`);
  add("Moved by a post", number(nodes.moved[node]));
  add("Followers as stated", number(nodes.followers[node]));
  add("Followers seen", number(nodes.seen[node]));
  add("Community", legend.communities[nodes.community[node]]?.name);
  add("Part in the network", nodes.role[node]);
  for (const [name, words] of CHANCES) {
    if (nodes[name][node] !== null) add(`Indicator: ${words}`, `${Math.round(100 * nodes[name][node])} of 100`);
  }
  add("Id", nodes.id[node]);
  return make("dl", {}, ...rows);
}

function findingPart(finding, place, state, stage) {
  if (!finding) return null;
  const show = make("button", { type: "button", textContent: "Show its members" });
  show.addEventListener("click", () => {
    state.set({ finding: place, view: "accounts", ego: false });
    stage?.frame();
  });
  const list = (title, rows) => (rows.length ? [make("h4", { textContent: title }), make("ul", {}, ...rows)] : []);
  const proof = (item) => make("li", {}, said(item.claim), make("span", { className: "soft", textContent: ` Observed ${item.observed}, by chance ${item.expected}; ${item.chance}.` }));
  return make(
    "section",
    { className: "finding" },
    make("h3", {}, `${place + 1}. `, said(finding.sentence)),
    make("p", { className: "soft", textContent: `${finding.kind} · ${finding.strength} · ${finding.id}` }),
    ...list("For", finding.evidence.map(proof)),
    ...list("Against", finding.against.map(proof)),
    ...list("It may also be", finding.innocent.map((text) => make("li", {}, said(text)))),
    show,
  );
}

function neighbourPart(network, state, node) {
  const { nodes, legend } = network;
  const ties = network.ties[node].slice().sort((a, b) => network.edges.a[b] - network.edges.a[a] || a - b);
  const rows = ties.slice(0, NEIGHBOURS_SHOWN).map((tie) => {
    const other = network.other(tie, node);
    const label = legend.labels[nodes.label[other]];
    const go = make("button", { type: "button", className: "link" }, icon(label.shape, `var(--${label.label})`, 12), " ", said(nodes.name[other]));
    go.addEventListener("click", () => {
      state.set({ selected: other });
      byId("card-close")?.focus();
    });
    return make("li", {}, go, make("span", { className: "soft", textContent: ` ${network.tieWords(tie, node)}` }));
  });
  const left = ties.length - rows.length;
  return make("section", {}, make("h3", { textContent: `Ties shown (${number(ties.length)})` }), make("ul", { className: "ties" }, ...rows), left > 0 ? make("p", { className: "soft", textContent: `and ${number(left)} more` }) : null);
}
