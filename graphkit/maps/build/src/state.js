// What is chosen on the page. It lives in the address after "#" and in saved copies of the page.
import { folded } from "./data.js";

const CHOICES = ["label", "community", "finding"]; // what colours may say

export class State {
  constructor(head) {
    this.head = head;
    this.network = null;
    this.listeners = [];
    Object.assign(this, State.fresh(), { view: head.accounts > head.overviewAbove ? "overview" : "accounts" });
  }

  static fresh() {
    return { open: new Set(), off: new Set(), without: new Set(), community: -1, finding: -1, tier: -1, lang: -1, from: null, until: null, query: "", selected: -1, ego: false, target: -1, colour: "label" };
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  set(changes) {
    if ("selected" in changes && changes.selected !== this.selected && !("target" in changes)) changes.target = -1;
    Object.assign(this, changes);
    this.settle();
    this.write();
    for (const listener of this.listeners) listener(changes);
  }

  get narrowed() {
    return this.from !== null || this.until !== null;
  }

  get filtered() {
    return this.off.size > 0 || this.without.size > 0 || this.narrowed || this.ego || [this.community, this.finding, this.tier, this.lang].some((choice) => choice >= 0);
  }

  // Works out once which ties and accounts are visible and found; drawing and table only look it up.
  settle() {
    if (!this.network) return;
    this.settleTies();
    this.settleAccounts();
  }

  settleTies() {
    const { kind, first, last } = this.network;
    const shown = this.network.kinds.map((_, number) => !this.without.has(number));
    const [from, until] = [this.from ?? -Infinity, this.until ?? Infinity];
    this.on ??= new Uint8Array(kind.length);
    for (let tie = 0; tie < kind.length; tie++) this.on[tie] = shown[kind[tie]] && (first[tie] < 0 || (first[tie] <= until && last[tie] >= from));
  }

  settleAccounts() {
    const { network } = this;
    const { nodes, count } = network;
    const near = this.ego && this.selected >= 0 ? new Set([this.selected, ...network.neighbours(this.selected, this.on).keys()]) : null;
    const tied = this.narrowed || this.without.size ? this.tied() : null;
    const query = folded(this.query.trim());
    this.visible ??= new Uint8Array(count);
    this.found ??= new Uint8Array(count);
    this.visibleCount = this.foundCount = 0;
    for (let node = 0; node < count; node++) {
      const shown =
        !this.off.has(nodes.label[node]) &&
        (this.community < 0 || nodes.community[node] === this.community) &&
        (this.finding < 0 || nodes.findings[node].includes(this.finding)) &&
        (this.tier < 0 || nodes.tier[node] === this.tier) &&
        (this.lang < 0 || nodes.lang[node] === this.lang) &&
        (!tied || tied[node]) &&
        (!near || near.has(node));
      this.visible[node] = shown;
      this.found[node] = shown && (!query || network.matches(node, query));
      this.visibleCount += shown;
      this.foundCount += this.found[node];
    }
    this.searching = query !== "";
    this.path = this.target >= 0 && this.selected >= 0 ? network.path(this.selected, this.target, this.visible, this.on) : [];
  }

  // Who has a tie that is shown.
  tied() {
    const { source, target, count } = this.network;
    const tied = new Uint8Array(count);
    for (let tie = 0; tie < source.length; tie++) {
      if (this.on[tie]) tied[source[tie]] = tied[target[tie]] = 1;
    }
    return tied;
  }

  // The view as words of an address; what is usual is left out.
  address() {
    const { head, network } = this;
    const parts = new URLSearchParams({ view: this.view });
    const put = (name, value, wanted = true) => wanted && parts.set(name, value);
    put("open", [...this.open].join(","), this.open.size > 0);
    put("community", this.community, this.community >= 0);
    put("tier", head.tiers[this.tier], this.tier >= 0);
    put("lang", head.langs[this.lang], this.lang >= 0);
    put("without", [...this.off].map((label) => head.legend.labels[label].label).join(","), this.off.size > 0);
    put("noties", [...this.without].map((kind) => head.kinds[kind].kind).join(","), this.without.size > 0);
    put("search", this.query, this.query !== "");
    put("colour", this.colour, this.colour !== "label");
    put("ego", 1, this.ego);
    if (!network) return parts;
    put("account", network.nodes.id[this.selected], this.selected >= 0);
    put("path", network.nodes.id[this.target], this.target >= 0);
    put("finding", network.findings[this.finding]?.id, this.finding >= 0);
    if (this.from !== null) put("from", new Date(network.time(this.from)).toISOString());
    if (this.until !== null) put("until", new Date(network.time(this.until)).toISOString());
    return parts;
  }

  write() {
    try {
      history.replaceState(null, "", `#${this.address()}`);
    } catch {
      // Inside a notebook's frame there is no address to write to; the view then lasts as long as the page.
    }
  }

  // Takes over what needs no accounts; `complete` does the rest.
  read(text) {
    const { head } = this;
    const parts = (this.asked = new URLSearchParams(text));
    Object.assign(this, State.fresh());
    const view = parts.get("view");
    if (view === "overview" || view === "accounts") this.view = view;
    else if (parts.has("account") || parts.has("finding")) this.view = "accounts";
    const exists = (number) => Number.isInteger(number) && number >= 0 && number < head.legend.communities.length;
    this.open = new Set((parts.get("open") ?? "").split(",").filter(Boolean).map(Number).filter(exists));
    const community = Number(parts.get("community") ?? -1);
    this.community = exists(community) ? community : -1;
    this.tier = head.tiers.indexOf(parts.get("tier"));
    this.lang = head.langs.indexOf(parts.get("lang"));
    const named = (name, list, key) => new Set(list.flatMap((item, place) => ((parts.get(name) ?? "").split(",").includes(item[key]) ? [place] : [])));
    this.off = named("without", head.legend.labels, "label");
    this.without = named("noties", head.kinds, "kind");
    this.query = parts.get("search") ?? "";
    this.colour = CHOICES.includes(parts.get("colour")) ? parts.get("colour") : "label";
    if (this.network) this.complete(this.network);
  }

  complete(network) {
    this.network = network;
    const { asked } = this;
    const account = (name) => network.place.get(asked?.get(name)) ?? -1;
    const tick = (name) => (Number.isFinite(Date.parse(asked?.get(name) ?? "")) ? network.tick(Date.parse(asked.get(name))) : null);
    this.selected = account("account");
    this.target = this.selected >= 0 ? account("path") : -1;
    this.ego = asked?.get("ego") === "1" && this.selected >= 0;
    this.finding = network.findings.findIndex((finding) => finding.id === asked?.get("finding"));
    this.from = tick("from");
    this.until = tick("until");
    this.settle();
  }
}
