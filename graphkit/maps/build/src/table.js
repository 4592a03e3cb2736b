// The table beside the map: the same accounts (or communities), sorted and filtered along with it.
import { byId, make, number, said } from "./dom.js";
import { icon } from "./shapes.js";

// "@a9" before "@a10", and letters of any language in one place for everybody who opens the page.
const byName = new Intl.Collator("en", { numeric: true });

const ACCOUNT_COLUMNS = [
  ["Account", (network, node) => network.nodes.name[node]],
  ["What was measured", (network, node) => network.nodes.label[node]],
  ["Real people", (network, node) => network.nodes.real[node]],
  ["Followers", (network, node) => network.nodes.followers[node]],
  ["Ties", (network, node) => network.ties[node].length],
  ["Community", (network, node) => network.nodes.community[node]],
];
const COMMUNITY_COLUMNS = [
  ["Community", (network, row) => network.legend.communities[row].name],
  ["Accounts", (network, row) => network.legend.communities[row].accounts],
  ["Shown", (network, row) => network.legend.communities[row].shown],
  ["With an indicator", (network, row) => network.legend.communities[row].standing_out],
];

export class Table {
  constructor(network, state, stage) {
    Object.assign(this, { network, state, stage, column: state.view === "overview" ? 1 : 2, up: false, limit: network.data.tableRows });
    this.head = byId("table-head");
    this.body = byId("table-body");
    this.more = byId("more");
    this.more.addEventListener("click", () => {
      this.limit += network.data.tableRows;
      this.draw();
    });
    this.body.addEventListener("keydown", (event) => this.key(event));
    this.body.addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      if (row) this.choose(Number(row.dataset.row));
    });
    state.onChange((changes) => this.follow(changes));
    this.draw();
  }

  get columns() {
    return this.state.view === "overview" ? COMMUNITY_COLUMNS : ACCOUNT_COLUMNS;
  }

  follow(changes) {
    if ("view" in changes) Object.assign(this, { column: changes.view === "overview" ? 1 : 2, up: false });
    if (Object.keys(changes).some((name) => name !== "selected" && name !== "colour") || this.state.ego) {
      this.limit = this.network.data.tableRows;
      this.draw();
    }
    this.mark();
  }

  rows() {
    const { state, network } = this;
    const all = state.view === "overview" ? [...network.legend.communities.keys()] : [...state.found.keys()].filter((node) => state.found[node]);
    const value = this.columns[this.column][1];
    const compare = (one, other) => {
      const [a, b] = [value(network, one), value(network, other)];
      if (a === null || b === null) return (a === null) - (b === null);
      const order = typeof a === "string" ? byName.compare(a, b) : a - b;
      return (this.up ? order : -order) || one - other;
    };
    return all.sort(compare);
  }

  draw() {
    const rows = this.rows();
    this.head.replaceChildren(
      ...this.columns.map(([title], column) => {
        const button = make("button", { type: "button", textContent: title });
        button.addEventListener("click", () => {
          Object.assign(this, { up: this.column === column ? !this.up : column === 0, column });
          this.draw();
        });
        const head = make("th", { scope: "col" }, button);
        if (column === this.column) head.setAttribute("aria-sort", this.up ? "ascending" : "descending");
        return head;
      }),
    );
    this.body.replaceChildren(...rows.slice(0, this.limit).map((row) => this.row(row)));
    this.more.hidden = rows.length <= this.limit;
    this.more.textContent = `Show more (${number(rows.length - this.limit)} left)`;
    byId("table-empty").hidden = rows.length > 0;
    this.mark();
  }

  row(row) {
    const { network, state } = this;
    const cells = state.view === "overview" ? this.communityCells(row) : this.accountCells(row);
    const element = make("tr", { tabIndex: -1 }, ...cells);
    element.dataset.row = row;
    if (state.view === "accounts") element.dataset.account = network.nodes.id[row];
    return element;
  }

  accountCells(node) {
    const { nodes, legend, ties } = this.network;
    const label = legend.labels[nodes.label[node]];
    const real = make("td", { className: "n", textContent: number(nodes.real[node]) });
    if (nodes.real_low[node] !== null) real.append(make("span", { className: "soft range", textContent: ` (${number(nodes.real_low[node])} to ${number(nodes.real_high[node])})` }));
    return [
      make("th", { scope: "row" }, said(nodes.name[node])),
      make("td", {}, icon(label.shape, `var(--${label.label})`), ` ${label.said}`),
      real,
      make("td", { className: "n", textContent: number(nodes.followers[node]) }),
      make("td", { className: "n", textContent: number(ties[node].length) }),
      make("td", {}, said(legend.communities[nodes.community[node]]?.name.split(":")[0])),
    ];
  }

  communityCells(row) {
    const item = this.network.legend.communities[row];
    return [make("th", { scope: "row" }, said(item.name)), ...[item.accounts, item.shown, item.standing_out].map((value) => make("td", { className: "n", textContent: number(value) }))];
  }

  choose(row) {
    if (this.state.view === "accounts") this.state.set({ selected: row });
    else if (this.stage) this.stage.open(row);
    else this.state.set({ view: "accounts", community: row });
  }

  // One row can be reached by Tab: the selected one, else the first.
  mark() {
    const rows = [...this.body.rows];
    const chosen = this.state.view === "accounts" ? rows.find((row) => Number(row.dataset.row) === this.state.selected) : null;
    for (const row of rows) {
      row.tabIndex = -1;
      if (row === chosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    const reachable = chosen ?? rows[0];
    if (reachable) reachable.tabIndex = 0;
    if (chosen && document.activeElement !== chosen && !this.body.contains(document.activeElement)) chosen.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const row = event.target.closest("tr");
    if (!row) return;
    const rows = [...this.body.rows];
    const place = rows.indexOf(row);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1, PageDown: place + 10, PageUp: place - 10 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      const to = rows[Math.max(0, Math.min(rows.length - 1, next))];
      row.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(Number(row.dataset.row));
    }
  }
}
