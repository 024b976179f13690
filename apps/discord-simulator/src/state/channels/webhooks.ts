import { randomBytes } from 'node:crypto';
import type { WebhookRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';
import { WorldError } from '../model/world-error.js';

const MAX_PER_CHANNEL = 15;

export type WebhookPatch = Partial<Pick<WebhookRecord, 'name' | 'channelId'>>;

/** Webhooks of channels; they are deleted with their channel. */
export class Webhooks {
  private readonly byId = new Map<Snowflake, WebhookRecord>();

  constructor(private readonly world: WorldContext) {}

  all(): WebhookRecord[] {
    return [...this.byId.values()];
  }

  find(id: Snowflake): WebhookRecord | undefined {
    return this.byId.get(id);
  }

  /** @throws WorldError UNKNOWN_WEBHOOK */
  get(id: Snowflake): WebhookRecord {
    const webhook = this.byId.get(id);
    if (webhook) return webhook;
    throw new WorldError('UNKNOWN_WEBHOOK', `no webhook ${id}`);
  }

  create(channelId: Snowflake, name: string, creatorId: Snowflake): WebhookRecord {
    const { guildId } = this.world.openTextChannel(channelId);
    if (this.all().filter((each) => each.channelId === channelId).length >= MAX_PER_CHANNEL)
      throw new WorldError('TOO_MANY_WEBHOOKS', `channel ${channelId} has ${MAX_PER_CHANNEL} webhooks`);
    const token = randomBytes(51).toString('base64url');
    const webhook = { id: this.world.newId(), guildId, channelId, name, token, creatorId };
    this.byId.set(webhook.id, webhook);
    this.world.emit({ kind: 'webhook.created', webhook });
    return webhook;
  }

  update(id: Snowflake, patch: WebhookPatch): WebhookRecord {
    const webhook = { ...this.get(id), ...patch };
    if (patch.channelId !== undefined) this.world.openTextChannel(patch.channelId);
    this.byId.set(id, webhook);
    this.world.emit({ kind: 'webhook.updated', webhook });
    return webhook;
  }

  delete(id: Snowflake): void {
    const webhook = this.get(id);
    this.byId.delete(id);
    this.world.emit({ kind: 'webhook.deleted', webhook });
  }

  /** Restores a webhook from a state file, without a fact. */
  restore(webhook: WebhookRecord): void {
    this.byId.set(webhook.id, webhook);
  }

  /** Removes a webhook, or all of a channel, without a fact. */
  remove({ id, channelId }: { id?: Snowflake; channelId?: Snowflake }): void {
    for (const webhook of this.byId.values())
      if (webhook.id === id || webhook.channelId === channelId) this.byId.delete(webhook.id);
  }
}
