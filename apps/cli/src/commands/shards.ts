import { userInfo } from 'node:os';
import { commandSubject, type IngestorCommands } from '@discord-relay/contracts';
import type { ControlAnswer, StatusReport } from '@discord-relay/platform';
import { type Command, InvalidArgumentError } from 'commander';
import { requestAll } from '../services/request-all.js';
import { type NatsSettings, withNats } from '../services/nats.js';
import type { Output } from '../format/output.js';
import { firstSuccess } from '../services/projector-request.js';
import { requestStatus } from '../services/status.js';
import { formatTable } from '../format/table.js';

const WAIT_MS = 5_000;

type GiveUp = IngestorCommands['shards.give-up'];

/** What an ingestor reports about one of its shards. */
export interface ShardReport {
  id: number;
  state: string;
  failures: number;
  sessionId: string | null;
  acknowledgedSequence: number | null;
  failedResumes: number;
}

/** `relay shards …`: lists the gateway sessions and abandons one. */
export function addShardCommands(program: Command, config: () => NatsSettings, output: Output): void {
  const shards = program.command('shards').description('Gateway sessions, one per shard');
  shards
    .command('list')
    .description('print every shard with its owner and its session')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { ingestor } = await requestStatus(config(), WAIT_MS);
      output.out(json ? JSON.stringify(shardsOf(ingestor), null, 2) : formatShards(ingestor));
    });
  shards
    .command('give-up')
    .description(
      'abandon a session that cannot be resumed: the shard starts a new session, and the gap is recorded and backfilled',
    )
    .argument('<shard>', 'shard number', shardNumber)
    .action(async (shardId: number) => {
      const { sessionId } = await giveUp(config(), shardId);
      output.out(`shard ${shardId}: session ${sessionId} is abandoned`);
    });
}

/** @throws ConfigError when NATS cannot be reached; AppError when no ingestor owns the shard, or it has no session */
async function giveUp(config: NatsSettings, shardId: number): Promise<GiveUp['result']> {
  const subject = commandSubject('ingestor', 'shards.give-up');
  const input: GiveUp['input'] = { shardId, by: userInfo().username };
  const options = { waitMs: WAIT_MS, enough: () => true };
  const answers = await withNats(config, (connection) =>
    requestAll<ControlAnswer<GiveUp['result']>>(connection, subject, { input }, options),
  );
  return firstSuccess(answers, `ingestor that owns shard ${shardId}`);
}

function shardNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Use a shard number, from 0.');
  return Number(text);
}

/** Every shard with the instance that owns it, by shard number. */
function shardsOf(reports: readonly StatusReport[]): (ShardReport & { instance: string })[] {
  return reports
    .flatMap(({ instance, detail }) => {
      const { shards = [] } = detail as { shards?: ShardReport[] };
      return shards.map((shard) => ({ ...shard, instance }));
    })
    .sort((a, b) => a.id - b.id);
}

export const formatShards = (reports: readonly StatusReport[]): string =>
  formatTable(
    ['SHARD', 'STATE', 'SESSION', 'SEQUENCE', 'FAILURES', 'FAILED RESUMES', 'INSTANCE'],
    shardsOf(reports).map((shard) => [
      String(shard.id),
      shard.state,
      shard.sessionId ?? '-',
      String(shard.acknowledgedSequence ?? '-'),
      String(shard.failures),
      String(shard.failedResumes),
      shard.instance,
    ]),
  );
