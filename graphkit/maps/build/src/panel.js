// Search, legend and filters.
import { byId, make, number, said } from "./dom.js";
import { icon } from "./shapes.js";

export function buildPanel(network, state, stage) {
  const { legend } = network;
  const boxes = legend.labels.map((item, label) => {
    const box = make("input", { type: "checkbox", checked: !state.off.has(label) });
    box.addEventListener("change", () => {
      const off = new Set(state.off);
      if (box.checked) off.delete(label);
      else off.add(label);
      state.set({ off });
    });
    const row = make("label", { title: item.note }, box, icon(item.shape, `var(--${item.label})`, 16), make("span", { textContent: item.said }), make("span", { className: "n soft", textContent: number(item.shown) }));
    byId("labels").append(make("li", {}, row));
    byId("notes").append(make("dt", { textContent: item.said }), make("dd", { textContent: item.note }));
    return box;
  });

  const community = byId("community");
  legend.communities.forEach((item, place) => community.append(make("option", { value: place, textContent: `${item.name} (${number(item.shown)})` })));
  community.addEventListener("change", () => {
    state.set({ community: Number(community.value), view: "accounts" });
    stage?.frame();
  });

  const finding = byId("finding");
  legend.findings.forEach((item, place) => finding.append(make("option", { value: place, textContent: `${place + 1}. ${item.kind} (${number(item.members)})` })));
  finding.addEventListener("change", () => {
    state.set({ finding: Number(finding.value), view: "accounts" });
    stage?.frame();
  });

  const search = byId("search");
  search.addEventListener("input", () => state.set({ query: search.value, view: "accounts" }));
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = bestMatch(network, state);
    if (first >= 0) state.set({ selected: first });
  });

  const colour = byId("colour");
  colour.addEventListener("change", () => state.set({ colour: colour.value }));
  const overview = byId("overview");
  overview.hidden = legend.communities.length < 2 || !stage;
  overview.addEventListener("click", () => state.set({ view: state.view === "overview" ? "accounts" : "overview", community: -1, selected: -1, ego: false }));
  byId("reset").addEventListener("click", () => {
    state.set({ off: new Set(), community: -1, finding: -1, query: "", selected: -1, ego: false });
    stage?.frame();
  });

  const show = () => {
    boxes.forEach((box, label) => (box.checked = !state.off.has(label)));
    community.value = state.community;
    finding.value = state.finding;
    if (search.value !== state.query) search.value = state.query;
    colour.value = state.colour;
    overview.textContent = state.view === "overview" ? "Show accounts" : "Show communities";
    overview.setAttribute("aria-pressed", state.view === "overview");
    byId("finding-said").replaceChildren(...(state.finding >= 0 ? [said(legend.findings[state.finding].sentence)] : []));
    const shown = state.searching ? `${number(state.foundCount)} found among ${number(state.visibleCount)} shown` : `${number(state.visibleCount)} of ${number(network.count)} accounts shown`;
    byId("status").textContent = state.view === "overview" ? `${number(legend.communities.length)} communities; choose one to open it` : shown;
  };
  state.onChange(show);
  show();
}

// An exact handle or id first, then the widest account.
function bestMatch(network, state) {
  const wanted = state.query.trim().toLowerCase().replace(/^@/, "");
  let best = -1;
  for (let node = 0; node < network.count; node++) {
    if (!state.found[node]) continue;
    const name = network.nodes.name[node].toLowerCase().replace(/^@/, "");
    if (name === wanted || network.nodes.id[node] === wanted) return node;
    if (best < 0 || network.nodes.size[node] > network.nodes.size[best]) best = node;
  }
  return best;
}
