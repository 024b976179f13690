import { z } from 'zod';
import type { IngestorCommand } from '@discord-relay/contracts';
import type { ControlRegistry } from '@discord-relay/platform';
import type { IngestorService } from './ingestor.service.js';

const GIVE_UP: IngestorCommand = 'shards.give-up';
const giveUpInput = z.strictObject({ shardId: z.int().min(0), by: z.string().min(1).max(128) });

/** Answers operators' commands about shards. */
export function registerShardCommands(commands: ControlRegistry, { ingestor }: IngestorService): void {
  commands.register(GIVE_UP, giveUpInput, ({ shardId, by }) => ingestor.giveUpSession(shardId, by));
}
