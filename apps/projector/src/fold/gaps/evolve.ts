import type { GapRow } from '../shared/rows.js';

export type GapKeys = Pick<GapRow, 'gap_id' | 'guild_id'>;
export type GapFields = GapKeys & Partial<Omit<GapRow, keyof GapKeys | 'seq'>>;

export const gapKey = ({ gap_id, guild_id }: GapKeys): string => `${guild_id} ${gap_id}`;

/** A gap's opening and its closing are each reported once and may be repeated; the first report stays. */
export function describeGap(row: GapRow | undefined, fields: GapFields, seq: number): GapRow | null {
  const known = Object.entries(row ?? {}).filter(([, value]) => value !== null);
  const next = { ...UNKNOWN_GAP, ...fields, ...Object.fromEntries(known) } as GapRow;
  const learnt = (Object.keys(next) as (keyof GapRow)[]).some((key) => !row || row[key] !== next[key]);
  return learnt ? { ...next, seq } : null;
}

const UNKNOWN_GAP = {
  shard_id: null,
  cause: null,
  opened_at: null,
  from_time: null,
  from_snowflake: null,
  to_time: null,
  to_snowflake: null,
  closed_at: null,
  recovered: null,
  unrecoverable: null,
  channels: null,
} as const;
