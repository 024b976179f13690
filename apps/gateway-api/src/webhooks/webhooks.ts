import { AppError } from '@discord-relay/contracts';
import type { AuditLog } from '../auth/audit/audit-log.js';
import type { RelayDatabase } from '../database/relay.database.js';
import type { ManualAttempts } from './admin/manual-attempts.js';
import type { WebhookSender } from './delivery/webhook-sender.js';
import type { WebhookAdmin } from './admin/webhook-admin.js';
import type { WebhookDispatcher } from './delivery/webhook-dispatcher.js';

/** The parts that exist when webhooks are configured. */
export interface WebhookParts {
  admin: WebhookAdmin;
  attempts: ManualAttempts;
  dispatcher: WebhookDispatcher;
  sender: WebhookSender;
  relay: RelayDatabase;
}

/** Webhooks of this process; they may be off. */
export class Webhooks {
  constructor(
    private readonly parts: WebhookParts | undefined,
    private readonly audit: AuditLog,
    /** Resolves when no other process uses this instance name. */
    private readonly nameIsUnique: Promise<void>,
  ) {}

  /** @throws AppError WEBHOOK.NOT_CONFIGURED */
  get enabled(): WebhookParts {
    if (this.parts) return this.parts;
    throw new AppError('WEBHOOK.NOT_CONFIGURED');
  }

  /** `target`: the endpoint or the delivery. */
  record(action: string, target: string, actor: string, address?: string): void {
    this.audit.record({ action, target, actor, address });
  }

  /** Leases belong to an instance name, so nothing is posted while another process uses the same name. */
  onModuleInit(): void {
    void this.nameIsUnique.then(() => this.parts?.dispatcher.start());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.parts?.dispatcher.stop();
  }

  /** After the last request. */
  async onApplicationShutdown(): Promise<void> {
    this.parts?.sender.close();
    await this.parts?.relay.close();
  }
}
