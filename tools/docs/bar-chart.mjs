// A bar chart as SVG that is readable on light and on dark pages.

const WIDTH = 720;
const ROW = 28;
const TOP = 26;
const LABELS = 190;
const BARS = 300;
/** The bound is in the middle of the bars: what exceeds twice its bound is cut off. */
const SCALE = 2;

const STYLE = `
    text { font: 12px system-ui, sans-serif; fill: #1f2328; }
    .faint { fill: #59636e; }
    .track { fill: #eff2f5; }
    .met { fill: #2f7d5b; }
    .unmet { fill: #c4432b; }
    .bound { stroke: #1f2328; stroke-dasharray: 3 2; }
    .earlier { stroke: #59636e; stroke-width: 2; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .faint { fill: #9198a1; }
      .track { fill: #262c36; }
      .met { fill: #4cb68a; }
      .unmet { fill: #f0795f; }
      .bound { stroke: #f0f6fc; }
      .earlier { stroke: #9198a1; }
    }`;

const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const x = (ratio) => Math.round(LABELS + (Math.min(ratio, SCALE) / SCALE) * BARS);

function row({ label, value, ratio, met, earlier }, at) {
  const y = TOP + at * ROW;
  const ticks = earlier.map(
    (each) => `<line class="earlier" x1="${x(each)}" x2="${x(each)}" y1="${y + 3}" y2="${y + 21}"/>`,
  );
  return [
    `<text x="0" y="${y + 16}">${escaped(label)}</text>`,
    `<rect class="track" x="${LABELS}" y="${y + 4}" width="${BARS}" height="16" rx="2"/>`,
    `<rect class="${met ? 'met' : 'unmet'}" x="${LABELS}" y="${y + 4}" width="${x(ratio) - LABELS}" height="16" rx="2"/>`,
    ...ticks,
    `<text x="${LABELS + BARS + 12}" y="${y + 16}">${escaped(value)}</text>`,
  ];
}

/**
 * @param {string} title for readers of the text
 * @param {{ label: string, value: string, ratio: number, met: boolean, earlier: number[] }[]} bars `ratio`: of the bound, which
 * is a dashed line; `earlier`: the same of earlier runs
 * @returns {string} the SVG
 */
export function barChart(title, bars) {
  const height = TOP + bars.length * ROW + 4;
  const bound = x(1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<text class="faint" x="${bound}" y="14" text-anchor="middle">required</text>`,
    ...bars.flatMap(row),
    `<line class="bound" x1="${bound}" x2="${bound}" y1="20" y2="${height - 4}"/>`,
    '</svg>',
    '',
  ].join('\n');
}
