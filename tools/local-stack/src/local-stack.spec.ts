import { ConfigError } from '@discord-relay/platform/config';
import { inheritedEnv, localLogin, stackConfig } from './config.js';
import { debianArchive } from './servers/debian-package.js';
import { parseNatsVersion } from './servers/nats-binary.js';
import { reachableHost } from './process/service-process.js';

describe('stackConfig', () => {
  it('the local stack starts everything itself when nothing is set', () =>
    expect(stackConfig({})).toMatchObject({
      port: 3000,
      discord: 'local',
      natsUrl: undefined,
      databaseUrl: undefined,
    }));

  it('the local stack uses the real Discord if there is a token', () =>
    expect(stackConfig({ DISCORD_TOKEN: 'fake' }).discord).toEqual({ token: 'fake', apiUrl: undefined }));

  it('the local stack uses a Discord that runs elsewhere', () =>
    expect(stackConfig({ DISCORD_API_URL: 'http://127.0.0.1:1/api' }).discord).toMatchObject({
      apiUrl: 'http://127.0.0.1:1/api',
    }));

  it('production without a token is rejected in one line that names the key and the remedy', () =>
    expect(() => stackConfig({ NODE_ENV: 'production' })).toThrow(
      /^DISCORD_TOKEN: missing; set it, or unset NODE_ENV/,
    ));

  it.each([
    [{ PORT: 'http' }, /^PORT: must be a whole number/],
    [{ NATS_URL: 'localhost' }, /^NATS_URL: must be .*nats:/],
    [{ DATABASE_URL: 'mysql://a' }, /^DATABASE_URL: must be a URL that starts with postgres:/],
    [{ DISCORD_API_URL: 'discord' }, /^DISCORD_API_URL: must be a URL/],
  ])('the local stack rejects %j', (env, message) => {
    expect(() => stackConfig(env)).toThrow(ConfigError);
    expect(() => stackConfig(env)).toThrow(message);
  });
});

describe('localLogin', () => {
  it.each([
    [{}, 'true'],
    [{ NODE_ENV: 'production', DISCORD_TOKEN: 'fake' }, 'false'],
    [{ DISCORD_TOKEN: 'fake' }, 'false'],
    [{ DISCORD_TOKEN: 'fake', DISCORD_API_URL: 'http://127.0.0.1:1/api' }, 'false'],
    [{ DISCORD_TOKEN: 'fake', LOCAL_LOGIN: 'true' }, 'true'],
    [{ LOCAL_LOGIN: 'false' }, 'false'],
  ])('localLogin with %j is %s', (env: Record<string, string>, expected) =>
    expect(localLogin(stackConfig(env), env)).toBe(expected),
  );
});

describe('inheritedEnv', () => {
  it('a service inherits the keys of services, and none of npm, jest or this process', () =>
    expect(
      inheritedEnv({
        LOG_LEVEL: 'debug',
        PORT: '1',
        npm_config_x: 'y',
        NODE_OPTIONS: '--x',
        UNSET: undefined,
      }),
    ).toEqual({
      env: { LOG_LEVEL: 'debug' },
      xdgCacheHome: undefined,
    }));
});

describe('parseNatsVersion', () => {
  it('the version is parsed from the output of nats-server', () =>
    expect(parseNatsVersion('nats-server: v2.15.1\n')).toEqual([2, 15]));
  it('other output is not accepted as a version of nats-server', () =>
    expect(parseNatsVersion('command not found')).toBeUndefined());
});

describe('debianArchive', () => {
  it.each([
    ['Types: deb\nURIs: http://mirror.test/debian\nSuites: bookworm', 'http://mirror.test/debian'],
    ['deb [arch=amd64] https://mirror.test/debian/ bookworm main', 'https://mirror.test/debian/'],
    [
      'deb https://other.test/node nodistro main\ndeb http://mirror.test/debian bookworm main',
      'http://mirror.test/debian',
    ],
  ])('the Debian archive is found in %j', (sources, archive) => expect(debianArchive(sources)).toBe(archive));

  it('an archive other than Debian’s is not used', () =>
    expect(
      debianArchive('URIs: http://mirror.test/debian-security\n# deb http://mirror.test/debian x'),
    ).toBeUndefined());
});

describe('reachableHost', () => {
  it.each([
    [undefined, '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['::1', '[::1]'],
    ['192.0.2.1', '192.0.2.1'],
    ['relay.example', 'relay.example'],
  ])('reachableHost of %p is %s', (host, reachable) => {
    expect(reachableHost(host)).toBe(reachable);
  });
});
