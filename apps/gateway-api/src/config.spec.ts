import { ConfigError } from '@discord-relay/platform';
import { gatewayApiSchema, loadGatewayApiConfig } from './config.js';

const good = { DATABASE_URL: 'postgres://db/relay', JWT_SECRET: 'x'.repeat(32) };
const login = { DISCORD_CLIENT_ID: '1', DISCORD_CLIENT_SECRET: 'x', PUBLIC_URL: 'https://a.example' };
const plain = { NODE_ENV: 'production', PUBLIC_URL: 'http://a.example' };
const problems = (env: Record<string, string>): readonly string[] => {
  try {
    loadGatewayApiConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('configuration of gateway-api', () => {
  it('the configuration of gateway-api has defaults for everything but the database and the token key', () => {
    expect(loadGatewayApiConfig(good)).toMatchObject({ PORT: 3_000, LOCAL_LOGIN: false, CORS_ORIGINS: [] });
  });

  it('the configuration of gateway-api fits the idle timeouts of proxies by default: 50 s of HAProxy, 60 s of nginx', () => {
    const config = loadGatewayApiConfig(good);
    expect(config.STREAM_HEARTBEAT_MS).toBeLessThan(50_000 / 2);
    expect(config.SOCKET_PING_INTERVAL_MS).toBeLessThanOrEqual(50_000 / 2);
    expect(config.HTTP_KEEP_ALIVE_MS).toBeGreaterThan(60_000);
  });

  it('the configuration of gateway-api reads the ids of public channels', () => {
    const { PUBLIC_CHANNELS } = loadGatewayApiConfig({ ...good, PUBLIC_CHANNELS: '12, 34' });
    expect(PUBLIC_CHANNELS).toEqual(new Set(['12', '34']));
    expect(loadGatewayApiConfig(good).PUBLIC_CHANNELS.size).toBe(0);
  });

  it.each([
    ['no token key', { JWT_SECRET: '' }, 'JWT_SECRET'],
    ['a short secret', { JWT_SECRET: 'short' }, 'JWT_SECRET'],
    ['the secret of the example', { JWT_SECRET: `replace-with-${'x'.repeat(32)}` }, 'JWT_SECRET'],
    ['a log-in without the secret', { ...login, DISCORD_CLIENT_SECRET: '' }, 'DISCORD_CLIENT_SECRET'],
    ['a log-in without an address', { ...login, PUBLIC_URL: '' }, 'PUBLIC_URL'],
    ['an address with a slash at its end', { ...login, PUBLIC_URL: 'https://a.example/x/' }, 'PUBLIC_URL'],
    ['plain http in production', { ...login, ...plain }, 'PUBLIC_URL'],
    ['local login in production', { LOCAL_LOGIN: 'true', NODE_ENV: 'production' }, 'LOCAL_LOGIN'],
    ['another database', { DATABASE_URL: 'mysql://db' }, 'DATABASE_URL'],
    ['an origin with a path', { CORS_ORIGINS: 'https://a.example/x' }, 'CORS_ORIGINS'],
    ['public channels that are no ids', { PUBLIC_CHANNELS: '12,general' }, 'PUBLIC_CHANNELS'],
    ['a port that is none', { PORT: '99999' }, 'PORT'],
  ])('the configuration of gateway-api rejects %s and names the key, not the value', (_, env, key) => {
    const found = problems({ ...good, ...env });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${key}: `));
  });

  it('the configuration of gateway-api rejects local log-in without a secret to sign with', () => {
    const env = { DATABASE_URL: good.DATABASE_URL, JWT_JWKS_URL: 'https://a/keys', LOCAL_LOGIN: 'true' };
    expect(problems(env)).toEqual(['LOCAL_LOGIN: needs JWT_SECRET']);
  });

  it('the configuration accepts its own tokens beside those of a provider, and log-ins with Discord', () => {
    expect(problems({ ...good, ...login, JWT_JWKS_URL: 'https://a.example/keys' })).toEqual([]);
  });

  it('the configuration of gateway-api reads a list of origins', () => {
    const { CORS_ORIGINS } = loadGatewayApiConfig({
      ...good,
      CORS_ORIGINS: 'https://a.example, http://b:8080',
    });
    expect(CORS_ORIGINS).toEqual(['https://a.example', 'http://b:8080']);
  });

  it('the configuration of gateway-api describes every key for the documentation', () => {
    const undescribed = Object.entries(gatewayApiSchema.shape).filter(([, schema]) => !schema.description);
    expect(undescribed.map(([key]) => key)).toEqual([]);
  });
});
