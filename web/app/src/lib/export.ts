// Charts as files: SVG with its colours written out, PNG, CSV.
import { csv_text, type TableData } from "../../../shared/csv";

export function save(name: string, content: Blob | string, type = "text/plain"): void {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 2000);
}

export function save_csv(name: string, table: TableData, heading: string[] = []): void {
  save(`${name}.csv`, heading.map((line) => `# ${line}\n`).join("") + csv_text(table), "text/csv");
}

const written_out = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linecap",
  "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "font-style", "text-anchor", "paint-order",
]; // prettier-ignore

/** The drawing as a file of its own: styles written out, title above, source below. */
export function svg_text(
  svg: SVGSVGElement,
  title: string,
  note: string,
): { text: string; width: number; height: number } {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll("*")],
    to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((node, i) => {
    const style = getComputedStyle(node);
    const target = to[i] as SVGElement;
    for (const name of written_out) {
      const value = style.getPropertyValue(name);
      if (value) target.setAttribute(name, value);
    }
    target.removeAttribute("style");
    target.removeAttribute("class");
  });
  copy.querySelectorAll("[data-live]").forEach((x) => x.remove());
  const { width, height } = svg.getBoundingClientRect();
  const root = getComputedStyle(document.documentElement);
  const body = getComputedStyle(document.body);
  const head = 34,
    foot = 26;
  copy.setAttribute("x", "0");
  copy.setAttribute("y", String(head));
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const escape = (s: string) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const inner = new XMLSerializer().serializeToString(copy);
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + head + foot}" viewBox="0 0 ${width} ${height + head + foot}">` +
    `<rect width="100%" height="100%" fill="${body.backgroundColor}"/>` +
    `<text x="4" y="21" font-family="Georgia, serif" font-weight="600" font-size="16" fill="${body.color}">${escape(title)}</text>` +
    inner +
    `<text x="4" y="${height + head + 16}" font-family="${root.getPropertyValue("--sans").replace(/"/g, "'")}" font-size="10.5" fill="${body.color}" fill-opacity="0.75">${escape(note)}</text></svg>`;
  return { text, width, height: height + head + foot };
}

export function save_svg(name: string, svg: SVGSVGElement, title: string, note: string): void {
  save(`${name}.svg`, svg_text(svg, title, note).text, "image/svg+xml");
}

export async function save_png(name: string, svg: SVGSVGElement, title: string, note: string): Promise<void> {
  const { text, width, height } = svg_text(svg, title, note);
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * 2;
    canvas.height = height * 2;
    const pen = canvas.getContext("2d")!;
    pen.scale(2, 2);
    pen.drawImage(image, 0, 0, width, height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (blob) save(`${name}.png`, blob);
  } finally {
    URL.revokeObjectURL(url);
  }
}
