const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Parses `90s`, `15m`, `1h` or `30d` to seconds; undefined for anything else, and for zero. */
export function parseDuration(text: string): number | undefined {
  const match = /^([1-9]\d{0,8})([smhd])$/.exec(text);
  return match ? Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS] : undefined;
}
