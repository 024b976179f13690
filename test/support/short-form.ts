import { type Asked, type Figures, type Measurement, unmet } from '@discord-relay/local-stack';

const SEED = 42;
/** A slow machine that does something else besides. */
export const SHORT_FORM_LIMIT_MS = 300_000;

/**
 * Runs a measurement for a few rounds and compares what it counted, never how long anything took.
 * @param counted names of the figures that have to be met; unless given, all that are asked for
 */
export async function expectShortForm(
  { run, asked }: Measurement,
  rounds: number,
  counted = Object.keys(asked),
): Promise<void> {
  const said: string[] = [];
  const figures = await run({ seed: SEED, rounds, progress: (line) => said.push(line) });
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
