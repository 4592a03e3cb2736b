// The map page: data, state, drawing, panel, table and card, wired together. Communities come first, accounts after.
import { Card } from "./card.js";
import { Look } from "./colours.js";
import { Network, readBlock } from "./data.js";
import { byId } from "./dom.js";
import { Hint } from "./hint.js";
import { Panel, reveal } from "./panel.js";
import { picture } from "./save.js";
import { Scene } from "./scene.js";
import { Stage } from "./stage.js";
import { State } from "./state.js";
import { Table } from "./table.js";
import { Timeline } from "./timeline.js";
import { t } from "./words.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const root = document.documentElement;
const source = `<!doctype html>\n${root.outerHTML}\n`; // before anything of it changes: saved copies are made of it
const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

async function start() {
  const head = await readBlock("head");
  const state = new State(head);
  state.read(location.hash.slice(1) || (await readBlock("view-first")));
  const look = new Look(head, state);
  const scene = new Scene(head, state);
  const stage = draw(scene, look);
  state.onChange((changes) => stage?.follow(changes)); // the table reads what the drawing works out
  const panel = new Panel(head, state);
  const table = new Table(head, state, stage);
  theme(stage);
  keys(state, stage);
  root.classList.add("drawn");
  await painted();
  const network = new Network(head, await readBlock("accounts"));
  state.complete(network);
  scene.settle();
  stage?.fill();
  Object.assign(table, { kind: null });
  panel.fill(network, stage, table, source);
  new Timeline(head, state);
  new Card(network, state, stage);
  if (stage) stage.hint = new Hint(network, scene);
  state.onChange((changes) => stage?.turnTo(changes)); // behind the card, which takes room from the map
  table.follow({ view: state.view });
  stage?.follow({ selected: state.selected });
  if (state.path.length) stage?.frame(state.path);
  else if (state.selected < 0 || state.ego) stage?.frame();
  else stage?.centre(state.selected);
  listen(state, stage);
  if (stage) print(stage);
  await painted();
  root.classList.add("ready");
}

// Where the browser cannot draw, the still picture and the table remain.
function draw(scene, look) {
  try {
    byId("still").hidden = true;
    byId("stage").hidden = false;
    const stage = new Stage(byId("stage"), scene, look);
    document.querySelectorAll(".drawing").forEach((part) => (part.hidden = false));
    return stage;
  } catch (error) {
    byId("stage").replaceChildren();
    byId("stage").hidden = true;
    byId("still").hidden = false;
    byId("cannot").textContent = t("cannot_draw");
    console.info("The map falls back to the still picture:", error.message);
    scene.state.view = "accounts";
    return null;
  }
}

// A view that is typed into the address, and what a notebook around the page asks for.
function listen(state, stage) {
  addEventListener("hashchange", () => {
    if (location.hash.slice(1) === String(state.address())) return;
    state.read(location.hash.slice(1));
    state.set({ view: state.view, selected: state.selected, target: state.target });
    if (state.selected < 0 || state.ego) stage?.frame();
  });
  if (parent === window) return;
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data?.graphkit !== "select") return;
    const node = state.network.place.get(data.account) ?? -1;
    if (node >= 0 && node !== state.selected) reveal(state, node);
    else if (node < 0 && state.selected >= 0) state.set({ selected: -1, ego: false });
  });
  state.onChange((changes) => "selected" in changes && parent.postMessage({ graphkit: "map", selected: state.network.nodes.id[state.selected] ?? null }, "*"));
}

function keys(state, stage) {
  if (stage) {
    byId("closer").addEventListener("click", () => stage.zoom(0.6));
    byId("further").addEventListener("click", () => stage.zoom(1.6));
    byId("whole").addEventListener("click", () => stage.frame([]));
    byId("stage").addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (move) stage.step(...move);
      else if (event.key === "+" || event.key === "=") stage.zoom(0.6);
      else if (event.key === "-") stage.zoom(1.6);
      else if (event.key === "0") stage.frame();
      else if (event.key === "Enter" && stage.scene.pointed >= 0) stage.open(stage.scene.pointed);
      else return;
      event.preventDefault();
    });
  }
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") back(state, stage);
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName ?? "");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      byId("search").focus();
    }
  });
}

// One step back: from the account, then from the opened communities.
function back(state, stage) {
  if (state.selected >= 0) state.set({ selected: -1, ego: false });
  else if (state.view === "overview" && state.open.size) {
    state.set({ view: "overview", open: new Set() });
    stage?.frame();
  }
}

function theme(stage) {
  byId("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    stage?.retheme();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => stage?.retheme());
}

// On paper the layers of the stage cannot follow its new size: the view is printed as one picture, on white.
function print(stage) {
  let before;
  addEventListener("beforeprint", () => {
    before = root.dataset.theme;
    root.dataset.theme = "light";
    stage.retheme();
    byId("printed").replaceChildren(picture(stage));
    root.classList.add("printing");
  });
  addEventListener("afterprint", () => {
    byId("printed").replaceChildren();
    root.classList.remove("printing");
    if (before) root.dataset.theme = before;
    else delete root.dataset.theme;
    stage.retheme();
  });
}

start().catch((error) => {
  byId("still").hidden = false;
  byId("stage").hidden = true;
  byId("cannot").textContent = t("cannot_open", { reason: error.message });
  console.error(error);
});
