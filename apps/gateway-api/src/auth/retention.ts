import type { Logger } from '@discord-relay/platform';
import { deleteOldAudit } from './audit/audit.query.js';
import type { RelayDatabase } from '../database/relay.database.js';
import type { Sessions } from './sessions/sessions.js';

const EVERY_MS = 60 * 60_000;

/** Removes ended sessions and old audit records. Every replica does this; usually only one finds any. */
export class Retention {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: RelayDatabase,
    private readonly sessions: Sessions,
    private readonly auditDays: number,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.deleteOld(), EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async deleteOld(): Promise<void> {
    try {
      await this.sessions.deleteEnded();
      await deleteOldAudit(this.database, this.auditDays);
    } catch (err) {
      this.logger.warn({ err }, 'cannot remove old log-ins and audit records; next attempt in an hour');
    }
  }
}
