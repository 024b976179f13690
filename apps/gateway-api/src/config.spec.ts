import { ConfigError } from '@discord-relay/platform';
import { gatewayApiSchema, loadGatewayApiConfig } from './config.js';

const good = { DATABASE_URL: 'postgres://db/relay', JWT_SECRET: 'x'.repeat(32) };
const problems = (env: Record<string, string>): readonly string[] => {
  try {
    loadGatewayApiConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('configuration of gateway-api', () => {
  it('has defaults for everything but the database and the token key', () => {
    expect(loadGatewayApiConfig(good)).toMatchObject({ PORT: 3_000, LOCAL_LOGIN: false, CORS_ORIGINS: [] });
  });

  it.each([
    ['no token key', { JWT_SECRET: '' }, 'JWT_SECRET'],
    ['two token keys', { JWT_JWKS_URL: 'https://a/keys' }, 'JWT_SECRET'],
    ['a short secret', { JWT_SECRET: 'short' }, 'JWT_SECRET'],
    ['local login in production', { LOCAL_LOGIN: 'true', NODE_ENV: 'production' }, 'LOCAL_LOGIN'],
    ['another database', { DATABASE_URL: 'mysql://db' }, 'DATABASE_URL'],
    ['an origin with a path', { CORS_ORIGINS: 'https://a.example/x' }, 'CORS_ORIGINS'],
    ['a port that is none', { PORT: '99999' }, 'PORT'],
  ])('refuses %s and names the key, not the value', (_, env, key) => {
    const found = problems({ ...good, ...env });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${key}: `));
  });

  it('refuses local login without a secret to sign with', () => {
    const env = { DATABASE_URL: good.DATABASE_URL, JWT_JWKS_URL: 'https://a/keys', LOCAL_LOGIN: 'true' };
    expect(problems(env)).toEqual(['LOCAL_LOGIN: needs JWT_SECRET']);
  });

  it('reads a list of origins', () => {
    const { CORS_ORIGINS } = loadGatewayApiConfig({
      ...good,
      CORS_ORIGINS: 'https://a.example, http://b:8080',
    });
    expect(CORS_ORIGINS).toEqual(['https://a.example', 'http://b:8080']);
  });

  it('describes every key for the documentation', () => {
    const undescribed = Object.entries(gatewayApiSchema.shape).filter(([, schema]) => !schema.description);
    expect(undescribed.map(([key]) => key)).toEqual([]);
  });
});
