// The drawing: accounts by sigma.js, their ties as one layer below, communities and names above and below.
import { DirectedGraph } from "graphology";
import Sigma from "sigma";
import { chosen, ground, names, View } from "./paint.js";
import { CanvasPen } from "./pens.js";
import { ShapeProgram } from "./shapes.js";
import { TieLayer } from "./ties.js";

const PADDING = 28;
const MOVING = 350; // milliseconds of a move of the camera
const MANY = 30_000; // accounts above which the camera jumps
const CLOSEST = 0.004;
const WITH_NAMES = 0.7; // of the free part, so that the names at the ends of a way have room
const WHOLE = { x: 0.5, y: 0.5, angle: 0, ratio: 1 }; // the camera that sees the whole map
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Stage {
  constructor(container, scene, look) {
    Object.assign(this, { container, scene, look, state: scene.state });
    const all = scene.head.legend.communities;
    const reach = (axis) => Math.max(1, ...all.map((item) => Math.abs(item[axis]) + item.radius));
    [this.wide, this.high] = [reach("x"), reach("y")];
    this.half = Math.max(this.wide, this.high);
    this.below = this.canvas("ground");
    this.sigma = new Sigma(this.graph(), container, this.settings());
    this.frameAll();
    this.ties = new TieLayer(this.sigma, container);
    container.prepend(this.below.context.canvas);
    this.above = this.canvas("above");
    this.sigma.on("afterRender", () => this.paint());
    this.listen();
  }

  canvas(name) {
    const canvas = document.createElement("canvas");
    canvas.className = name;
    this.container.append(canvas);
    return new CanvasPen(canvas.getContext("2d"));
  }

  settings() {
    return {
      allowInvalidContainer: true,
      defaultNodeType: "shape",
      nodeProgramClasses: { shape: ShapeProgram },
      renderLabels: false,
      enableCameraRotation: false,
      minCameraRatio: CLOSEST,
      maxCameraRatio: 3,
      defaultDrawNodeHover: () => {},
      stagePadding: PADDING,
    };
  }

  // The same place for every account whatever is shown: the frame is that of all communities.
  frameAll() {
    this.sigma.setCustomBBox({ x: [-this.wide, this.wide], y: [-this.high, this.high] });
    this.sigma.refresh();
  }

  // Once the accounts are there.
  fill() {
    this.ties.place(this.scene.x, this.scene.y, this.half);
    this.build();
  }

  // sigma draws the accounts that are shown now, those that stand out upon the others.
  graph() {
    const { scene, look } = this;
    const graph = new DirectedGraph();
    graph.addNode("frame", { x: 0, y: 0, hidden: true }); // sigma moves no camera over an empty graph
    const { network } = scene;
    if (!network) return graph;
    const shrink = Math.min(1, Math.max(0.26, 26 / Math.sqrt(network.count)));
    const add = (node) => graph.addNode(node, { x: network.x[node], y: network.y[node], size: network.size[node] * shrink, color: look.account(node), shape: scene.shape(node) });
    const later = [];
    const first = network.nodes.label;
    for (const node of scene.nodes) {
      if (first[node] === 0) add(node);
      else later.push(node);
    }
    later.sort((one, other) => first[other] - first[one]).forEach(add);
    this.shrink = shrink;
    return graph;
  }

  build() {
    this.ties.tinted(this.look.tie);
    this.ties.show(this.scene.ties);
    this.sigma.setGraph(this.graph());
  }

  // After a change of the state.
  follow(changes) {
    const { scene } = this;
    const names = Object.keys(changes);
    if (names.some((name) => !["selected", "target", "query", "ego"].includes(name)) || (this.state.ego || "ego" in changes)) {
      scene.settle();
      this.build();
    } else {
      scene.choose();
      this.sigma.scheduleRender();
    }
    this.container.classList.toggle("dimmed", scene.chosen.size > 0);
  }

  // Brings what was chosen into the part of the picture that the card leaves free.
  turnTo({ selected = -1, target }) {
    if (target !== undefined && this.state.path.length) this.frame(this.state.path);
    else if (selected >= 0) this.centre(selected);
  }

  retheme() {
    this.look.read();
    this.build();
  }

  view() {
    const { sigma } = this;
    const [zero, one] = [sigma.graphToViewport({ x: 0, y: 0 }), sigma.graphToViewport({ x: 1000, y: 0 })];
    const { width, height } = sigma.getDimensions();
    const scaled = sigma.scaleSize(1) * (this.shrink ?? 1);
    return new View({ scale: (one.x - zero.x) / 1000, x: zero.x, y: zero.y, width, height, sized: (size) => size * scaled });
  }

  paint() {
    const view = this.view();
    view.free -= this.room().aside;
    const { scene, look } = this;
    for (const pen of [this.below, this.above]) {
      const { canvas } = pen.context;
      const [wide, high] = [Math.round(view.width * devicePixelRatio), Math.round(view.height * devicePixelRatio)];
      if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
      pen.context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      pen.context.clearRect(0, 0, view.width, view.height);
    }
    ground(this.below, view, scene, look);
    if (scene.network) chosen(this.above, view, scene, look);
    names(this.above, view, scene, look);
    if (scene.hovered >= 0) this.point(view);
    else this.hint?.hide();
  }

  // The account under the pointer: marked, with a small card beside it.
  point(view) {
    const { scene, look, above } = this;
    const node = scene.hovered;
    const [x, y] = view.at(scene.x[node], scene.y[node]);
    const radius = view.sized(scene.size[node]);
    above.circle(x, y, radius + 3, { stroke: look.ink, width: 1.5 });
    this.hint?.show(node, { x, y, radius, room: view.free, height: view.height });
  }

  listen() {
    const { sigma, state, scene } = this;
    sigma.on("clickNode", ({ node }) => node !== "frame" && state.set({ selected: +node }));
    sigma.on("clickStage", ({ event }) => {
      const community = this.communityAt(event);
      if (community >= 0) this.open(community);
      else if (state.selected >= 0) state.set({ selected: -1, ego: false });
    });
    sigma.on("doubleClickStage", ({ preventSigmaDefault }) => preventSigmaDefault());
    sigma.on("enterNode", ({ node }) => this.hover(+node));
    sigma.on("leaveNode", () => this.hover(-1));
    sigma.on("moveBody", ({ event }) => this.pointAt(scene.hovered >= 0 ? -1 : this.communityAt(event)));
  }

  communityAt({ x, y }) {
    const at = this.sigma.viewportToGraph({ x, y });
    return this.scene.communities.findIndex((item) => item.closed && item.shown > 0 && Math.hypot(item.x - at.x, item.y - at.y) <= item.radius);
  }

  pointAt(community) {
    if (community === this.scene.pointed) return;
    this.scene.pointed = community;
    this.container.style.cursor = community >= 0 ? "pointer" : "";
    this.paint();
  }

  hover(node) {
    this.scene.hovered = Number.isFinite(node) ? node : -1;
    this.container.style.cursor = this.scene.hovered >= 0 ? "pointer" : "";
    this.paint();
  }

  // A community's accounts in the place of its circle; all of them once they are read.
  open(community) {
    this.scene.pointed = -1;
    this.state.set({ view: "overview", open: new Set([...this.state.open, community]) });
    this.frameCommunity(community);
  }

  frameCommunity(community) {
    const { x, y, radius } = this.scene.communities[community];
    this.around(x - radius, x + radius, y - radius, y + radius);
  }

  move(target) {
    const camera = this.sigma.getCamera();
    // Where one picture takes long, a moving one would only be waited for.
    if (still.matches || this.scene.nodes.length > MANY || this.ties?.slow) camera.setState({ ...camera.getState(), ...target });
    else camera.animate(target, { duration: MOVING });
  }

  framed(x, y) {
    return { x: 0.5 + x / (2 * this.half), y: 0.5 + y / (2 * this.half) };
  }

  // The part of the picture that no card covers, and how many pixels a unit of the map has at ratio 1.
  room() {
    const { width, height } = this.sigma.getDimensions();
    const card = document.getElementById("card");
    const aside = !card.hidden && card.offsetWidth < 0.6 * width ? card.offsetWidth + 24 : 0;
    const below = !card.hidden && !aside ? card.offsetHeight : 0;
    const [across, up] = [width - 2 * PADDING, height - 2 * PADDING];
    const [zero, one] = [0, 1000].map((x) => this.sigma.graphToViewport({ x, y: 0 }, { cameraState: WHOLE }));
    return { aside, below, across: across - aside, up: Math.max(up - below, 1), whole: (one.x - zero.x) / 1000 };
  }

  // A place of the map in the middle of the free part.
  lookAt(x, y, ratio) {
    const { aside, below, whole } = this.room();
    const unit = ratio / whole;
    this.move({ ...this.framed(x + (aside / 2) * unit, y - (below / 2) * unit), ratio });
  }

  centre(node) {
    const { scene } = this;
    if (!scene.chosen.has(node)) return;
    this.lookAt(scene.x[node], scene.y[node], Math.min(this.sigma.getCamera().getState().ratio, scene.nodes.length > 300 ? 0.5 : 0.9));
  }

  around(left, right, low, high, margin = 0.88) {
    const { across, up, whole } = this.room();
    const part = Math.min(across / Math.max(right - left, 1), up / Math.max(high - low, 1)) * margin;
    this.lookAt((left + right) / 2, (low + high) / 2, Math.min(3, Math.max(whole / part, CLOSEST)));
  }

  // Brings everything visible into view, or some accounts.
  frame(nodes = null) {
    const { scene } = this;
    const some = nodes ?? (scene.network && this.state.view === "accounts" && scene.nodes.length < scene.network.count ? scene.nodes : []);
    if (!some.length) return this.around(-this.wide, this.wide, -this.high, this.high, 1);
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const node of some) {
      [left, right] = [Math.min(left, scene.x[node]), Math.max(right, scene.x[node])];
      [low, high] = [Math.min(low, scene.y[node]), Math.max(high, scene.y[node])];
    }
    this.around(left, right, low, high, nodes ? WITH_NAMES : undefined);
  }

  zoom(factor) {
    this.move({ ratio: Math.min(3, Math.max(CLOSEST, this.sigma.getCamera().getState().ratio * factor)) });
  }

  // From the selected account to a tied one in a direction; to any account where none is tied there.
  step(dx, dy) {
    const { state, scene } = this;
    const { network } = scene;
    if (!network || state.view === "overview") return this.stepCommunity(dx, dy);
    if (state.selected < 0) {
      const [first] = scene.widestFirst();
      if (first !== undefined) state.set({ selected: first });
      return;
    }
    const here = state.selected;
    const tied = [...network.neighbours(here, state.on).keys()].filter((node) => state.visible[node]);
    const next = ahead(here, tied, scene, dx, dy) ?? ahead(here, scene.nodes, scene, dx, dy);
    if (next !== undefined) state.set({ selected: next });
  }

  stepCommunity(dx, dy) {
    const { scene } = this;
    const shown = scene.communities.flatMap((item, number) => (item.shown ? [number] : []));
    const at = { x: scene.communities.map((item) => item.x), y: scene.communities.map((item) => item.y) };
    const next = scene.pointed < 0 ? shown[0] : ahead(scene.pointed, shown, at, dx, dy);
    if (next !== undefined) this.pointAt(next);
  }
}

// The nearest of some places in a direction, from one of them.
function ahead(here, places, { x, y }, dx, dy) {
  let best;
  let shortest = Infinity;
  for (const place of places) {
    const [across, up] = [x[place] - x[here], y[place] - y[here]];
    const length = Math.hypot(across, up);
    if (place === here || across * dx + up * dy <= 0.5 * length || length >= shortest) continue;
    [best, shortest] = [place, length];
  }
  return best;
}
