import { type Requirements, type Figures, type Measurement, unmet } from '@discord-relay/local-stack';

/** For a slow machine that is busy with something else. */
export const SHORT_FORM_LIMIT_MS = 300_000;

export const SHORT_FORM_SEED = 42;

/**
 * Runs a measurement for a few rounds and checks its counts, never its times.
 * @param counted names of the figures that are checked; default: all that the measurement requires
 */
export async function expectShortForm(
  measurement: Measurement,
  rounds: number,
  counted?: string[],
): Promise<void> {
  const { run } = measurement;
  const work = (progress: (line: string) => void) => run({ seed: SHORT_FORM_SEED, rounds, progress });
  await expectMet(measurement, work, counted);
}

/** As {@link expectShortForm}, for callers that run the work of a measurement on existing servers. */
export async function expectMet(
  { required }: Measurement,
  work: (progress: (line: string) => void) => Promise<Figures>,
  counted = Object.keys(required),
): Promise<void> {
  const said: string[] = [];
  const figures = await work((line) => said.push(line));
  const missed = unmet(figures, only(required, counted));
  expect({ missed, figures, said: missed.length > 0 ? said : [] }).toEqual({ missed: [], figures, said: [] });
}

/** Some of the bounds. @throws Error for a figure without a bound, so that a typing error fails. */
function only(required: Requirements, names: readonly (keyof Figures)[]): Requirements {
  return Object.fromEntries(
    names.map((name) => {
      const bound = required[name];
      if (!bound) throw new Error(`nothing is required of ${name}`);
      return [name, bound];
    }),
  );
}
