import { isSnowflake, type Snowflake, WEBHOOK_TYPES, type WebhookCommands } from '@discord-relay/contracts';
import type { ControlRegistry } from '@discord-relay/platform';
import { z } from 'zod';
import type { Webhooks } from './webhooks.js';

/** Operators act in every guild. */
const ALL_GUILDS = {};

const snowflake = z.custom<Snowflake>(isSnowflake, { error: 'must be a Discord id' });
const id = z.uuid();

const INPUTS: { [C in keyof WebhookCommands]: z.ZodType<WebhookCommands[C]['input']> } = {
  'webhooks.list': z.strictObject({}),
  'webhooks.create': z.strictObject({
    guildId: snowflake,
    url: z.string().max(2_048),
    description: z.string().max(200).optional(),
    channels: z.array(snowflake).min(1).max(500).nullish(),
    types: z.array(z.enum(WEBHOOK_TYPES)).min(1).nullish(),
    by: z.string().min(1).max(100),
  }),
  'webhooks.rotate': z.strictObject({
    id,
    overlapHours: z.int().min(0).max(168),
    by: z.string().min(1).max(100),
  }),
  'webhooks.replay': z.strictObject({ id, from: z.string(), by: z.string().min(1).max(100) }),
  'webhooks.deliveries': z.strictObject({
    id,
    state: z.enum(['delivered', 'dead']).optional(),
    limit: z.int().min(1).max(100),
  }),
};

/** What operators may ask of a gateway-api about webhooks. */
export function registerWebhookCommands(registry: ControlRegistry, webhooks: Webhooks): void {
  const command = <C extends keyof WebhookCommands>(
    name: C,
    run: (input: WebhookCommands[C]['input']) => Promise<WebhookCommands[C]['result']>,
  ) => registry.register<WebhookCommands[C]['input']>(name, INPUTS[name], run);
  command('webhooks.list', async () => webhooks.on.admin.list(ALL_GUILDS));
  command('webhooks.create', async ({ by, ...wanted }) => {
    const created = await webhooks.on.admin.create(ALL_GUILDS, wanted, by);
    webhooks.record('webhook.created', created.id, by, undefined);
    return created;
  });
  command('webhooks.rotate', async ({ id: endpointId, overlapHours, by }) => {
    const secret = await webhooks.on.admin.rotate(ALL_GUILDS, endpointId, overlapHours);
    webhooks.record('webhook.secret_rotated', endpointId, by, undefined);
    return secret;
  });
  command('webhooks.replay', async ({ id: endpointId, from, by }) => {
    const endpoint = await webhooks.on.admin.replay(ALL_GUILDS, endpointId, from);
    webhooks.record('webhook.replayed', endpointId, by, undefined);
    return endpoint;
  });
  command('webhooks.deliveries', async ({ id: endpointId, ...choice }) =>
    webhooks.on.admin.deliveries(ALL_GUILDS, endpointId, choice),
  );
}
