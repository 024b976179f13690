import {
  type Snowflake,
  PUBLIC_EVENT_TYPES,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookSecret,
  WEBHOOK_TIMEOUT_MAX_MS,
  type PublicEventType,
} from '@discord-relay/contracts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliConfig } from '../config.js';
import { requestGateway, type GatewayRequest } from '../services/gateway-request.js';
import type { Output } from '../format/output.js';
import { formatTable } from '../format/table.js';
import { guildId } from './tokens.js';

const PATH = '/api/v1/webhooks';
/** gateway-api answers once the receiver has answered or timed out; this request must not time out before that. */
const ATTEMPT_TIMEOUT_MS = WEBHOOK_TIMEOUT_MAX_MS + 15_000;
const ID = ['<id>', 'id of the endpoint, as `list` shows it'] as const;

interface CreateOptions {
  guild: Snowflake;
  url: string;
  channel: Snowflake[];
  type: PublicEventType[];
  description?: string;
}

interface CommandContext {
  config: () => CliConfig;
  output: Output;
}

/** `relay webhooks …`: manages webhook endpoints and shows their deliveries. */
export function addWebhooksCommands(program: Command, config: () => CliConfig, output: Output): void {
  const webhooks = program.command('webhooks').description('Webhook endpoints, to which events are posted');
  addReading(webhooks, { config, output });
  addCreate(webhooks, { config, output });
  addChanging(webhooks, { config, output });
  addAttempts(webhooks, { config, output });
}

function addReading(webhooks: Command, { config, output }: CommandContext): void {
  webhooks
    .command('list')
    .description('print the endpoints, their progress and their errors')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const list = await requestGateway<WebhookEndpoint[]>(config(), { method: 'GET', path: PATH });
      output.out(json ? JSON.stringify(list, null, 2) : formatWebhooks(list));
    });
  webhooks
    .command('deliveries')
    .description('print the deliveries and their outcomes, newest first')
    .argument(...ID)
    .addOption(new Option('--state <state>', 'only deliveries in this state').choices(['delivered', 'dead']))
    .option('--limit <number>', 'maximum number of deliveries, 1 to 100', '50')
    .option('--json', 'print JSON')
    .action(async (id: string, { json, ...choice }: { json?: boolean; state?: string; limit: string }) => {
      const path = `${pathOf(id, 'deliveries')}?${new URLSearchParams(choice)}`;
      const list = await requestGateway<WebhookDelivery[]>(config(), { method: 'GET', path });
      output.out(json ? JSON.stringify(list, null, 2) : formatDeliveries(list));
    });
}

function addCreate(webhooks: Command, { config, output }: CommandContext): void {
  webhooks
    .command('create')
    .description('register an endpoint and print its id and its secret; the secret cannot be shown again')
    .requiredOption('--guild <id>', 'guild whose events are posted', (text: string) => guildId(text, [])[0])
    .requiredOption('--url <url>', 'URL that events are posted to (https)')
    .option('--channel <id>', 'only events of this channel; can be repeated', guildId, [])
    .option(
      '--type <type>',
      `only events of this type; can be repeated: ${PUBLIC_EVENT_TYPES.join(', ')}`,
      webhookType,
      [],
    )
    .option('--description <text>', 'what the endpoint is for')
    .action(async ({ guild, url, channel, type, description }: CreateOptions) => {
      const body = {
        guildId: guild,
        url,
        description,
        ...(channel.length > 0 && { channels: channel }),
        ...(type.length > 0 && { types: type }),
      };
      const request: GatewayRequest = { method: 'POST', path: PATH, body };
      const { id, secret } = await requestGateway<WebhookEndpoint & WebhookSecret>(config(), request);
      output.out(`${id}\n${secret}`);
    });
}

