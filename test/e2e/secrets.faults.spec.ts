import { randomUUID } from 'node:crypto';
import { stackSchema } from '@discord-relay/local-stack';
import type { z } from 'zod';
import { cliSchema } from '../../apps/cli/src/config.js';
import { environment as simulatorSchema } from '../../apps/discord-simulator/src/config.js';
import { gatewayApiSchema } from '../../apps/gateway-api/src/config.js';
import { ingestorSchema } from '../../apps/ingestor/src/config.js';
import { projectorSchema } from '../../apps/projector/src/config.js';
import { MARK, planted } from '../support/secrets/planted.js';
import { plantedEvents, plantedHeaders, plantedRequests } from '../support/secrets/planted-requests.js';
import {
  provokeByAbsence,
  provokeByDatabase,
  provokeByLimits,
  provokeByRetention,
  provokeByRights,
  provokeByTokens,
  provokeByWebhooks,
} from '../support/secrets/provocations.js';
import { provokeByExports } from '../support/secrets/export-provocations.js';
import { PROVOKED } from '../support/secrets/provoked-codes.js';
import { startRefusedServices } from '../support/secrets/refused-services.js';
import { JWT_SECRET, SecretsWorld, withLogin } from '../support/secrets/secrets-world.js';
import { signToken } from '../support/stacks/temp-stack.js';
import { kindOf } from '../support/values/wrong-values.js';
import { TestSocket } from '../support/clients/test-socket.js';

/** Keys with public values: names, addresses without a log-in, paths of files without secrets. */
const PUBLIC = new Set([
  ...[
    'HOST',
    'INSTANCE_ID',
    'SHARDS',
    'DISCORD_GUILD_ID',
    'DISCORD_INTENTS',
    'DISCORD_CLIENT_ID',
    'SPOOL_DIR',
    'EXPORTS_DIR',
    'MEDIA_DIR',
    'MEDIA_S3_ENDPOINT',
    'MEDIA_S3_BUCKET',
    'MEDIA_S3_REGION',
    'MEDIA_S3_PREFIX',
  ],
  ...[
    'JWT_ISSUER',
    'JWT_JWKS_ISSUER',
    'JWT_AUDIENCE',
    'PUBLIC_URL',
    'CORS_ORIGINS',
    'MEDIA_ORIGINS',
    'MEDIA_CDN',
  ],
  ...['NATS_INBOX_PREFIX', 'PUBLIC_CHANNELS', 'WEB_DIR', 'TRUSTED_PROXIES', 'WEBHOOK_ALLOW_PRIVATE'],
  ...['DATA_DIR', 'SIM_HOST', 'SIM_STATE_FILE', 'SIM_OAUTH_CLIENT_ID', 'SIM_PUBLIC_URL'],
]);
/** Keys that contain a secret, all of which are planted below. */
const SECRET = new Set([
  ...['NATS_URL', 'NATS_CREDENTIALS_FILE', 'NATS_NKEY_SEED_FILE', 'NATS_TLS_CA_FILE', 'NATS_TLS_CERT_FILE'],
  ...['NATS_TLS_KEY_FILE', 'DATABASE_URL', 'DISCORD_TOKEN', 'DISCORD_API_URL', 'DISCORD_CLIENT_SECRET'],
  ...['JWT_SECRET', 'JWT_JWKS_URL', 'WEBHOOK_KEY', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'RELAY_TOKEN', 'RELAY_URL'],
  ...['SIM_TOKEN', 'SIM_OAUTH_CLIENT_SECRET', 'MEDIA_S3_ACCESS_KEY_ID', 'MEDIA_S3_SECRET_ACCESS_KEY'],
]);
const allKeys = (): [string, z.ZodType][] =>
  [ingestorSchema, projectorSchema, gatewayApiSchema, cliSchema, stackSchema, simulatorSchema].flatMap(
    (schema) => Object.entries(schema.shape as Record<string, z.ZodType>),
  );

