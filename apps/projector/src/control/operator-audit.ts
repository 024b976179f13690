import type { ProjectorCommand } from '@discord-relay/contracts';
import { type CommandRecord, type Logger, shorten } from '@discord-relay/platform';
import type { Database } from '../store/index.js';

/** The recorded action and target of each command. Commands that change nothing are not recorded. */
const AUDITED: Partial<Record<ProjectorCommand, { action: string; target: (input: Input) => string }>> = {
  pause: { action: 'partition.paused', target: partitionOf },
  resume: { action: 'partition.resumed', target: partitionOf },
  'projections.rebuild': { action: 'projection.rebuild_started', target: () => 'projection' },
  'projections.switch': { action: 'projection.switched', target: projectionOf },
  'projections.rollback': { action: 'projection.rolled_back', target: () => 'projection' },
  'projections.drop': { action: 'projection.dropped', target: projectionOf },
  'parked.retry': { action: 'parked.retried', target: eventOf },
  'parked.skip': { action: 'parked.skipped', target: eventOf },
};

interface Input {
  partition?: number;
  version?: number;
  seq?: number;
}

function partitionOf({ partition }: Input): string {
  return partition === undefined ? 'all partitions' : `partition ${partition}`;
}

function projectionOf({ version }: Input): string {
  return version === undefined ? 'projection' : `projection ${version}`;
}

function eventOf({ seq }: Input): string {
  return `event ${seq}`;
}

const MAX_CHARS = 200;

/** Several projectors may run the same request; the lock lets only one of them record it. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('audit ' || $1, 0))`;
const INSERT = `
  INSERT INTO audit (at, action, actor, target, code, request_id, count)
  SELECT now(), $2, $3, $4, $5, $1, 1
  WHERE NOT EXISTS (SELECT FROM audit WHERE request_id = $1 AND action = $2 AND code IS NOT DISTINCT FROM $5)`;

/** Records the commands of operators. A failure to record does not fail the command. */
export class OperatorAudit {
  constructor(
    /** The schema `relay`. */
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  async record({ command, by, requestId, input, code }: CommandRecord): Promise<void> {
    const audited = AUDITED[command as ProjectorCommand];
    if (!audited) return;
    const target = audited.target((input ?? {}) as Input);
    const entry = { action: audited.action, actor: by ? printable(by) : null, target, code: code ?? null };
    this.logger.info({ audit: entry }, 'audit');
    const id = printable(requestId);
    const values = [id, entry.action, entry.actor, entry.target, entry.code];
    try {
      await this.database.withClient(async (client) => {
        await client.query('BEGIN');
        await client.query(LOCK, [id]);
        await client.query(INSERT, values);
        await client.query('COMMIT');
      });
    } catch (err) {
      this.logger.error({ err, audit: entry }, 'cannot write an audit record');
    }
  }
}

/** Replaces control characters: Postgres rejects NUL, and a line break would split a log line. */
const printable = (text: string): string => shorten(text.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD'), MAX_CHARS);
