// The map page: data, state, drawing, panel, table and card, wired together.
import { buildCard } from "./card.js";
import { Network, readData } from "./data.js";
import { byId } from "./dom.js";
import { buildPanel } from "./panel.js";
import { Stage } from "./stage.js";
import { State } from "./state.js";
import { Table } from "./table.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

async function start() {
  const network = new Network(await readData(byId("data")));
  const state = new State(network);
  const stage = draw(network, state);
  buildPanel(network, state, stage);
  const table = new Table(network, state, stage);
  buildCard(network, state, stage);
  keys(state, stage);
  theme(stage);
  document.documentElement.classList.add("ready");
  if (stage) requestAnimationFrame(() => (state.selected >= 0 && !state.ego ? stage.centre(state.selected) : stage.frame()));
  addEventListener("hashchange", () => {
    state.read();
    state.set({ view: state.view, selected: state.selected });
    stage?.frame();
  });
  return table;
}

// Where the browser cannot draw, the still picture and the table remain.
function draw(network, state) {
  try {
    byId("still").hidden = true;
    byId("stage").hidden = false;
    const stage = new Stage(byId("stage"), network, state);
    document.querySelectorAll(".drawing").forEach((part) => (part.hidden = false));
    return stage;
  } catch (error) {
    byId("stage").replaceChildren();
    byId("stage").hidden = true;
    byId("still").hidden = false;
    byId("cannot").textContent = "This browser cannot draw the map (WebGL is missing). The still picture shows the widest accounts; search, filters, the table and the details beside it work.";
    console.info("The map falls back to the still picture:", error.message);
    state.view = "accounts";
    return null;
  }
}

function keys(state, stage) {
  if (stage) {
    byId("closer").addEventListener("click", () => stage.zoom(0.6));
    byId("further").addEventListener("click", () => stage.zoom(1.6));
    byId("whole").addEventListener("click", () => stage.frame());
    byId("stage").addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (move) stage.step(...move);
      else if (event.key === "+" || event.key === "=") stage.zoom(0.6);
      else if (event.key === "-") stage.zoom(1.6);
      else if (event.key === "0") stage.frame();
      else return;
      event.preventDefault();
    });
  }
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.selected >= 0) state.set({ selected: -1, ego: false });
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName ?? "");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      byId("search").focus();
    }
  });
}

function theme(stage) {
  const root = document.documentElement;
  byId("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    stage?.retheme();
  });
}

start().catch((error) => {
  byId("cannot").textContent = `The map could not be opened: ${error.message}. The still picture shows the widest accounts.`;
  console.error(error);
});
