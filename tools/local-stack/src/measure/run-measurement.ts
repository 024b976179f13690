import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { withBusyCores } from './busy-cores.js';
import { type Measurement, type Report, unmet } from './measurement.js';
import { arch, cpus, platform, release, totalmem } from 'node:os';

const USAGE =
  'usage: npm run --silent <bench|drill> -- NAME [--rounds N] [--seed S] [--busy | --record] | --list';

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      seed: { type: 'string' },
      busy: { type: 'boolean' },
      record: { type: 'boolean' },
      list: { type: 'boolean' },
    },
  });
  const whole = (name: 'rounds' | 'seed') => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number`);
    return Number(text);
  };
  const { list = false, busy = false, record = false } = values;
  if (busy && record) throw new Error('--busy and --record exclude each other');
  return { list, busy, record, name: positionals[0], rounds: whole('rounds'), seed: whole('seed') };
}

/** Whether valid arguments name no measurement, and do not ask for the list either. */
export function namesNone(args: readonly string[]): boolean {
  try {
    const { name, list } = parse(args);
    return name === undefined && !list;
  } catch {
    // `runMeasurement` says what is wrong with them.
    return false;
  }
}

/** Stores the report of a run. */
export type RecordRun = (report: Report, rounds: number | undefined) => Promise<void>;

/**
 * Runs one measurement by name. Progress goes to stderr; the last line of stdout is the report as one JSON object. With
 * `--busy` other processes keep every core busy meanwhile. Returns the exit code: 0 only if every required figure is met.
 * @param record what `--record` does; undefined: it is refused
 */
export async function runMeasurement(
  all: readonly Measurement[],
  args: readonly string[],
  record?: RecordRun,
): Promise<number> {
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  let options: ReturnType<typeof parse>;
  try {
    options = parse(args);
    if (options.record && !record) throw new Error('only benches can be recorded');
  } catch (error) {
    progress(`${(error as Error).message}; ${USAGE}`);
    return 2;
  }
  if (options.list) {
    for (const { name, description } of all) process.stdout.write(`${name.padEnd(16)} ${description}\n`);
    return 0;
  }
  const measurement = all.find(({ name }) => name === options.name);
  if (!measurement) {
    progress(`${options.name ? `unknown name ${options.name}; ` : ''}${USAGE}`);
    return 2;
  }
  const seed = options.seed ?? randomInt(1, 1_000_000);
  const machine = describeMachine();
  const { rounds, busy } = options;
  progress(`${measurement.name}, seed ${seed}, on ${machine}${busy ? ', every core kept busy' : ''}`);
  const { name, required } = measurement;
  const run = () => measurement.run({ seed, rounds, progress });
  const figures = await (busy ? withBusyCores(run) : run());
  const missed = unmet(figures, required);
  for (const figure of missed)
    progress(`not met: ${figure} is ${figures[figure]}, required ${JSON.stringify(required[figure])}`);
  const report: Report = { name, figures, required, ok: missed.length === 0, machine, seed, busy };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (options.record) await record!(report, rounds);
  return report.ok ? 0 : 1;
}

/** The machine in one line, for reports. */
export function describeMachine(): string {
  const cores = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} x ${cores[0]?.model.trim() ?? 'unknown CPU'}, ${gib} GiB, ${platform()} ${release()} ${arch()}, Node.js ${process.versions.node}`;
}
