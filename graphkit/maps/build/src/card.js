// The card of the selected account: numbers, words, findings with their evidence, its ties, and the way to another.
import { FOLLOW } from "./data.js";
import { button, byId, focusOn, make, said } from "./dom.js";
import { languageName, reveal, tierName, tieName } from "./panel.js";
import { icon } from "./shapes.js";
import { day, has, number, t } from "./words.js";

const NEIGHBOURS_SHOWN = 40;
const CHANCES = ["p_bot", "p_ring", "p_pod", "p_compromised", "authentic"];

export class Card {
  constructor(network, state, stage) {
    Object.assign(this, { network, state, stage, element: byId("card") });
    state.onChange((changes) => ["selected", "ego", "view", "target", "finding"].some((name) => name in changes) && this.draw());
    this.draw();
  }

  draw() {
    const { state, element } = this;
    element.hidden = state.selected < 0;
    element.replaceChildren(...(state.selected < 0 ? [] : this.parts(state.selected)));
    element.scrollTop = 0;
  }

  parts(node) {
    const { network, state } = this;
    const { nodes, legend, reasons } = network;
    const label = legend.labels[nodes.label[node]];
    const close = button(t("close"), () => state.set({ selected: -1, ego: false }), { className: "close", id: "card-close" });
    return [
      close,
      make("h2", {}, said(nodes.name[node])),
      nodes.full[node] ? make("p", { className: "soft" }, said(nodes.full[node])) : null,
      make("p", { className: "measured" }, icon(label.shape, `var(--${label.label})`, 16), make("b", {}, said(label.said))),
      reasons[nodes.reason[node]] ? make("p", {}, said(reasons[nodes.reason[node]])) : null,
      this.egoPart(),
      this.figures(node),
      ...nodes.findings[node].map((place) => this.finding(place)),
      this.wayPart(node),
      this.neighbours(node),
    ].filter(Boolean);
  }

  egoPart() {
    const { state, stage } = this;
    const ego = button(t(state.ego ? "ego_off" : "ego_on"), () => {
      const { selected } = state;
      state.set({ ego: !state.ego, view: "accounts" });
      stage?.frame();
      if (state.selected !== selected) state.set({ selected });
      focusOn("ego");
    });
    ego.id = "ego";
    ego.setAttribute("aria-pressed", state.ego);
    return make("p", {}, ego);
  }

  figures(node) {
    const { network } = this;
    const { nodes, legend, head } = network;
    const rows = [];
    const add = (key, value) => value !== null && value !== undefined && value !== "" && rows.push(make("dt", { textContent: t(key) }), make("dd", {}, said(value)));
    const counted = (value) => (value === null ? null : number(value));
    const real = nodes.real[node];
    add("card_real", real === null ? null : `${number(real)} (${t("range", { low: nodes.real_low[node], high: nodes.real_high[node] })})`);
    add("card_moved", counted(nodes.moved[node]));
    add("card_followers", counted(nodes.followers[node]));
    add("card_seen", counted(nodes.seen[node]));
    add("column_community", legend.communities[nodes.community[node]].name);
    add("card_role", nodes.role[node] && (has(`role.${nodes.role[node]}`) ? t(`role.${nodes.role[node]}`) : nodes.role[node]));
    add("tier", nodes.tier[node] < 0 ? null : tierName(head.tiers[nodes.tier[node]]));
    add("lang", nodes.lang[node] < 0 ? null : languageName(head.langs[nodes.lang[node]]));
    for (const name of CHANCES) {
      const value = nodes[name][node];
      if (value !== null) rows.push(make("dt", { textContent: t(`indicator.${name}`) }), make("dd", {}, gauge(value), t("of_100", { share: Math.round(100 * value) })));
    }
    add("column_id", nodes.id[node]);
    return make("dl", {}, ...rows);
  }

