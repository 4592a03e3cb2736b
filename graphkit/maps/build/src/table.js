// The table beside the map: the same accounts (or communities), sorted and filtered along with it.
import { byId, make, said } from "./dom.js";
import { reveal } from "./panel.js";
import { icon } from "./shapes.js";
import { collator, number, t } from "./words.js";

export class Table {
  constructor(head, state, stage) {
    Object.assign(this, { head, state, stage, up: false, limit: head.tableRows });
    this.column = this.usual();
    this.top = byId("table-head");
    this.body = byId("table-body");
    this.more = byId("more");
    this.more.addEventListener("click", () => {
      this.limit += head.tableRows;
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

  // Communities where the map shows communities, accounts where somebody is searched or shown.
  get communities() {
    const { state } = this;
    return !state.network || (state.view === "overview" && !state.open.size && !state.searching);
  }

  usual() {
    return this.communities ? 1 : 2;
  }

  get columns() {
    return this.communities ? this.communityColumns() : this.accountColumns();
  }

  // A key of the table of words, and what a row has there.
  accountColumns() {
    const { network } = this.state;
    const { nodes, legend } = network;
    return [
      ["column_account", (node) => nodes.name[node]],
      ["column_measured", (node) => legend.labels[nodes.label[node]].said],
      ["column_real", (node) => nodes.real[node]],
      ["column_followers", (node) => nodes.followers[node]],
      ["column_ties", (node) => network.start[node + 1] - network.start[node]],
      ["column_community", (node) => legend.communities[nodes.community[node]].short],
      ["column_id", (node) => nodes.id[node]],
    ];
  }

  communityColumns() {
    const listed = this.stage?.scene.communities ?? this.head.legend.communities;
    return [
      ["column_community", (row) => listed[row].name],
      ["column_accounts", (row) => listed[row].accounts],
      ["column_shown", (row) => listed[row].shown],
      ["column_indicator", (row) => listed[row].labels.reduce((sum, count, label) => sum + (/^(authentic|unknown)$/.test(this.head.legend.labels[label].label) ? 0 : count), 0)],
    ];
  }

  follow(changes) {
    const kind = this.communities;
    if (kind !== this.kind) Object.assign(this, { column: this.usual(), up: false });
    if (kind !== this.kind || this.state.ego || Object.keys(changes).some((name) => !["selected", "colour", "target"].includes(name))) {
      this.limit = this.head.tableRows;
      this.draw();
    }
    this.mark();
  }

  rows() {
    const { state } = this;
    const value = this.columns[this.column][1];
    const all = this.communities ? [...this.head.legend.communities.keys()] : this.stage && state.view === "overview" && !state.searching ? this.stage.scene.nodes.slice() : marked(state.found);
    const keys = new Map(all.map((row) => [row, value(row)]));
    return all.sort((one, other) => {
      const [a, b] = [keys.get(one), keys.get(other)];
      if (a === null || b === null) return (a === null) - (b === null);
      const order = typeof a === "string" ? collator.compare(a, b) : a - b;
      return (this.up ? order : -order) || one - other;
    });
  }

  draw() {
    this.kind = this.communities;
    const rows = this.rows();
    const shown = this.columns.filter(([key]) => key !== "column_id");
    this.top.replaceChildren(...shown.map(([key], column) => this.heading(key, column)));
    this.body.replaceChildren(...rows.slice(0, this.limit).map((row) => this.row(row)));
    this.more.hidden = rows.length <= this.limit;
    this.more.textContent = t("show_more", { left: rows.length - this.limit });
    byId("table-empty").hidden = rows.length > 0;
    this.mark();
  }

  heading(key, column) {
    const sort = make("button", { type: "button", textContent: t(key) });
    sort.addEventListener("click", () => {
      Object.assign(this, { up: this.column === column ? !this.up : column === 0, column });
      this.draw();
      this.top.children[column].firstChild.focus();
    });
    const head = make("th", { scope: "col" }, sort);
    if (column === this.column) head.setAttribute("aria-sort", this.up ? "ascending" : "descending");
    return head;
  }

  row(row) {
    const element = make("tr", { tabIndex: -1 }, ...(this.communities ? this.communityCells(row) : this.accountCells(row)));
    element.dataset.row = row;
    if (!this.communities) element.dataset.account = this.state.network.nodes.id[row];
    return element;
  }

  accountCells(node) {
    const { network } = this.state;
    const { nodes, legend } = network;
    const label = legend.labels[nodes.label[node]];
    const real = amount(nodes.real[node]);
    if (nodes.real_low[node] !== null) real.append(make("span", { className: "soft range", textContent: ` (${t("range", { low: nodes.real_low[node], high: nodes.real_high[node] })})` }));
    return [
      make("th", { scope: "row" }, said(nodes.name[node])),
      make("td", {}, icon(label.shape, `var(--${label.label})`), " ", said(label.said)),
      real,
      amount(nodes.followers[node]),
      amount(network.start[node + 1] - network.start[node]),
      make("td", {}, said(legend.communities[nodes.community[node]].short)),
    ];
  }

  communityCells(row) {
    const [[, name], ...counts] = this.communityColumns();
    return [make("th", { scope: "row" }, said(name(row))), ...counts.map(([, value]) => amount(value(row)))];
  }

  choose(row) {
    if (!this.communities) reveal(this.state, row);
    else if (this.stage) this.stage.open(row);
    else this.state.set({ view: "accounts", community: row });
  }

  // One row can be reached by Tab: the selected one, else the first.
  mark() {
    const rows = [...this.body.rows];
    const chosen = this.communities ? null : rows.find((row) => Number(row.dataset.row) === this.state.selected);
    for (const row of rows) {
      row.tabIndex = -1;
      if (row === chosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    const reachable = chosen ?? rows[0];
    if (reachable) reachable.tabIndex = 0;
    if (chosen && document.activeElement !== chosen && !this.body.contains(document.activeElement)) within(chosen, this.body.closest(".scroll"));
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

const amount = (value) => make("td", { className: "n", textContent: number(value) });

function marked(flags) {
  const rows = [];
  for (let row = 0; row < flags.length; row++) if (flags[row]) rows.push(row);
  return rows;
}

// Scrolls the table, and nothing else of the page.
function within(row, scroll) {
  const [seen, place] = [scroll.getBoundingClientRect(), row.getBoundingClientRect()];
  const head = 34;
  if (place.top < seen.top + head) scroll.scrollTop -= seen.top + head - place.top;
  else if (place.bottom > seen.bottom) scroll.scrollTop += place.bottom - seen.bottom;
}
