/**
 * Stream sequences are bigint in Postgres and numbers here: JetStream counts far below 2^53. Ids stay strings, which
 * is what pg makes of a bigint.
 */
export const streamSeq = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};