  finding(place) {
    const { state, network } = this;
    const finding = network.findings[place];
    if (!finding) return null;
    const show = button(t("show_members"), () => {
      state.set({ finding: place, view: "accounts", ego: false });
      this.stage?.frame();
    });
    const list = (key, rows) => (rows.length ? [make("h4", { textContent: t(key) }), make("ul", {}, ...rows)] : []);
    return make(
      "section",
      { className: "finding" },
      make("h3", {}, `${place + 1}. `, said(finding.sentence)),
      make("p", { className: "soft" }, said(finding.kind), " · ", said(finding.strength), " · ", said(finding.id)),
      ...list("evidence_for", finding.evidence.map(proof)),
      ...list("evidence_against", finding.against.map(proof)),
      ...list("innocent", finding.innocent.map((text) => make("li", {}, said(text)))),
      show,
    );
  }

  // The way to another account over the ties that are shown, and what ties each step.
  wayPart(node) {
    const { state, network } = this;
    const field = make("input", { type: "search", id: "way-to", placeholder: t("search_hint"), autocomplete: "off", spellcheck: false });
    if (state.target >= 0) field.value = network.nodes.name[state.target];
    const go = () => {
      const to = network.named(field.value, state.visible);
      if (to < 0 || to === node) return (byId("way-said").textContent = t("way_nobody"));
      state.set({ target: to });
      focusOn("way-to");
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      go();
    });
    const label = make("label", { textContent: t("way_to") });
    label.htmlFor = "way-to";
    const told = state.target < 0 ? "" : state.path.length ? t("way_found", { count: state.path.length - 1 }) : t("way_none");
    return make(
      "section",
      { className: "way" },
      make("h3", {}, label),
      make("div", { className: "row" }, field, button(t("way_go"), go, { id: "way-go" })),
      make("p", { className: "soft", id: "way-said", textContent: told }),
      make("ol", { id: "way" }, ...state.path.map((step, place) => this.step(step, state.path[place + 1]))),
      state.target >= 0 ? button(t("way_end"), () => state.set({ target: -1 })) : null,
    );
  }

  step(node, next) {
    const { network, state } = this;
    const rows = next === undefined ? [] : network.neighbours(node, state.on).get(next);
    return make("li", {}, this.account(node), ...rows.map((tie) => make("span", { className: "why soft", textContent: this.why(tie, node) })));
  }

  account(node) {
    const { nodes, legend } = this.network;
    const label = legend.labels[nodes.label[node]];
    const go = button("", () => {
      reveal(this.state, node);
      focusOn("card-close");
    });
    go.className = "link";
    go.append(icon(label.shape, `var(--${label.label})`, 12), " ", said(nodes.name[node]));
    return go;
  }

  // What a tie says, seen from one of its ends: who did what, how often, when.
  why(tie, node) {
    const { network } = this;
    const out = network.source[tie] === node;
    const { kind } = network.kinds[network.kind[tie]];
    const first = network.first[tie];
    const last = network.last[tie];
    const when = first < 0 ? "" : ` · ${network.time(last) - network.time(first) > 86_400_000 ? t("between_days", { from: day(network.time(first)), until: day(network.time(last)) }) : day(network.time(first))}`;
    if (network.kind[tie] === FOLLOW) return `${t(out ? "follows_out" : "follows_in")}${when}`;
    const acts = network.acts[tie];
    return `${t(out ? "acts_out" : "acts_in", { kind: tieName(kind), times: acts })}${when}`;
  }

  neighbours(node) {
    const { network, state } = this;
    const weight = (rows) => rows.reduce((sum, tie) => sum + network.acts[tie], 0);
    const all = [...network.neighbours(node, state.on)].sort(([one, rows], [other, others]) => weight(others) - weight(rows) || one - other);
    const rows = all.slice(0, NEIGHBOURS_SHOWN).map(([other, ties]) => make("li", {}, this.account(other), ...ties.map((tie) => make("span", { className: "why soft", textContent: this.why(tie, node) }))));
    const left = all.length - rows.length;
    return make("section", {}, make("h3", { textContent: t("tied_to", { count: all.length }) }), make("ul", { className: "ties" }, ...rows), left > 0 ? make("p", { className: "soft", textContent: t("and_more", { more: left }) }) : null);
  }
}

const proof = (item) => make("li", {}, said(item.claim), make("span", { className: "soft" }, " ", t("observed", { observed: item.observed, expected: item.expected, chance: item.chance })));

function gauge(value) {
  const bar = make("meter", { min: 0, max: 1, value });
  bar.setAttribute("aria-hidden", "true");
  return bar;
}
