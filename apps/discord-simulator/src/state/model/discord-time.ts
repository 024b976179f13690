/** An ISO 8601 time as Discord writes it: microseconds and a numeric offset. */
export function discordTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000+00:00');
}
