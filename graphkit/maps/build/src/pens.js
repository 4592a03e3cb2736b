// Two ways to draw the same picture: on a canvas, for the screen and for PNG, and as SVG.
import { OUTLINES } from "./shapes.js";

const FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const TOGETHER = 8; // faint lines that are stroked at once
const WIDTHS_KEPT = 5000;
const SIDES = { left: "start", center: "middle", right: "end" };

export class CanvasPen {
  constructor(context) {
    this.context = context;
    this.widths = new Map();
    context.lineJoin = "round";
    context.lineCap = "round";
  }

  rectangle(x, y, width, height, colour, { alpha = 1, corner = 0 } = {}) {
    this.filled(colour, alpha, (context) => context.roundRect(x, y, width, height, corner));
  }

  circle(x, y, radius, { fill = null, alpha = 1, stroke = null, width = 1 } = {}) {
    const path = (context) => context.arc(x, y, radius, 0, 2 * Math.PI);
    if (fill) this.filled(fill, alpha, path);
    if (stroke) this.stroked(stroke, width, 1, path);
  }

  arc(x, y, radius, { from, to, colour, width }) {
    this.context.lineCap = "butt";
    this.stroked(colour, width, 1, (context) => context.arc(x, y, radius, from, to));
    this.context.lineCap = "round";
  }

  lines(ends, colour, { width = 1, alpha = 1, dash = [] } = {}) {
    this.context.setLineDash(dash);
    // What is stroked at once takes ink once: faint lines are stroked in small lots, so that they add up where they cross.
    const lot = alpha < 0.5 ? 4 * TOGETHER : ends.length;
    for (let from = 0; from < ends.length; from += lot) {
      this.stroked(colour, width, alpha, (context) => {
        for (let place = from; place < Math.min(from + lot, ends.length); place += 4) {
          context.moveTo(ends[place], ends[place + 1]);
          context.lineTo(ends[place + 2], ends[place + 3]);
        }
      });
    }
    this.context.setLineDash([]);
  }

  shape(kind, x, y, radius, colour) {
    if (kind === "hollow") return this.circle(x, y, 0.72 * radius, { stroke: colour, width: Math.max(1, 0.4 * radius) });
    if (!OUTLINES[kind]) return this.circle(x, y, radius, { fill: colour });
    this.filled(colour, 1, (context) => {
      for (const [across, down] of OUTLINES[kind]) context.lineTo(x + across * radius, y + down * radius);
      context.closePath();
    });
  }

  text(words, x, y, { size = 12, weight = 400, colour, rim = null, side = "left", alpha = 1 }) {
    const { context } = this;
    context.globalAlpha = alpha;
    context.font = `${weight} ${size}px ${FONT}`;
    context.textAlign = side;
    if (rim) {
      context.strokeStyle = rim;
      context.lineWidth = size / 4;
      context.strokeText(words, x, y);
    }
    context.fillStyle = colour;
    context.fillText(words, x, y);
    context.globalAlpha = 1;
  }

  // Measured once in one size, for the browser takes long to change fonts.
  measure(words, size, weight = 400) {
    const key = `${weight} ${words}`;
    if (!this.widths.has(key)) {
      if (this.widths.size > WIDTHS_KEPT) this.widths.clear();
      this.context.font = `${weight} 10px ${FONT}`;
      this.widths.set(key, this.context.measureText(words).width / 10);
    }
    return this.widths.get(key) * size;
  }

  filled(colour, alpha, path) {
    const { context } = this;
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.beginPath();
    path(context);
    context.fill();
    context.globalAlpha = 1;
  }

  stroked(colour, width, alpha, path) {
    const { context } = this;
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    path(context);
    context.stroke();
    context.globalAlpha = 1;
  }
}

export class SvgPen {
  constructor(measuring) {
    this.parts = [];
    this.measuring = measuring;
  }

  rectangle(x, y, width, height, colour, { alpha = 1, corner = 0 } = {}) {
    this.parts.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="${corner}" fill="${colour}" fill-opacity="${alpha}"/>`);
  }

  circle(x, y, radius, { fill = "none", alpha = 1, stroke = "none", width = 1 } = {}) {
    this.parts.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}" fill="${fill ?? "none"}" fill-opacity="${alpha}" stroke="${stroke ?? "none"}" stroke-width="${short(width)}"/>`);
  }

  arc(x, y, radius, { from, to, colour, width }) {
    if (to - from > 2 * Math.PI - 0.001) return this.circle(x, y, radius, { stroke: colour, width });
    const at = (angle) => `${short(x + radius * Math.cos(angle))} ${short(y + radius * Math.sin(angle))}`;
    this.parts.push(`<path d="M${at(from)}A${short(radius)} ${short(radius)} 0 ${to - from > Math.PI ? 1 : 0} 1 ${at(to)}" fill="none" stroke="${colour}" stroke-width="${short(width)}"/>`);
  }

  lines(ends, colour, { width = 1, alpha = 1, dash = [] } = {}) {
    let path = "";
    for (let place = 0; place < ends.length; place += 4) path += `M${short(ends[place])} ${short(ends[place + 1])}L${short(ends[place + 2])} ${short(ends[place + 3])}`;
    const dashes = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    // One path is one ink: each line for itself, so that crossing lines add up as on the screen.
    if (path) this.parts.push(alpha < 1 ? `<g stroke="${colour}" stroke-width="${width}" stroke-opacity="${alpha.toFixed(3)}">${path.slice(1).split("M").map((d) => `<path d="M${d}"/>`).join("")}</g>` : `<path d="${path}" stroke="${colour}" stroke-width="${width}"${dashes} fill="none"/>`);
  }

  shape(kind, x, y, radius, colour) {
    if (kind === "hollow") return this.circle(x, y, 0.72 * radius, { stroke: colour, width: Math.max(1, 0.4 * radius) });
    if (!OUTLINES[kind]) return this.circle(x, y, radius, { fill: colour });
    this.parts.push(`<polygon points="${OUTLINES[kind].map(([across, down]) => `${short(x + across * radius)},${short(y + down * radius)}`).join(" ")}" fill="${colour}"/>`);
  }

  text(words, x, y, { size = 12, weight = 400, colour, rim = null, side = "left", alpha = 1 }) {
    const edge = rim ? ` stroke="${rim}" stroke-width="${size / 4}" stroke-linejoin="round" paint-order="stroke"` : "";
    this.parts.push(`<text x="${short(x)}" y="${short(y)}" font-size="${size}" font-weight="${weight}" fill="${colour}" fill-opacity="${alpha}" text-anchor="${SIDES[side]}"${edge}>${escaped(words)}</text>`);
  }

  measure(words, size, weight = 400) {
    return this.measuring.measure(words, size, weight);
  }

  document(width, height, title) {
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}" role="img"><title>${escaped(title)}</title>${this.parts.join("\n")}</svg>\n`;
  }
}

const short = (value) => Math.round(10 * value) / 10;

// What XML cannot hold at all is shown as a replacement sign.
const escaped = (text) =>
  String(text)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