describe('secrets', () => {
  let world: SecretsWorld;
  beforeAll(async () => (world = await SecretsWorld.start()), 240_000);
  afterAll(() => world?.stop(), 120_000);

  it('secrets are planted in every configuration key that can hold one', () => {
    const texts = allKeys().filter(([, schema]) => kindOf(schema) === 'text');
    const unknown = texts.filter(([key]) => !PUBLIC.has(key) && !SECRET.has(key));
    expect(unknown.map(([key]) => key)).toEqual([]);
  });

  it('secrets do not appear in the output of requests with secrets in all fields or in one', async () => {
    const tokens = [
      '',
      `Bearer ${planted('bearer')}`,
      `Basic ${planted('basic')}`,
      `Bearer ${await signToken(JWT_SECRET, { expiresAt: 1 })}`,
      `Bearer ${await signToken(JWT_SECRET, { nbf: 4_000_000_000 })}`,
      `Bearer ${await signToken(JWT_SECRET, { role: 'viewer' })}`,
      `Bearer ${world.admin}`,
    ];
    for (const { method, route, path, headers, body, only } of plantedRequests(world.ids))
      // A request with only one secret is sent with a valid token, so that it gets beyond authentication.
      for (const token of only === null ? tokens : tokens.slice(-1)) {
        const response = await world.record(
          `${method} ${route}`,
          fetch(world.gateway.url + path, {
            method,
            redirect: 'manual',
            headers: {
              ...plantedHeaders(token),
              ...headers,
              ...(body && { 'content-type': 'application/json' }),
            },
            body,
          }),
        );
        // A stream that is allowed does not end.
        await response.body?.cancel();
      }
  }, 240_000);

  it('secrets do not appear in the output of requests that are refused otherwise', async () => {
    for (const body of [`{"secret": ${planted('json')}`, `"${planted('large').padEnd(3_000_000, 'x')}"`])
      await world.record(
        'POST a bad body',
        fetch(`${world.gateway.url}/api/v1/webhooks`, {
          method: 'POST',
          headers: { authorization: `Bearer ${world.admin}`, 'content-type': 'application/json' },
          body,
        }),
      );
    const csrf = { origin: 'http://127.0.0.1', 'x-relay-csrf': '1', cookie: `relay_refresh=${planted('s')}` };
    await world.record(
      'refresh',
      fetch(`${world.gateway.url}/api/auth/refresh`, { method: 'POST', headers: csrf }),
    );
    for (const path of ['guilds/1/channels', 'channels/1', `webhooks/${randomUUID()}`])
      await world.record(`GET ${path}`, world.get(path));
    await world.record('GET nothing', fetch(`${world.gateway.url}/api/${planted('no-such-path')}`));
  }, 60_000);

  it('secrets do not appear in the output of sockets with secrets in all fields or in one', async () => {
    const refusal = await TestSocket.open(world.gateway.url, planted('socket-token')).catch(String);
    world.outputs.push(['socket refusal', String(refusal)]);
    const client = await TestSocket.open(world.gateway.url, world.admin);
    const socket = client.socket.timeout(30_000) as unknown as {
      emitWithAck(event: string, payload: unknown): Promise<unknown>;
    };
    for (const { event, payload } of [...plantedEvents(world.ids), { event: 'nothing', payload: {} }]) {
      const answer = await socket.emitWithAck(event, { ...payload, unknown: planted('unknown') });
      world.outputs.push([event, JSON.stringify(answer)]);
      world.outputs.push([event, JSON.stringify(await socket.emitWithAck(event, payload))]);
    }
    world.outputs.push(['socket events', JSON.stringify(client.received)]);
    client.close();
  }, 120_000);

  it('secrets do not appear in the output of webhooks whose receiver fails', async () => {
    const { guildId } = world.ids;
    const create = (url: string) => world.record('POST webhooks', world.post('webhooks', { url, guildId }));
    await create(`http://u:${planted('webhook-login')}@127.0.0.1:1/`);
    await create(`ftp://127.0.0.1/${planted('webhook-path')}`);
    const created = await create(
      `http://127.0.0.1:1/hook/${planted('webhook-path')}?key=${planted('webhook-query')}`,
    );
    expect(created.status).toBe(201);
    const { id, secret } = (await created.json()) as { id: string; secret: string };
    await world.record('webhook test', world.post(`webhooks/${id}/test`, {}));
    world.outputs.push(['webhook secret in logs', world.logOf(world.gateway).includes(secret) ? MARK : '']);
    await world.sim.createChannel(guildId, 'made');
    await provokeByWebhooks(world);
    await provokeByExports(world);
  }, 120_000);

  it('secrets do not appear in refusals of gateway-api', async () => {
    await provokeByTokens(world);
    await provokeByAbsence(world);
    await provokeByRights(world);
    await provokeByLimits(world);
    await provokeByRetention(world);
  }, 120_000);

  it('secrets do not appear in the output of services that are refused', async () => {
    await startRefusedServices(world);
  }, 300_000);

  it('secrets do not appear in the output of the command line', async () => {
    const unreachable = { RELAY_URL: `http://127.0.0.1:1/?key=${planted('relay-url')}` };
    const wrong = {
      NATS_URL: withLogin(world.nats.url, 'relay', planted('cli-nats')),
      RELAY_URL: `http://u:${planted('relay-url')}@127.0.0.1:1/`,
    };
    for (const env of [{}, unreachable, wrong])
      for (const command of ['status', 'webhooks list', 'projections list'])
        await world.relay(command.split(' '), env);
  }, 120_000);

  it('secrets do not appear in the output of services whose database fails', async () => {
    await provokeByDatabase(world);
  }, 180_000);

  it('secrets appear nowhere in all output, and the listed error codes were provoked', async () => {
    const outputs = await world.allOutput();
    const textOf = (name: string) => outputs.find(([source]) => source === name)![1];
    expect([textOf('audit'), textOf('traces')]).not.toContain('[]');
    expect([...SECRET].filter((key) => !world.plantedKeys.has(key))).toEqual([]);
    expect(world.leaksIn(outputs)).toEqual([]);
    const all = outputs.map(([, text]) => text).join('\n');
    expect(PROVOKED.filter((code) => !all.includes(code))).toEqual([]);
  });
});
