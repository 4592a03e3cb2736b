// The drawing: sigma.js on accounts or on communities, following the state.
import { DirectedGraph, UndirectedGraph } from "graphology";
import Sigma from "sigma";
import { ShapeProgram, SHAPES } from "./shapes.js";

const COMMUNITY_COLOURS = ["#3b7ea1", "#b5651d", "#6a8f3c", "#8a5aa8", "#b23a48", "#2f8f83", "#8c7a1f", "#5b6abf", "#a8577e", "#4f7f52", "#7a6a5a", "#447a9c"];
const PADDING = 40;
const still = matchMedia("(prefers-reduced-motion: reduce)");

const cut = (name) => (name.length > 40 ? `${name.slice(0, 39)}…` : name);

export class Stage {
  constructor(container, network, state) {
    Object.assign(this, { container, network, state, hovered: -1 });
    this.graphs = {};
    this.theme();
    this.sigma = new Sigma(this.graph(), container, this.settings());
    this.listen();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.retheme());
  }

  theme() {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    this.colours = { ink: value("--ink"), page: value("--page"), card: value("--card"), faint: value("--faint"), tie: value(this.network.edges.s.length > 5000 ? "--tie" : "--tie-few"), strong: value("--tie-strong"), community: value("--community") };
    this.labelColours = this.network.legend.labels.map((item) => value(`--${item.label}`) || item.colour);
  }

  retheme() {
    this.theme();
    this.sigma.setSetting("labelColor", { color: this.colours.ink });
    this.sigma.refresh();
  }

  graph() {
    const { view } = this.state;
    this.graphs[view] ??= view === "overview" ? this.communities() : this.accounts();
    return this.graphs[view];
  }

  accounts() {
    const { nodes, edges, count } = this.network;
    const graph = new DirectedGraph();
    for (let node = 0; node < count; node++) {
      graph.addNode(node, { x: nodes.x[node], y: nodes.y[node], size: nodes.size[node] * this.shrink(count), label: cut(nodes.name[node]) });
    }
    for (let tie = 0; tie < edges.s.length; tie++) graph.addDirectedEdgeWithKey(tie, edges.s[tie], edges.t[tie]);
    return graph;
  }

  communities() {
    const { communities, between } = this.network.legend;
    const graph = new UndirectedGraph();
    const extent = (axis) => Math.max(...communities.map((item) => item[axis])) - Math.min(...communities.map((item) => item[axis]));
    const room = Math.min(this.container.clientWidth, this.container.clientHeight) - 2 * PADDING;
    const pixels = Math.max(room, 100) / Math.max(extent("x"), extent("y"), 1);
    const widest = Math.max(...communities.map((item) => item.radius));
    communities.forEach((item, number) => {
      const size = Math.max(3, Math.min(0.92 * item.radius * pixels, (60 * item.radius) / widest));
      graph.addNode(number, { x: item.x, y: item.y, size, label: `${item.name.split(":")[0]} (${item.accounts.toLocaleString("en")})` });
    });
    const most = Math.max(1, ...between.map(([, , ties]) => ties));
    for (const [one, other, ties] of between) {
      if (one !== other) graph.addEdge(one, other, { size: 0.5 + (5 * Math.log1p(ties)) / Math.log1p(most) });
    }
    return graph;
  }

  shrink(count) {
    return Math.min(1, Math.max(0.35, 26 / Math.sqrt(count)));
  }

  settings() {
    return {
      allowInvalidContainer: true,
      defaultNodeType: "shape",
      nodeProgramClasses: { shape: ShapeProgram },
      defaultDrawNodeLabel: (context, data, settings) => this.drawLabel(context, data, settings),
      defaultDrawNodeHover: (context, data, settings) => this.drawHover(context, data, settings),
      labelColor: { color: this.colours.ink },
      labelFont: "system-ui, 'Segoe UI', 'Noto Sans', sans-serif",
      labelSize: 12,
      labelDensity: 0.6,
      labelGridCellSize: 120,
      labelRenderedSizeThreshold: 5,
      hideEdgesOnMove: this.network.edges.s.length > 8000,
      minEdgeThickness: 0.5,
      zIndex: true,
      stagePadding: PADDING,
      nodeReducer: (node, data) => (this.state.view === "overview" ? this.communityLook(+node, data) : this.accountLook(+node, data)),
      edgeReducer: (tie, data) => (this.state.view === "overview" ? { ...data, color: this.colours.tie } : this.tieLook(+tie, data)),
    };
  }

  accountLook(node, data) {
    const { state, network } = this;
    if (!state.visible[node]) return { ...data, hidden: true, label: "" };
    const label = network.nodes.label[node];
    const shape = SHAPES.indexOf(network.legend.labels[label].shape);
    const chosen = node === state.selected || node === this.hovered;
    const near = this.nearby?.has(node);
    const faint = !chosen && (this.nearby ? !near : state.searching && !state.found[node]);
    const colour = state.colour === "community" ? COMMUNITY_COLOURS[network.nodes.community[node] % COMMUNITY_COLOURS.length] : this.labelColours[label];
    return {
      ...data,
      shape,
      color: faint ? this.colours.faint : colour,
      label: faint ? "" : data.label,
      size: chosen ? data.size * 1.35 + 2 : data.size,
      highlighted: node === state.selected,
      forceLabel: chosen || (state.searching && state.found[node] && state.foundCount <= 30),
      zIndex: chosen ? 4 : near ? 3 : faint ? 0 : label === 0 ? 1 : 2,
    };
  }

  communityLook(number, data) {
    const item = this.network.legend.communities[number];
    const pointed = number === this.hovered;
    const label = pointed ? `${item.name} (${item.accounts.toLocaleString("en")} accounts, ${item.standing_out.toLocaleString("en")} with an indicator)` : data.label;
    return { ...data, label, shape: 0, color: this.colours.community, forceLabel: pointed, zIndex: pointed ? 2 : 1 };
  }

  tieLook(tie, data) {
    const { s, t } = this.network.edges;
    const { state } = this;
    if (!state.visible[s[tie]] || !state.visible[t[tie]]) return { ...data, hidden: true };
    if (this.focus >= 0 && (s[tie] === this.focus || t[tie] === this.focus)) return { ...data, color: this.colours.strong, size: 1.6, zIndex: 2 };
    if (this.nearby) return { ...data, hidden: true };
    return { ...data, color: this.colours.tie, size: this.network.edges.s.length > 5000 ? 0.5 : 0.9, zIndex: 0 };
  }

  // Beside an account; in the middle of a community. A rim in the colour of the page keeps it readable on ties.
  drawLabel(context, data, settings) {
    if (!data.label) return;
    const within = this.state.view === "overview";
    context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    context.textAlign = within ? "center" : "left";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = this.colours.page;
    context.fillStyle = this.colours.ink;
    const at = [data.label, within ? data.x : data.x + data.size + 3, data.y + settings.labelSize / 3];
    context.strokeText(...at);
    context.fillText(...at);
    context.textAlign = "left";
  }

  drawHover(context, data, settings) {
    context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    const text = data.label || "";
    const width = text ? context.measureText(text).width + 10 : 0;
    context.fillStyle = this.colours.card;
    context.strokeStyle = this.colours.ink;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(data.x, data.y, data.size + 3, 0, 2 * Math.PI);
    context.stroke();
    if (!text) return;
    context.beginPath();
    context.roundRect(data.x + data.size + 5, data.y - 11, width, 22, 5);
    context.fill();
    context.stroke();
    context.fillStyle = this.colours.ink;
    context.fillText(text, data.x + data.size + 10, data.y + settings.labelSize / 3);
  }

  listen() {
    const { sigma, state } = this;
    sigma.on("clickNode", ({ node }) => (state.view === "overview" ? this.open(+node) : state.set({ selected: +node })));
    sigma.on("clickStage", () => state.view === "accounts" && state.selected >= 0 && state.set({ selected: -1, ego: false }));
    sigma.on("enterNode", ({ node }) => this.hover(+node));
    sigma.on("leaveNode", () => this.hover(-1));
    state.onChange((changes) => this.follow(changes));
    this.point();
  }

  open(community) {
    this.state.set({ view: "accounts", community, selected: -1, ego: false });
    this.frame();
  }

  hover(node) {
    this.hovered = node;
    this.container.style.cursor = node >= 0 ? "pointer" : "";
    if (this.state.view === "overview" || this.network.count <= 5000) this.point();
  }

  // The account whose ties stand out: the one under the pointer, else the selected one.
  point() {
    this.focus = this.hovered >= 0 ? this.hovered : this.state.selected;
    this.nearby = this.state.view === "accounts" && this.focus >= 0 ? new Set(this.network.neighbours(this.focus)) : null;
    this.sigma.refresh({ skipIndexation: true });
  }

  follow(changes) {
    if ("view" in changes) {
      this.hovered = -1;
      this.sigma.setGraph(this.graph());
      this.sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
    }
    this.point();
    if ("selected" in changes && changes.selected >= 0) this.centre(changes.selected);
  }

  move(target) {
    const camera = this.sigma.getCamera();
    if (still.matches) camera.setState({ ...camera.getState(), ...target });
    else camera.animate(target, { duration: 350 });
  }

  centre(node) {
    const at = this.sigma.getNodeDisplayData(node);
    if (!at) return;
    this.move({ x: at.x, y: at.y, ratio: Math.min(this.sigma.getCamera().ratio, this.network.count > 300 ? 0.45 : 0.8) });
  }

  // Brings everything visible into view.
  frame() {
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    if (this.state.view === "accounts" && this.state.visibleCount < this.network.count) {
      for (let node = 0; node < this.network.count; node++) {
        if (!this.state.visible[node]) continue;
        const at = this.sigma.getNodeDisplayData(node);
        [left, right, low, high] = [Math.min(left, at.x), Math.max(right, at.x), Math.min(low, at.y), Math.max(high, at.y)];
      }
    }
    const part = Number.isFinite(left);
    this.move(part ? { x: (left + right) / 2, y: (low + high) / 2, ratio: Math.max(right - left, high - low, 0.08) * 1.15 } : { x: 0.5, y: 0.5, ratio: 1 });
  }

  zoom(factor) {
    this.move({ ratio: this.sigma.getCamera().ratio * factor });
  }

  // From the selected account to a tied one in a direction; to any account where none is tied there.
  step(dx, dy) {
    const { state, network } = this;
    const { x, y, size } = network.nodes;
    if (state.view !== "accounts") return;
    if (state.selected < 0) {
      const shown = [...state.visible.keys()].filter((node) => state.visible[node]);
      if (shown.length) state.set({ selected: shown.reduce((best, node) => (size[node] > size[best] ? node : best)) });
      return;
    }
    const here = state.selected;
    const nearest = (candidates) => {
      let best = -1;
      let shortest = Infinity;
      for (const node of candidates) {
        if (node === here || !state.visible[node]) continue;
        const [ax, ay] = [x[node] - x[here], y[node] - y[here]];
        const along = ax * dx + ay * dy;
        const length = Math.hypot(ax, ay);
        if (along <= 0.5 * length || length >= shortest) continue;
        [best, shortest] = [node, length];
      }
      return best;
    };
    const tied = nearest(network.neighbours(here));
    const next = tied >= 0 ? tied : nearest(state.visible.keys());
    if (next >= 0) state.set({ selected: next });
  }
}
