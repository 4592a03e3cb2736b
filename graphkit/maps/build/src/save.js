// The view as a file: PNG and SVG with legend and caption, CSV of the table, the page itself, and a link.
import { byId } from "./dom.js";
import { chosen, cut, ground, names, View } from "./paint.js";
import { CanvasPen, SvgPen } from "./pens.js";
import { number, t } from "./words.js";

const FORMULA = /^[=+\-@\t\r\n＝＋－＠\ufeff]/u;
const SIDE = 250; // pixels of the legend
const FOOT = 64;
const HEAD = 58;
const SHARP = 2; // pixels of a PNG for one on the screen

export function savePng(stage) {
  picture(stage).toBlob((blob) => keep(blob, "png", stage.scene.head));
}

// The view with legend and caption as one canvas.
export function picture(stage) {
  const { width, height } = size(stage);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: width * SHARP, height: height * SHARP });
  const pen = new CanvasPen(canvas.getContext("2d"));
  pen.context.scale(SHARP, SHARP);
  compose(pen, stage);
  return canvas;
}

export function saveSvg(stage) {
  const { width, height } = size(stage);
  const pen = new SvgPen(stage.above);
  compose(pen, stage);
  keep(new Blob([pen.document(width, height, stage.scene.head.title)], { type: "image/svg+xml" }), "svg", stage.scene.head);
}

// The rows of the table as they stand: filtered and sorted. No cell can start a formula.
export function saveCsv(table, head) {
  const rows = [table.columns.map(([key]) => t(key)), ...table.rows().map((row) => table.columns.map(([, value]) => value(row)))];
  const text = rows.map((row) => row.map(cell).join(",")).join("\r\n");
  keep(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }), "csv", head);
}

export function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// The page as it was opened, with this view in its block "view-first".
export function savePage(source, state, head) {
  const view = JSON.stringify(String(state.address())).replace(/[<>&]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const page = source.replace(/(<script type="application\/json" id="view-first">)[^<]*/, (_, open) => open + view);
  keep(new Blob([page], { type: "text/html" }), "html", head);
}

export async function copyLink(state) {
  const link = location.href.replace(/#.*/s, "") + `#${state.address()}`;
  try {
    await navigator.clipboard.writeText(link);
    return t("link_copied");
  } catch {
    return link;
  }
}

function keep(blob, kind, head) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `map-${head.run.id}.${kind}`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function size(stage) {
  const { width, height } = stage.sigma.getDimensions();
  return { width: width + SIDE, height: Math.max(height, 420) + HEAD + FOOT };
}

function compose(pen, stage) {
  const { scene, look } = stage;
  const { width, height } = size(stage);
  const on = stage.view();
  pen.rectangle(0, 0, width, height, look.page);
  const view = new View({ ...on, x: on.x, y: on.y + HEAD, height: on.height + HEAD });
  ground(pen, view, scene, look);
  if (scene.network) {
    lines(pen, view, stage);
    const faint = scene.chosen.size > 0;
    for (const node of scene.network && stage.sigma.getGraph().nodes()) {
      if (node === "frame") continue;
      const [x, y] = view.at(scene.x[node], scene.y[node]);
      if (view.holds(x, y, 20)) pen.shape(shapeName(scene, node), x, y, view.sized(scene.size[node]), faint ? look.line : look.account(+node));
    }
    chosen(pen, view, scene, look);
  }
  names(pen, view, scene, look);
  pen.rectangle(0, 0, width, HEAD, look.page);
  pen.rectangle(on.width, 0, SIDE, height, look.page);
  pen.rectangle(0, on.height + HEAD, width, height - on.height - HEAD, look.page);
  frame(pen, stage, { width, height, left: on.width });
}

const shapeName = (scene, node) => scene.head.legend.labels[scene.network.nodes.label[node]].shape;

function lines(pen, view, stage) {
  const { ties, x, y, chosen: out } = stage.scene;
  const ends = [];
  for (let place = 0; place < ties.length; place += 2) ends.push(...view.at(x[ties[place]], y[ties[place]]), ...view.at(x[ties[place + 1]], y[ties[place + 1]]));
  pen.lines(ends, stage.look.tie, { width: 0.6, alpha: stage.ties.strength() * (out.size ? 0.3 : 1) });
}

function frame(pen, stage, { width, height, left }) {
  const { scene, look, state } = stage;
  const { head } = scene;
  pen.text(cut(head.title, 70), 18, 28, { size: 18, weight: 700, colour: look.ink });
  pen.text(byId("status").textContent, 18, 47, { size: 12, colour: look.soft });
  let y = 30;
  pen.text(t(state.colour === "label" ? "legend_title" : `colour_${state.colour}`), left + 14, y, { size: 13, weight: 700, colour: look.ink });
  for (const [label, item] of head.legend.labels.entries()) {
    y += 24;
    pen.shape(item.shape, left + 22, y - 4, 7, state.colour === "label" ? look.labelColour(label) : look.soft);
    pen.text(`${cut(item.said, 24)} (${number(item.shown)})`, left + 38, y, { size: 12, colour: look.ink });
  }
  const more = state.colour === "community" ? scene.communities.slice(0, 10).map((item, place) => [look.community(place), item.short]) : state.colour === "finding" ? scene.network.findings.slice(0, 10).map((item, place) => [look.finding(place), `${place + 1}. ${item.kind}`]) : [];
  y += 14;
  for (const [colour, words] of more) {
    y += 20;
    pen.rectangle(left + 15, y - 11, 14, 14, colour, { corner: 3 });
    pen.text(cut(words, 28), left + 38, y, { size: 12, colour: look.ink });
  }
  pen.text(t("caption", { shown: head.accounts, all: head.accountsInAll, ties: head.ties, ties_all: head.tiesInAll, coverage: head.coverage }), 18, height - 40, { size: 11, colour: look.soft });
  pen.text(`${head.run.when} · graphkit ${head.run.version} · ${t("run", { id: head.run.id, seed: String(head.run.seed) })}`, 18, height - 24, { size: 11, colour: look.soft });
  pen.text(t("caution_short"), 18, height - 8, { size: 11, colour: look.soft });
}
