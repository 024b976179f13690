import type { PartitionChoice, ProjectorCommand, ProjectorCommands } from '@discord-relay/contracts';
import type { ControlRegistry } from '@discord-relay/platform';
import { z } from 'zod';
import type { ProjectorControl } from './projector-control.js';

type Input<C extends ProjectorCommand> = ProjectorCommands[C]['input'];
type Result<C extends ProjectorCommand> = ProjectorCommands[C]['result'];

/** Registers a command as the contract has it. `run` gives undefined when it is another instance's business. */
export function command<C extends ProjectorCommand>(
  registry: ControlRegistry,
  name: C,
  input: z.ZodType<Input<C>>,
  run: (input: Input<C>) => Promise<Result<C> | undefined>,
): void {
  registry.register(name, input, run);
}

export const nothing = z.strictObject({});
const partitionChoice: z.ZodType<PartitionChoice> = z.strictObject({
  partition: z.int().min(0).optional(),
});

export function registerCommands(registry: ControlRegistry, control: ProjectorControl): void {
  command(registry, 'pause', partitionChoice, ({ partition }) => control.pause(partition));
  command(registry, 'resume', partitionChoice, ({ partition }) => control.resume(partition));
  command(registry, 'projections.list', nothing, () => control.projections());
  command(registry, 'projections.doctor', nothing, () => control.examine());
}
