// docs/benchmarks.md and its plots, from the results in bench/results, which `npm run bench -- NAME --record` writes.
import { barChart } from './bar-chart.mjs';

/**
 * @typedef {{ max: number } | { min: number } | { equals: number }} Bound
 * @typedef {object} Run
 * @property {string} date ISO 8601
 * @property {string} commit
 * @property {string} command that repeats it
 * @property {string} machine
 * @property {Record<string, number | null>} figures
 * @property {Record<string, Bound>} required
 * @property {boolean} ok
 *
 * @typedef {{ name: string, runs: Run[] }} Result runs oldest first
 * @typedef {{ name: string, description: string }} Bench
 */

export const RESULTS = 'bench/results';
const PLOTS = 'benchmarks';
/** Runs of a bench; recording another one removes the oldest. */
const KEPT_RUNS = 10;

/** @param {Result} result @param {Run} run @returns {Result} */
export const withRun = ({ name, runs }, run) => ({ name, runs: [...runs, run].slice(-KEPT_RUNS) });

/** A number as people read it: at most two decimals, thousands apart. */
const shown = (number) =>
  number === null || number === undefined
    ? 'none'
    : number.toLocaleString('en', { maximumFractionDigits: 2 });

const BOUNDS = { max: 'at most', min: 'at least', equals: 'exactly' };

function boundOf(required) {
  const [[kind, value]] = Object.entries(required);
  return { kind, value, text: `${BOUNDS[kind]} ${shown(value)}` };
}

function isMet(figure, required) {
  const { kind, value } = boundOf(required);
  if (typeof figure !== 'number') return false;
  return kind === 'max' ? figure <= value : kind === 'min' ? figure >= value : figure === value;
}

/** The share of its bound that a figure has; undefined: a bar would say nothing. */
function ratioOf(figure, required) {
  const { kind, value } = boundOf(required);
  return kind === 'equals' || value <= 0 || typeof figure !== 'number' ? undefined : figure / value;
}

function bars({ runs }) {
  const newest = runs.at(-1);
  return Object.entries(newest.required).flatMap(([label, required]) => {
    const ratio = ratioOf(newest.figures[label], required);
    if (ratio === undefined) return [];
    const earlier = runs.slice(0, -1).map(({ figures }) => ratioOf(figures[label], required));
    return {
      label,
      value: `${shown(newest.figures[label])}, ${boundOf(required).text}`,
      ratio,
      met: isMet(newest.figures[label], required),
      earlier: earlier.filter((each) => each !== undefined),
    };
  });
}

function figureRows({ figures, required }) {
  const names = [...Object.keys(required), ...Object.keys(figures).filter((name) => !(name in required))];
  return names.map((name) => {
    const bound = required[name];
    const met = bound ? (isMet(figures[name], bound) ? 'yes' : '**no**') : '';
    return `| \`${name}\` | ${shown(figures[name])} | ${bound ? boundOf(bound).text : ''} | ${met} |`;
  });
}

function section({ name, description }, result) {
  const newest = result.runs.at(-1);
  const plot = bars(result).length > 0 ? [`![${name}](${PLOTS}/${name}.svg)`, ''] : [];
  return [
    `## ${name}`,
    '',
    `${description}.`,
    '',
    `\`${newest.command}\` on ${newest.date.slice(0, 10)}, commit \`${newest.commit}\`, ${newest.machine}:`,
    '',
    ...plot,
    '| Figure | Measured | Required | Met |',
    '| --- | --- | --- | --- |',
    ...figureRows(newest),
    '',
  ];
}

/**
 * The page and its plots.
 * @param {readonly Bench[]} benches @param {readonly Result[]} results @param {string} generated the comment of generated pages
 * @returns {Record<string, string>} texts by file
 */
export function benchmarkFiles(benches, results, generated) {
  const resultOf = (name) => results.find((each) => each.name === name && each.runs.length > 0);
  const measured = benches.filter(({ name }) => resultOf(name));
  const without = benches.filter(({ name }) => !resultOf(name));
  const list = without.map(({ name, description }) => `- \`${name}\`: ${description}.`);
  const page = [
    '# Benchmarks',
    '',
    generated,
    '',
    'Each figure is of one run, on the machine that is named. `npm run bench -- NAME` measures again; `npm run bench` measures everything, one',
    'bench after another. `--record` adds the run to `bench/results`, from which `npm run docs` writes this page; without a name, all runs are',
    'recorded. Other programs on the machine change the figures: measure while nothing else runs. `--seed` determines every random choice.',
    '',
    'A bar shows how much of its bound a figure has, which the dashed line marks; grey lines are earlier runs. Where a bound is "at most", a short bar',
    'is good; where it is "at least", a long one. Red is not met.',
    '',
    ...measured.flatMap((bench) => section(bench, resultOf(bench.name))),
    ...(list.length > 0 ? ['## Without a recorded run', '', ...list, ''] : []),
  ].join('\n');
  const plots = measured.flatMap(({ name }) => {
    const found = bars(resultOf(name));
    return found.length > 0
      ? [[`docs/${PLOTS}/${name}.svg`, barChart(`Figures of bench ${name}, relative to their bounds`, found)]]
      : [];
  });
  return { 'docs/benchmarks.md': page, ...Object.fromEntries(plots) };
}
