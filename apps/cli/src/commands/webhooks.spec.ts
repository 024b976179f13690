import type { Snowflake, WebhookEndpoint } from '@discord-relay/contracts';
import { Command } from 'commander';
import { cliSchema } from '../config.js';
import { addWebhooksCommands, formatAttempt, formatDeliveries, formatWebhooks } from './webhooks.js';

const endpoint: WebhookEndpoint = {
  id: 'e',
  guildId: '1' as Snowflake,
  url: 'https://hooks.example/a',
  description: '',
  channels: null,
  types: ['message.created', 'voice.joined'],
  enabled: true,
  disabledReason: null,
  cursor: 42,
  attempts: 0,
  nextAttemptAt: null,
  failingSince: null,
  lastError: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'cli:ada',
};
const squeezed = (text: string) => text.split('\n').map((line) => line.replace(/ +/g, ' '));

it('the list of webhook endpoints shows endpoints with their state', () => {
  const at = '2026-01-02T00:00:00.000Z';
  const failing = { ...endpoint, attempts: 3, lastError: 'HTTP 500', nextAttemptAt: at };
  const off = { ...endpoint, enabled: false, disabledReason: 'gone' as const, lastError: 'HTTP 410' };
  const lines = squeezed(formatWebhooks([endpoint, failing, off]));
  expect(lines[1]).toBe('e 1 https://hooks.example/a all message.created voice.joined 42 ok');
  expect(lines[2]).toMatch(/ failed 3 times: HTTP 500; next attempt at 2026-01-02T00:00:00.000Z$/);
  expect(lines[3]).toMatch(/ disabled: gone, HTTP 410$/);
  expect(formatWebhooks([])).toBe('there are no webhooks');
});

it('the list of deliveries shows deliveries with the response of the receiver', () => {
  const taken = {
    id: 'e:7',
    seq: 7,
    type: 'message.created' as const,
    state: 'delivered' as const,
    attempts: 1,
    status: 204,
    error: null,
    finishedAt: '2026-01-01T00:00:00.000Z',
  };
  const dead = { ...taken, id: 'e:8', state: 'dead' as const, attempts: 12, status: null, error: 'timeout' };
  expect(squeezed(formatDeliveries([taken, dead])).slice(1)).toEqual([
    'e:7 message.created delivered 1 204 2026-01-01T00:00:00.000Z',
    'e:8 message.created dead 12 timeout 2026-01-01T00:00:00.000Z',
  ]);
  expect(formatDeliveries([])).toBe('no recent deliveries');
});

it('a manual delivery reports whether the receiver accepted it', () => {
  expect(formatAttempt({ id: 'e:7', delivered: true, status: 200, error: null })).toBe(
    'e:7 was accepted: HTTP 200',
  );
  expect(formatAttempt({ id: 'e:7', delivered: false, status: null, error: 'ECONNREFUSED' })).toBe(
    'e:7 was not accepted: ECONNREFUSED',
  );
});

it.each([
  [['create', '--url', 'https://hooks.example/']],
  [['create', '--guild', '1']],
  [['create', '--guild', 'x', '--url', 'https://hooks.example/']],
  [['create', '--guild', '1', '--url', 'https://hooks.example/', '--type', 'message.read']],
  [['rotate', 'e', '--overlap', 'long']],
  [['replay', 'e']],
  [['deliveries', 'e', '--state', 'lost']],
])('%j is rejected as a number of hours', async (args) => {
  const program = new Command();
  const quiet = { writeErr: () => undefined };
  addWebhooksCommands(program, () => cliSchema.parse({}), { out: () => undefined, fail: () => undefined });
  const [webhooks] = program.commands;
  for (const command of [program, webhooks!, ...webhooks!.commands])
    command.exitOverride().configureOutput(quiet);
  const parsed = program.parseAsync(['webhooks', ...args], { from: 'user' });
  await expect(parsed).rejects.toMatchObject({ code: expect.stringMatching(/^commander\./) });
});
