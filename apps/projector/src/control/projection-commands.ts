import {
  AppError,
  type ProjectionChoice,
  type ProjectionCommands,
  type ProjectionProgress,
} from '@discord-relay/contracts';
import type { ControlRegistry } from '@discord-relay/platform';
import { z } from 'zod';
import type { ProjectionAdmin } from '../rebuild/projection-admin.js';

/** The part of a projector that commands are for; `admin` is undefined until the log is there. */
export interface Commanded {
  readonly admin: ProjectionAdmin | undefined;
  progress(): ProjectionProgress[];
}

type Name = keyof ProjectionCommands;
type Input<N extends Name> = ProjectionCommands[N]['input'];

const version = z.int().min(1);
const nothing = z.strictObject({});
const choice: z.ZodType<ProjectionChoice> = z.strictObject({ version: version.optional() });
const chosen = z.strictObject({ version });

/** Takes the commands about projections. Whoever asks names the instance: each that is asked acts. */
export function registerProjectionCommands(registry: ControlRegistry, projector: Commanded): true {
  const take = <N extends Name>(
    name: N,
    input: z.ZodType<Input<N>>,
    run: (admin: ProjectionAdmin, input: Input<N>) => Promise<ProjectionCommands[N]['result']>,
  ) => registry.register(name, input, (given: Input<N>) => run(adminOf(projector), given));

  registry.register('projections.progress', nothing, () => projector.progress());
  take('projections.rebuild', nothing, (admin) => admin.rebuild());
  take('projections.compare', choice, (admin, given) => admin.compare(given.version));
  take('projections.switch', choice, (admin, given) => admin.switchTo(given.version));
  take('projections.rollback', nothing, (admin) => admin.rollback());
  take('projections.drop', chosen, async (admin, given) => {
    await admin.drop(given.version);
    return given;
  });
  return true;
}

function adminOf({ admin }: Commanded): ProjectionAdmin {
  if (admin) return admin;
  throw new AppError('SERVICE.UNAVAILABLE', 'the projector has not found Postgres and the log yet');
}
