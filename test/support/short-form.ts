import { type Asked, type Figures, type Measurement, unmet } from '@discord-relay/local-stack';

/** A slow machine that does something else besides. */
export const SHORT_FORM_LIMIT_MS = 300_000;

export const SHORT_FORM_SEED = 42;

/**
 * Runs a measurement for a few rounds and compares what it counted, never how long anything took.
 * @param counted names of the figures that have to be met; unless given, all that are asked for
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

/** As {@link expectShortForm}, for who runs the work of a measurement on servers that are there already. */
export async function expectMet(
  { asked }: Measurement,
  work: (progress: (line: string) => void) => Promise<Figures>,
  counted = Object.keys(asked),
): Promise<void> {
  const said: string[] = [];
  const figures = await work((line) => said.push(line));
  const missed = unmet(figures, only(asked, counted));
  expect({ missed, figures, said: missed.length > 0 ? said : [] }).toEqual({ missed: [], figures, said: [] });
}

/** Some of the bounds. @throws Error for a figure that nothing is asked of, so that no typing error passes. */
function only(asked: Asked, names: readonly (keyof Figures)[]): Asked {
  return Object.fromEntries(
    names.map((name) => {
      const bound = asked[name];
      if (!bound) throw new Error(`nothing is asked of ${name}`);
      return [name, bound];
    }),
  );
}
