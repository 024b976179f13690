import { z } from 'zod';
import { ConfigError, flag, integer, loadConfig, platformSchema, secret, url } from './index.js';

const schema = z.object({
  PORT: integer(1, 65_535).default(3000),
  TARGET_URL: url('http', 'https'),
  VERBOSE: flag().default(false),
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('loadConfig reads typed values and adds defaults; an empty string is no value', () =>
    expect(loadConfig(schema, { TARGET_URL: 'http://example.test', PORT: '', VERBOSE: '1' })).toEqual({
      PORT: 3000,
      TARGET_URL: 'http://example.test',
      VERBOSE: true,
    }));

  it('loadConfig reports every invalid key at once, with its remedy and without its value', () => {
    const problems = problemsOf({ PORT: '70000', TARGET_URL: 'secret-value', VERBOSE: 'maybe' });
    expect(problems).toEqual([
      'PORT: must be at most 65535',
      'TARGET_URL: must be a URL that starts with http:// or https://',
      'VERBOSE: must be true or false',
    ]);
    expect(problems.join()).not.toContain('secret-value');
  });

  it.each(['abc', ' abc', 'abc\n', 'abc\r\n', '\tabc '])('loadConfig reads %j as the secret abc', (TOKEN) =>
    expect(loadConfig(z.object({ TOKEN: secret() }), { TOKEN })).toEqual({ TOKEN: 'abc' }),
  );

  it.each(['a b', 'a\nb', 'a\u0000b'])('loadConfig rejects %j as a secret and names the key', (TOKEN) =>
    expect(() => loadConfig(z.object({ TOKEN: secret() }), { TOKEN })).toThrow(
      'TOKEN: must not contain white space or control characters',
    ),
  );

  it('loadConfig names a missing key', () => expect(problemsOf({})).toHaveLength(1));

  it.each(['nats://a:4222', 'tls://a:4222,nats://b:4222'])('loadConfig accepts %s for NATS_URL', (NATS_URL) =>
    expect(loadConfig(platformSchema, { NATS_URL }).NATS_URL).toBe(NATS_URL),
  );

  it.each(['http://a', 'nowhere', 'nats://a,,'])('loadConfig rejects %s for NATS_URL', (NATS_URL) =>
    expect(() => loadConfig(platformSchema, { NATS_URL })).toThrow(/^NATS_URL: must be/),
  );

  it('loadConfig rejects a missing credentials file before anything starts', () => {
    const path = '/nowhere/relay.creds';
    expect(() => loadConfig(platformSchema, { NATS_CREDENTIALS_FILE: path })).toThrow(
      'NATS_CREDENTIALS_FILE: must be the path of a file that can be read',
    );
  });
});
