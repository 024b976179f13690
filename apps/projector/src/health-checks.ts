import type { StreamProblem } from '@discord-relay/contracts';
import type { CheckResult } from '@discord-relay/platform';
import { SHAPE } from '@discord-relay/read-model';
import type { Projection } from './consume/projection.js';
import type { ProjectionSupervisor } from './rebuild/projection-supervisor.js';

/** Whether the active projection is projected, and other problems that an operator should know. */
export function projectionCheck(
  supervisor: ProjectionSupervisor | undefined,
  obstacle: string | null,
): CheckResult {
  const active = supervisor?.registered.active;
  if (active && active.shape !== SHAPE)
    return {
      ok: false,
      detail:
        `the active projection ${active.version} has shape ${active.shape}, this projector makes shape ${SHAPE}: ` +
        'build a new one beside it with `relay projections rebuild`, then `relay projections switch`',
    };
  if (!supervisor?.active) return { ok: false, detail: obstacle ?? 'starting' };
  const check = supervisor.active.check();
  const problems = [check.problem, ...supervisor.all().map(stoppedProblem)].filter(
    (each) => each !== undefined,
  );
  return problems.length > 0 ? { ...check, problem: problems.join('; ') } : check;
}

/** A stopped projection that is not active does not make the service fail, but must not go unnoticed. */
function stoppedProblem(projection: Projection): string | undefined {
  if (projection.role === 'active') return undefined;
  const stopped = projection.statuses().find(({ state }) => state === 'stopped');
  if (!stopped) return undefined;
  const { version } = projection.record;
  return `projection ${version}, which is not active, has stopped (${stopped.problem}); \`relay projections drop ${version}\` removes it`;
}

/** Whether the log's stream has the configuration that the ingestor gave it. */
export function streamCheck(problems: readonly StreamProblem[]): CheckResult {
  if (problems.length === 0) return { ok: true, detail: 'as the ingestor configured it' };
  const found = problems.map(({ name, explanation }) => `${name}: ${explanation}`).join('; ');
  return { ok: true, problem: `${found}; see \`relay projections doctor\`` };
}
