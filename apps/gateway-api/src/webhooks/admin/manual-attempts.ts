import { randomUUID } from 'node:crypto';
import { AppError, type WebhookAttempt, type WebhookBody } from '@discord-relay/contracts';
import { wallClockIso, wallClockMs } from '@discord-relay/platform';
import type { Querying } from '../../database/read-model.database.js';
import { parseDeliveryId } from '../delivery/delivery-id.js';
import { type EndpointRow, validSecrets } from '../endpoint/endpoint-row.js';
import { type Answer, isAccepted } from '../delivery/next-step.js';
import type { WebhookSender } from '../delivery/webhook-sender.js';
import { type SealingKeys, unseal } from '../endpoint/sealing.js';
import { signedHeaders } from '../delivery/sign.js';
import type { DeliveredEvents } from './delivered-events.js';
import type { Scope, WebhookAdmin } from './webhook-admin.js';

/** Single attempts that an admin requests: independent of the order of deliveries, and not retried. */
export class ManualAttempts {
  constructor(
    private readonly admin: WebhookAdmin,
    private readonly relay: Querying,
    private readonly delivered: DeliveredEvents,
    private readonly sender: WebhookSender,
    private readonly keys: SealingKeys,
  ) {}

  /** Posts a test event. @throws AppError WEBHOOK.NOT_FOUND */
  async test(scope: Scope, endpointId: string): Promise<WebhookAttempt> {
    const row = await this.admin.row(scope, endpointId);
    const data = { guildId: row.guildId, seq: Number(row.seq) };
    return this.attempt(row, `${row.id}:test:${randomUUID()}`, {
      type: 'test',
      timestamp: wallClockIso(),
      data,
    });
  }

  /**
   * Posts a delivery again, under its id.
   * @throws AppError WEBHOOK.NOT_FOUND when there is no delivery with that id, WEBHOOK.EVENT_GONE when its change is no longer
   * stored
   */
  async redeliver(scope: Scope, endpointId: string, id: string): Promise<WebhookAttempt> {
    const row = await this.admin.row(scope, endpointId);
    const place = id.startsWith(`${endpointId}:`) ? parseDeliveryId(id) : undefined;
    if (!place || !(await this.isKnown(endpointId, place))) throw new AppError('WEBHOOK.NOT_FOUND');
    const body = await this.delivered.bodyOf(row, place);
    if (!body) throw new AppError('WEBHOOK.EVENT_GONE');
    const result = await this.attempt(row, id, body);
    await this.record(endpointId, place, result);
    return result;
  }

  private async attempt(row: EndpointRow, id: string, body: WebhookBody): Promise<WebhookAttempt> {
    const secrets = validSecrets(row).map(({ sealed }) => unseal(sealed, this.keys, row.id));
    const text = JSON.stringify(body);
    const answer = await this.sender.post(row.url, signedHeaders(id, wallClockMs(), text, secrets), text);
    return { id, ...resultOf(answer) };
  }

  private async isKnown(endpointId: string, { seq, part }: { seq: number; part: number }): Promise<boolean> {
    const rows = await this.relay.rows({
      name: 'webhooks_delivery',
      text: 'SELECT FROM webhook_deliveries WHERE endpoint_id = $1 AND seq = $2 AND part = $3',
      values: [endpointId, seq, part],
    });
    return rows.length > 0;
  }

  /** A failed repetition does not change the state of a delivery that succeeded before. */
  private async record(
    endpointId: string,
    { seq, part }: { seq: number; part: number },
    { delivered, status, error }: WebhookAttempt,
  ): Promise<void> {
    await this.relay.rows({
      name: 'webhooks_redelivered',
      text: `UPDATE webhook_deliveries SET attempts = attempts + 1, status = $5, error = $6, finished_at = now(),
               state = CASE WHEN $4 THEN 'delivered' ELSE state END
             WHERE endpoint_id = $1 AND seq = $2 AND part = $3`,
      values: [endpointId, seq, part, delivered, status, error],
    });
  }
}

function resultOf(answer: Answer): Omit<WebhookAttempt, 'id'> {
  if ('error' in answer) return { delivered: false, status: null, error: answer.error };
  const delivered = isAccepted(answer);
  return { delivered, status: answer.status, error: delivered ? null : `HTTP ${answer.status}` };
}
