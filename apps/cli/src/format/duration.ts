import { InvalidArgumentError } from 'commander';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const DAY_S = SECONDS.d;

/** Parses `90s`, `15m`, `1h` or `30d` to seconds; undefined for anything else, and for zero. */
export function parseDuration(text: string): number | undefined {
  const match = /^([1-9]\d{0,8})([smhd])$/.exec(text);
  return match ? Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS] : undefined;
}

/** Parses an argument of a command as {@link parseDuration} does. @throws InvalidArgumentError */
export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined)
    throw new InvalidArgumentError('Use a number and s, m, h or d, for example 15m or 1h.');
  return seconds;
}

/** Parses a duration as {@link duration} does and rejects one that is too long, with the reason. */
export const ttlUpTo =
  (days: number, reason = 'create a new one in time') =>
  (text: string): number => {
    const seconds = duration(text);
    if (seconds <= days * DAY_S) return seconds;
    throw new InvalidArgumentError(`A token is valid for at most ${days}d: ${reason}.`);
  };
