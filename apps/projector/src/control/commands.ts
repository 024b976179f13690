import {
  AppError,
  type ParkedChoice,
  type ParkedSkip,
  type PartitionChoice,
  type ProjectionChoice,
  type ProjectionProgress,
  type ProjectorCommand,
  type ProjectorCommands,
} from '@discord-relay/contracts';
import type { ControlRegistry } from '@discord-relay/platform';
import { z } from 'zod';
import type { ParkedAdmin } from '../parking/parked-admin.js';
import type { ProjectionAdmin } from '../rebuild/projection-admin.js';
import type { ProjectorControl } from './projector-control.js';

/** The part of the projector that commands use; both admins are undefined until Postgres and the log have been reached. */
export interface CommandedProjector {
  readonly admin: ProjectionAdmin | undefined;
  readonly parking: ParkedAdmin | undefined;
  progress(): ProjectionProgress[];
}

type Input<C extends ProjectorCommand> = ProjectorCommands[C]['input'];
type Result<C extends ProjectorCommand> = ProjectorCommands[C]['result'];

const nothing = z.strictObject({});
const partitionChoice: z.ZodType<PartitionChoice> = z.strictObject({
  partition: z.int().min(0).optional(),
});
const version = z.int().min(1);
const projectionChoice: z.ZodType<ProjectionChoice> = z.strictObject({ version: version.optional() });
const projectionVersion = z.strictObject({ version });
const seq = z.int().min(1);
const parkedChoice: z.ZodType<ParkedChoice> = z.strictObject({ seq });
const words = z.string().trim().min(1).max(1_000);
const parkedSkip: z.ZodType<ParkedSkip> = z.strictObject({ seq, by: words, why: words });

/** Registers every command of the projector. */
export function registerCommands(
  registry: ControlRegistry,
  control: ProjectorControl,
  projector: CommandedProjector,
): void {
  registerPartitionCommands(registry, control);
  registerProjectionCommands(registry, projector);
  registerParkedCommands(registry, projector);
}

/** Registers the commands that need only the database and the log. */
function registerPartitionCommands(registry: ControlRegistry, control: ProjectorControl): void {
  register(registry, 'pause', partitionChoice, ({ partition }) => control.pause(partition));
  register(registry, 'resume', partitionChoice, ({ partition }) => control.resume(partition));
  register(registry, 'projections.list', nothing, () => control.projections());
  register(registry, 'projections.doctor', nothing, () => control.examine());
}

/** Registers the commands on projections. The caller names one instance: every instance that receives such a command runs it. */
function registerProjectionCommands(registry: ControlRegistry, projector: CommandedProjector): void {
  const admin = () => found(projector.admin);
  register(registry, 'projections.progress', nothing, () => projector.progress());
  register(registry, 'projections.rebuild', nothing, () => admin().rebuild());
  register(registry, 'projections.compare', projectionChoice, (input) => admin().compare(input.version));
  register(registry, 'projections.switch', projectionChoice, (input) => admin().switchTo(input.version));
  register(registry, 'projections.rollback', nothing, () => admin().rollback());
  register(registry, 'projections.drop', projectionVersion, async (input) => {
    await admin().drop(input.version);
    return input;
  });
}

function registerParkedCommands(registry: ControlRegistry, projector: CommandedProjector): void {
  const parking = () => found(projector.parking);
  register(registry, 'parked.list', partitionChoice, ({ partition }) => parking().list(partition));
  register(registry, 'parked.show', parkedChoice, (input) => parking().show(input.seq));
  register(registry, 'parked.retry', parkedChoice, (input) => parking().retry(input.seq));
  register(registry, 'parked.skip', parkedSkip, (input) => parking().skip(input));
}

/** Registers a command with the types of its contract. */
function register<C extends ProjectorCommand>(
  registry: ControlRegistry,
  name: C,
  input: z.ZodType<Input<C>>,
  run: (input: Input<C>) => Promise<Result<C>> | Result<C>,
): void {
  registry.register(name, input, run);
}

function found<T>(admin: T | undefined): T {
  if (admin) return admin;
  throw new AppError('SERVICE.UNAVAILABLE', 'the projector has not reached Postgres and the log yet');
}
