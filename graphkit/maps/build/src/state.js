// What is chosen on the page. It lives in the address after "#", so a view can be sent on, and survives a reload.
import { folded } from "./data.js";

export class State {
  constructor(network) {
    this.network = network;
    this.listeners = [];
    this.view = network.count > network.data.overviewAbove ? "overview" : "accounts";
    this.off = new Set(); // labels that are not shown
    this.community = -1;
    this.finding = -1;
    this.query = "";
    this.selected = -1;
    this.ego = false;
    this.colour = "label";
    this.read();
    this.settle();
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  set(changes) {
    Object.assign(this, changes);
    this.settle();
    this.write();
    for (const listener of this.listeners) listener(changes);
  }

  // Works out once who is visible and who is found; drawing and table only look it up.
  settle() {
    const { network } = this;
    const query = folded(this.query.trim());
    const near = this.ego && this.selected >= 0 ? new Set([this.selected, ...network.neighbours(this.selected)]) : null;
    this.visible = new Uint8Array(network.count);
    this.found = new Uint8Array(network.count);
    this.visibleCount = this.foundCount = 0;
    for (let node = 0; node < network.count; node++) {
      const shown =
        !this.off.has(network.nodes.label[node]) &&
        (this.community < 0 || network.nodes.community[node] === this.community) &&
        (this.finding < 0 || network.nodes.findings[node].includes(this.finding)) &&
        (!near || near.has(node));
      if (!shown) continue;
      this.visible[node] = 1;
      this.visibleCount++;
      if (!query || network.matches(node, query)) {
        this.found[node] = 1;
        this.foundCount++;
      }
    }
    this.searching = query !== "";
  }

  write() {
    const parts = new URLSearchParams();
    const { network } = this;
    parts.set("view", this.view);
    if (this.selected >= 0) parts.set("account", network.nodes.id[this.selected]);
    if (this.ego) parts.set("ego", "1");
    if (this.community >= 0) parts.set("community", this.community);
    if (this.finding >= 0) parts.set("finding", network.legend.findings[this.finding].id);
    if (this.off.size) parts.set("without", [...this.off].map((label) => network.legend.labels[label].label).join(","));
    if (this.query) parts.set("search", this.query);
    if (this.colour !== "label") parts.set("colour", this.colour);
    try {
      history.replaceState(null, "", `#${parts}`);
    } catch {
      // Inside a notebook's frame there is no address to write to; the view then lasts as long as the page.
    }
  }

  read() {
    const parts = new URLSearchParams(location.hash.slice(1));
    const { legend, place } = this.network;
    const view = parts.get("view");
    if (view === "overview" || view === "accounts") this.view = view;
    this.selected = place.get(parts.get("account")) ?? -1;
    this.ego = parts.get("ego") === "1" && this.selected >= 0;
    const community = Number.parseInt(parts.get("community") ?? "-1", 10);
    this.community = community >= 0 && community < legend.communities.length ? community : -1;
    this.finding = legend.findings.findIndex((finding) => finding.id === parts.get("finding"));
    const without = (parts.get("without") ?? "").split(",");
    this.off = new Set(legend.labels.flatMap((item, label) => (without.includes(item.label) ? [label] : [])));
    this.query = parts.get("search") ?? "";
    this.colour = parts.get("colour") === "community" ? "community" : "label";
  }
}
