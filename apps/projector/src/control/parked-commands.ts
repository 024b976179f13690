import { AppError, type ParkedChoice, type ParkedSkip, type PartitionChoice } from '@discord-relay/contracts';
import type { ControlRegistry } from '@discord-relay/platform';
import { z } from 'zod';
import { command } from './commands.js';
import type { ParkedAdmin } from '../parking/parked-admin.js';

const partitionChoice: z.ZodType<PartitionChoice> = z.strictObject({
  partition: z.int().min(0).optional(),
});
const seq = z.int().min(1);
const chosen: z.ZodType<ParkedChoice> = z.strictObject({ seq });
const words = z.string().trim().min(1).max(1_000);
const skip: z.ZodType<ParkedSkip> = z.strictObject({ seq, by: words, why: words });

/** Takes the commands about parked events; `parking` is undefined until the log is there. */
export function registerParkedCommands(
  registry: ControlRegistry,
  projector: { readonly parking: ParkedAdmin | undefined },
): true {
  const parking = (): ParkedAdmin => {
    if (projector.parking) return projector.parking;
    throw new AppError('SERVICE.UNAVAILABLE', 'the projector has not found Postgres and the log yet');
  };
  command(registry, 'parked.list', partitionChoice, async ({ partition }) => parking().list(partition));
  command(registry, 'parked.show', chosen, async (given) => parking().show(given.seq));
  command(registry, 'parked.retry', chosen, async (given) => parking().retry(given.seq));
  command(registry, 'parked.skip', skip, async (given) => parking().skip(given));
  return true;
}
