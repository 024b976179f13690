import type { StatusReport } from '@discord-relay/platform';
import type { StatusByService } from './status.js';
import { table } from './table.js';

/** One line an instance: name, state, time up, and what is wrong if anything is. */
export function formatStatus(statuses: StatusByService): string {
  const rows = Object.entries(statuses).flatMap(([service, reports]) =>
    reports.length === 0 ? [[service, 'no answer', '', '', '']] : reports.map(describe),
  );
  return table(['SERVICE', 'STATE', 'UP', 'INSTANCE', 'DETAIL'], rows);
}

export function allReady(statuses: StatusByService): boolean {
  return Object.values(statuses).every(
    (reports) => reports.length > 0 && reports.every(({ state }) => state === 'ready'),
  );
}

function describe(report: StatusReport): string[] {
  const wrong = Object.entries(report.checks)
    .filter(([, check]) => !check.ok)
    .map(([name, check]) => `${name}: ${check.detail ?? 'failing'}`);
  return [report.service, report.state, formatUptime(report.uptimeMs), report.instance, wrong.join('; ')];
}

/** `42s`, `3m 5s`, `2h 10m`, `4d 1h`: the two largest units. */
export function formatUptime(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  if (first === -1) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value}${unit}`)
    .join(' ');
}
