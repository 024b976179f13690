/** A bound that a figure must meet. */
export type Bound = { max: number } | { min: number } | { equals: number };
export type Figures = Record<string, number>;
export type Requirements = Record<string, Bound>;

export interface MeasureContext {
  /** Determines every random choice: the same seed gives the same run. */
  seed: number;
  /** How many times the measurement's unit of work is repeated; each measurement has its own default. */
  rounds: number | undefined;
  /** Prints a line on stderr. */
  progress: (line: string) => void;
}

/** A bench or a drill. */
export interface Measurement {
  name: string;
  description: string;
  required: Requirements;
  run: (context: MeasureContext) => Promise<Figures>;
}

export interface Report {
  name: string;
  figures: Figures;
  required: Requirements;
  ok: boolean;
  machine: string;
  seed: number;
  /** Every core was kept busy by other processes. */
  busy: boolean;
}

function meets(figure: number | undefined, bound: Bound): boolean {
  if (figure === undefined || !Number.isFinite(figure)) return false;
  if ('max' in bound) return figure <= bound.max;
  if ('min' in bound) return figure >= bound.min;
  return figure === bound.equals;
}

/** The names of the figures that are missing or violate their bound. */
export function unmet(figures: Figures, required: Requirements): string[] {
  return Object.entries(required)
    .filter(([name, bound]) => !meets(figures[name], bound))
    .map(([name]) => name);
}
