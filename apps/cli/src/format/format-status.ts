import type { StatusReport } from '@discord-relay/platform';
import { formatReplay } from './format-replay.js';
import { formatUptime } from './format-uptime.js';
import type { StatusByService } from '../services/status.js';
import { formatTable } from './table.js';

/** One line per instance with its name, state, uptime and problems; then the progress of the projectors. */
export function formatStatus(statuses: StatusByService): string {
  const rows = Object.entries(statuses).flatMap(([service, reports]) =>
    reports.length === 0 ? [[service, 'no answer', '', '', '']] : reports.map(describe),
  );
  const services = formatTable(['SERVICE', 'STATE', 'UP', 'INSTANCE', 'DETAIL'], rows);
  const replay = formatReplay(statuses.projector);
  return replay ? `${services}\n\n${replay}` : services;
}

/** Whether every service is ready and reports no problem. */
export function allReady(statuses: StatusByService): boolean {
  return Object.values(statuses).every(
    (reports) => reports.length > 0 && reports.every((each) => each.state === 'ready' && !hasProblem(each)),
  );
}

const hasProblem = ({ checks }: StatusReport): boolean =>
  Object.values(checks).some(({ problem }) => problem !== undefined);

function describe(report: StatusReport): string[] {
  const wrong = Object.entries(report.checks)
    .filter(([, { ok, problem }]) => !ok || problem !== undefined)
    .map(([name, { problem, detail }]) => `${name}: ${problem ?? detail ?? 'failing'}`);
  return [report.service, report.state, formatUptime(report.uptimeMs), report.instance, wrong.join('; ')];
}
