import type { StreamProblem } from '@discord-relay/contracts';
import type { CheckResult } from '@discord-relay/platform';
import { SHAPE } from '@discord-relay/read-model';
import type { Projection } from './consume/projection.js';
import type { ProjectionSet } from './rebuild/projection-supervisor.js';

/** Whether the projection that is read is projected, and what else an operator should know. */
export function projectionCheck(set: ProjectionSet | undefined, obstacle: string | null): CheckResult {
  const active = set?.view.active;
  if (active && active.shape !== SHAPE)
    return {
      ok: false,
      detail:
        `the active projection ${active.version} has shape ${active.shape}, this projector makes shape ${SHAPE}: ` +
        'build a new one beside it with `relay projections rebuild`, then `relay projections switch`',
    };
  if (!set?.active) return { ok: false, detail: obstacle ?? 'starting' };
  const check = set.active.check();
  const problems = [check.problem, ...set.all().map(standstillOf)].filter((each) => each !== undefined);
  return problems.length > 0 ? { ...check, problem: problems.join('; ') } : check;
}

/** Of a projection that is not read: it is nobody's failure that it stands still, and nothing that may go unseen. */
function standstillOf(projection: Projection): string | undefined {
  if (projection.role === 'active') return undefined;
  const stopped = projection.statuses().find(({ state }) => state === 'stopped');
  if (!stopped) return undefined;
  const { version } = projection.record;
  return `projection ${version}, which is not read, stands still (${stopped.problem}); \`relay projections drop ${version}\` removes it`;
}

/** What was done to the log's stream. */
export function streamCheck(problems: readonly StreamProblem[]): CheckResult {
  if (problems.length === 0) return { ok: true, detail: 'as the ingestor made it' };
  const found = problems.map(({ name, explanation }) => `${name}: ${explanation}`).join('; ');
  return { ok: true, problem: `${found}; see \`relay projections doctor\`` };
}