function addChanging(webhooks: Command, { config, output }: CommandContext): void {
  webhooks
    .command('enable')
    .description('enable a disabled endpoint; it continues where it stopped')
    .argument(...ID)
    .action(async (id: string) => {
      await requestGateway(config(), { method: 'PATCH', path: pathOf(id), body: { enabled: true } });
      output.out(`${id} is enabled`);
    });
  webhooks
    .command('rotate')
    .description('print a new secret; older secrets stay valid for the overlap')
    .argument(...ID)
    .option('--overlap <hours>', 'how long older secrets stay valid, 0 to 168 hours', hours, 24)
    .action(async (id: string, { overlap: overlapHours }: { overlap: number }) => {
      const request: GatewayRequest = {
        method: 'POST',
        path: pathOf(id, 'rotate-secret'),
        body: { overlapHours },
      };
      const { secret, endedEarly } = await requestGateway<WebhookSecret>(config(), request);
      output.out(secret);
      if (endedEarly > 0)
        output.progress?.(
          `older secrets that stop signing before their overlap is over: ${endedEarly}; at most four sign at once`,
        );
    });
  webhooks
    .command('replay')
    .description('post the events after a cursor or since a time (ISO 8601) again')
    .argument(...ID)
    .requiredOption('--from <place>', 'the cursor or the time')
    .action(async (id: string, { from }: { from: string }) => {
      const request: GatewayRequest = { method: 'POST', path: pathOf(id, 'replay'), body: { from } };
      const { cursor } = await requestGateway<WebhookEndpoint>(config(), request);
      output.out(`${id} continues after ${cursor}`);
    });
  webhooks
    .command('remove')
    .description('remove an endpoint and its records')
    .argument(...ID)
    .action(async (id: string) => {
      await requestGateway(config(), { method: 'DELETE', path: pathOf(id) });
      output.out(`${id} is removed`);
    });
}

function addAttempts(webhooks: Command, { config, output }: CommandContext): void {
  const attempt = async (path: string) => {
    const request = { method: 'POST', path, body: {}, timeoutMs: ATTEMPT_TIMEOUT_MS } as const;
    const result = await requestGateway<WebhookAttempt>(config(), request);
    output.out(formatAttempt(result));
    if (!result.delivered) output.fail();
  };
  webhooks
    .command('test')
    .description('post a test event to an endpoint now; exit code 1 if the receiver does not accept it')
    .argument(...ID)
    .action((id: string) => attempt(pathOf(id, 'test')));
  webhooks
    .command('redeliver')
    .description('post a delivery again now; exit code 1 if the receiver does not accept it')
    .argument('<delivery>', 'id of the delivery, as `deliveries` shows it')
    .action((delivery: string) =>
      attempt(pathOf(delivery.split(':')[0]!, `deliveries/${encodeURIComponent(delivery)}/redeliver`)),
    );
}

const pathOf = (id: string, below?: string): string =>
  `${PATH}/${encodeURIComponent(id)}${below === undefined ? '' : `/${below}`}`;

function webhookType(text: string, earlier: readonly string[]): string[] {
  const types: readonly string[] = PUBLIC_EVENT_TYPES;
  if (!types.includes(text)) throw new InvalidArgumentError(`Use one of ${types.join(', ')}.`);
  return [...earlier, text];
}

function hours(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('Use a whole number of hours.');
  return Number(text);
}

/** One line per endpoint, oldest first. */
export function formatWebhooks(list: WebhookEndpoint[]): string {
  if (list.length === 0) return 'there are no webhooks';
  const rows = list.map((each) => [
    each.id,
    each.guildId,
    each.url,
    each.channels?.join(' ') ?? 'all',
    each.types?.join(' ') ?? 'all',
    String(each.cursor),
    stateOf(each),
  ]);
  return formatTable(['ID', 'GUILD', 'URL', 'CHANNELS', 'TYPES', 'CURSOR', 'STATE'], rows);
}

function stateOf({ enabled, disabledReason, attempts, lastError, nextAttemptAt }: WebhookEndpoint): string {
  if (!enabled) return `disabled: ${disabledReason}${lastError ? `, ${lastError}` : ''}`;
  return attempts === 0 ? 'ok' : `failed ${attempts} times: ${lastError}; next attempt at ${nextAttemptAt}`;
}

export function formatDeliveries(list: WebhookDelivery[]): string {
  if (list.length === 0) return 'no recent deliveries';
  const rows = list.map((each) => [
    each.id,
    each.type,
    each.state,
    String(each.attempts),
    each.error ?? String(each.status),
    each.finishedAt,
  ]);
  return formatTable(['DELIVERY', 'TYPE', 'STATE', 'ATTEMPTS', 'ANSWER', 'AT'], rows);
}

export const formatAttempt = ({ id, delivered, status, error }: WebhookAttempt): string =>
  `${id} was ${delivered ? 'accepted' : 'not accepted'}: ${describeOutcome(status, error)}`;

function describeOutcome(status: number | null, error: string | null): string {
  if (error === 'timeout') return 'the receiver did not answer in time (timeout; WEBHOOK_TIMEOUT_MS)';
  return error ?? `HTTP ${status}`;
}
