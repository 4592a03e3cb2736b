// Search, legend, filters and saving.
import { byId, focusOn, make, said } from "./dom.js";
import { copyLink, saveCsv, savePage, savePng, saveSvg } from "./save.js";
import { icon } from "./shapes.js";
import { State } from "./state.js";
import { noTime } from "./timeline.js";
import { has, number, t } from "./words.js";

const AT_ONCE = 20_000; // accounts that are searched with each key
const TYPING = 250; // milliseconds to wait for the next key, where there are more
const LISTED = 14; // colours told in the legend

export const tieName = (kind) => (has(`tie.${kind}`) ? t(`tie.${kind}`) : kind);
export const tierName = (tier) => (has(`tier.${tier}`) ? t(`tier.${tier}`) : tier);

export class Panel {
  constructor(head, state) {
    Object.assign(this, { head, state });
    const { legend } = head;
    this.boxes = legend.labels.map((item, label) => this.box(byId("labels"), { of: "off", place: label, note: item.note, mark: icon(item.shape, `var(--${item.label})`, 16), words: item.said, count: item.shown }));
    legend.labels.forEach((item) => byId("notes").append(make("dt", { textContent: item.said }), make("dd", { textContent: item.note })));
    this.kinds = head.kinds.map((item, kind) => this.box(byId("kinds"), { of: "without", place: kind, words: tieName(item.kind), count: item.shown }));
    byId("kinds-part").hidden = head.kinds.length < 2;
    this.choice("community", legend.communities.map((item) => `${item.name} (${number(item.shown)})`));
    this.choice("tier", head.tiers.map(tierName));
    this.choice("lang", head.langs.map(languageName));
    byId("colour").addEventListener("change", () => state.set({ colour: byId("colour").value }));
    byId("when").append(...[noTime(head)].filter(Boolean));
    state.onChange(() => this.show());
    this.show();
  }

  box(list, { of, place, words, count, mark = null, note = "" }) {
    const { state } = this;
    const box = make("input", { type: "checkbox", checked: !state[of].has(place) });
    box.addEventListener("change", () => {
      const off = new Set(state[of]);
      if (box.checked) off.delete(place);
      else off.add(place);
      state.set({ [of]: off });
    });
    list.append(make("li", {}, make("label", { title: note }, box, mark, make("span", {}, said(words)), make("span", { className: "n soft", textContent: number(count) }))));
    return box;
  }

  choice(name, words) {
    const list = byId(name);
    words.forEach((text, place) => list.append(make("option", { value: place, textContent: text })));
    list.closest(".choice").hidden = words.length < 2;
    list.addEventListener("change", () => this.state.set({ [name]: Number(list.value) }));
  }

  // What needs the accounts, once they are read.
  fill(network, stage, table, source) {
    const { state, head } = this;
    this.stage = stage;
    const finding = byId("finding");
    network.findings.forEach((item, place) => finding.append(make("option", { value: place, textContent: `${place + 1}. ${item.kind} (${number(item.members)})` })));
    finding.options[0].textContent = t(network.findings.length ? "all_accounts" : "no_finding");
    finding.addEventListener("change", () => this.narrow({ finding: Number(finding.value) }));
    byId("community").addEventListener("change", () => this.narrow({}));
    const search = byId("search");
    let waiting = 0;
    search.addEventListener("input", () => {
      clearTimeout(waiting);
      if (network.count <= AT_ONCE) state.set({ query: search.value });
      else waiting = setTimeout(() => state.set({ query: search.value }), TYPING);
    });
    search.addEventListener("keydown", (event) => event.key === "Enter" && this.first(event, network));
    byId("overview").hidden = head.legend.communities.length < 2 || !stage;
    byId("overview").addEventListener("click", () => this.turn());
    byId("reset").addEventListener("click", () => {
      state.set(State.fresh());
      stage?.frame();
    });
    const saving = { png: () => savePng(stage), svg: () => saveSvg(stage), csv: () => saveCsv(table, head), page: () => savePage(source, state, head) };
    for (const [kind, save] of Object.entries(saving)) byId(`save-${kind}`).addEventListener("click", save);
    for (const kind of ["png", "svg"]) byId(`save-${kind}`).hidden = !stage;
    byId("save-link").addEventListener("click", async () => (byId("saved").textContent = await copyLink(state)));
    document.querySelectorAll("#panel [disabled], .find [disabled], #save [disabled]").forEach((part) => part.removeAttribute("disabled"));
    this.show();
  }

  // A part of the accounts is seen as accounts.
  narrow(changes) {
    this.state.set({ ...changes, view: "accounts", ego: false });
    this.stage?.frame();
  }

  turn() {
    const overview = this.state.view === "overview";
    this.state.set({ view: overview ? "accounts" : "overview", open: new Set(), selected: -1, ego: false });
    this.stage?.frame();
    focusOn("overview");
  }

  first(event, network) {
    event.preventDefault();
    const { state } = this;
    state.set({ query: byId("search").value });
    const node = network.named(state.query, state.found);
    if (node >= 0) reveal(state, node);
  }

  show() {
    const { state, head } = this;
    this.boxes.forEach((box, label) => (box.checked = !state.off.has(label)));
    this.kinds.forEach((box, kind) => (box.checked = !state.without.has(kind)));
    for (const name of ["community", "tier", "lang", "colour", "finding"]) byId(name).value = state[name];
    if (byId("search").value !== state.query) byId("search").value = state.query;
    byId("overview").textContent = t(state.view === "overview" ? "show_accounts" : "show_communities");
    byId("status").textContent = this.status();
    byId("saved").textContent = "";
    const finding = state.network?.findings[state.finding];
    byId("finding-said").replaceChildren(...(finding ? [said(finding.sentence)] : []));
    this.colours();
    document.title = `${head.title}: ${t("map")}`;
  }

  status() {
    const { state, head } = this;
    if (!state.network) return t("status_reading", { communities: head.legend.communities.length });
    if (state.searching) return t("status_found", { found: state.foundCount, shown: state.visibleCount });
    if (state.view === "accounts") return t("status_accounts", { shown: state.visibleCount, all: state.network.count });
    return state.open.size ? t("status_open", { count: state.open.size }) : t("status_overview", { count: head.legend.communities.length });
  }

  // What the colours say, where they do not say what the shapes say.
  colours() {
    const { state, head } = this;
    const items = state.colour === "community" ? head.legend.communities.map((item) => item.name) : state.colour === "finding" ? (state.network?.findings ?? []).map((item, place) => `${place + 1}. ${item.kind}`) : [];
    const rows = items.slice(0, LISTED).map((words, place) => make("li", {}, make("span", { className: `swatch many-${place % 12}` }), said(words)));
    if (items.length > LISTED) rows.push(make("li", { className: "soft", textContent: t("and_more", { more: items.length - LISTED }) }));
    byId("colours").replaceChildren(...rows);
  }
}

// Shows an account wherever it is: its community is opened, filters that leave it out are given up.
export function reveal(state, node) {
  const { community } = state.network.nodes;
  const changes = { selected: node };
  if (!state.visible[node]) Object.assign(changes, State.fresh(), { selected: node, colour: state.colour });
  if (state.view === "overview") changes.open = new Set([...(changes.open ?? state.open), community[node]]);
  state.set(changes);
}

export function languageName(code) {
  try {
    const name = new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(code);
    return name && name !== code ? `${name} (${code})` : code;
  } catch {
    return code;
  }
}
