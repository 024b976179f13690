import type { WebhookBody } from '@discord-relay/contracts';
import type { Querying } from '../../database/read-model.database.js';
import type { QueueChanges } from '../../queue/queue-changes.js';
import { readCommittedChange } from '../delivery/committed-changes.query.js';
import { deliveryOf, type Position, webhookEventsOf } from '../delivery/plan-deliveries.js';
import type { EndpointRow } from '../endpoint/endpoint-row.js';

/** The bodies of earlier deliveries, made again from the stored changes. */
export class DeliveredEvents {
  constructor(
    private readonly readModel: Querying,
    private readonly queue: Pick<QueueChanges, 'entriesByChange'>,
  ) {}

  /** Undefined when the change is no longer stored. */
  async bodyOf({ id, guildId }: EndpointRow, { seq, part }: Position): Promise<WebhookBody | undefined> {
    const change = await readCommittedChange(this.readModel, guildId, seq);
    const entries = change && (await this.queue.entriesByChange(guildId, [change])).get(change.seq);
    const fact = change && webhookEventsOf(change, entries)?.[part];
    return fact && deliveryOf(id, change, fact, part, { seq, part: 0 }).body;
  }
}
