import type { RestChannelStatistics } from '@discord-relay/contracts';

const HOUR_MS = 3_600_000;

/** Seconds since the Unix epoch and message counts, for every hour of a time; hours without events are zero. */
export function hourSeries(
  hours: RestChannelStatistics['hours'],
  fromMs: number,
  toMs: number,
): [times: number[], messages: number[]] {
  const byHour = new Map(hours.map(({ hour, messages }) => [Date.parse(hour), messages]));
  const times: number[] = [];
  const messages: number[] = [];
  for (let timeMs = Math.floor(fromMs / HOUR_MS) * HOUR_MS; timeMs < toMs; timeMs += HOUR_MS) {
    times.push(timeMs / 1_000);
    messages.push(byHour.get(timeMs) ?? 0);
  }
  return [times, messages];
}
