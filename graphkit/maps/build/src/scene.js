// What is to be seen now, worked out of data and state: communities open or closed, accounts, ties, and what is chosen.
import { FOUND_SHOWN } from "./paint.js";
import { SHAPES } from "./shapes.js";

const NONE = new Set();

export class Scene {
  constructor(head, state) {
    Object.assign(this, { head, state, between: head.legend.between, pointed: -1, hovered: -1, nodes: [], ties: new Uint32Array(0) });
    this.settle();
  }

  get network() {
    return this.state.network;
  }

  get x() {
    return this.network.x;
  }

  get y() {
    return this.network.y;
  }

  get size() {
    return this.network.size;
  }

  name(node) {
    const { state, network } = this;
    const number = state.colour === "finding" ? network.nodes.findings[node][0] : undefined;
    return number === undefined ? network.nodes.name[node] : `${network.nodes.name[node]} · ${number + 1}`;
  }

  shape(node) {
    return SHAPES.indexOf(this.head.legend.labels[this.network.nodes.label[node]].shape);
  }

  // Anew after a filter or a change of view.
  settle() {
    const { head, state, network } = this;
    Object.assign(this, { chosen: NONE, marked: NONE, reached: [], way: [] });
    const counts = network && state.filtered ? this.counted() : null;
    this.communities = head.legend.communities.map((item, number) => ({
      ...item,
      closed: state.view === "overview" && !state.open.has(number),
      told: counts ? counts[number].reduce((sum, count) => sum + count, 0) : item.accounts,
      shown: counts ? counts[number].reduce((sum, count) => sum + count, 0) : item.shown,
      labels: counts ? counts[number] : item.labels,
    }));
    if (!network) return;
    const { nodes } = network;
    this.nodes = [];
    const here = new Uint8Array(network.count);
    for (let node = 0; node < network.count; node++) {
      if (!state.visible[node] || this.communities[nodes.community[node]]?.closed) continue;
      this.nodes.push(node);
      here[node] = 1;
    }
    this.order = null;
    this.ties = this.tiesAmong(here);
    this.choose();
  }

  counted() {
    const { nodes, count } = this.network;
    const counts = this.head.legend.communities.map(() => this.head.legend.labels.map(() => 0));
    for (let node = 0; node < count; node++) {
      if (this.state.visible[node]) counts[nodes.community[node]][nodes.label[node]]++;
    }
    return counts;
  }

  tiesAmong(here) {
    const { source, target } = this.network;
    const { on } = this.state;
    const pairs = new Uint32Array(2 * source.length);
    let end = 0;
    for (let tie = 0; tie < source.length; tie++) {
      if (!on[tie] || !here[source[tie]] || !here[target[tie]]) continue;
      pairs[end++] = source[tie];
      pairs[end++] = target[tie];
    }
    return pairs.subarray(0, end);
  }

  // The widest accounts first: those whose names are drawn.
  widestFirst() {
    this.order ??= this.nodes.slice().sort((one, other) => this.size[other] - this.size[one] || one - other);
    return this.order;
  }

  // What stands out from the rest: a way, the chosen account with its ties, or what was found.
  choose() {
    const { state, network } = this;
    Object.assign(this, { chosen: NONE, marked: NONE, reached: [], way: [] });
    if (!network) return;
    const drawn = (node) => state.visible[node] && !this.communities[network.nodes.community[node]]?.closed;
    if (state.path.length) {
      this.way = state.path;
      this.chosen = this.marked = new Set(state.path);
      this.reached = state.path.slice(1).map((node, place) => [state.path[place], node]);
    } else if (state.selected >= 0 && drawn(state.selected)) {
      const near = [...network.neighbours(state.selected, state.on).keys()].filter(drawn);
      this.marked = new Set([state.selected]);
      this.chosen = new Set([...near, state.selected]);
      this.reached = near.map((node) => [state.selected, node]);
    } else if (state.searching && state.foundCount && state.foundCount <= FOUND_SHOWN) {
      this.chosen = new Set(this.nodes.filter((node) => state.found[node]));
    }
  }
}
