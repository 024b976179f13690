import { registerSecret, redact, redactDeep } from './redaction.js';

const PLANTED: [key: string, value: string, secret: string][] = [
  ['NATS_URL', 'nats://relay:s3cret-of-nats@a:4222,nats://b', 's3cret-of-nats'],
  ['NATS_URL', 'nats://t0ken-of-nats@a:4222', 't0ken-of-nats'],
  ['DATABASE_URL', 'postgres://relay:p%40ss-w/ord#1@db/relay', 'p@ss-w/ord#1'],
  ['DISCORD_API_URL', 'http://u:pw-of-proxy@host/api', 'pw-of-proxy'],
  ['DISCORD_TOKEN', 'MTA.discord-bot-token\n', 'MTA.discord-bot-token'],
  ['DISCORD_CLIENT_SECRET', 'client-secret-1', 'client-secret-1'],
  ['JWT_SECRET', 'jwt"quoted\\secret-0123456789012345', 'jwt"quoted\\secret-0123456789012345'],
  ['WEBHOOK_KEY', 'd2ViaG9vay1rZXk=', 'd2ViaG9vay1rZXk='],
  ['WEBHOOK_KEY_PREVIOUS', 'cHJldmlvdXMta2V5', 'cHJldmlvdXMta2V5'],
  ['RELAY_TOKEN', 'relay-token-1', 'relay-token-1'],
];

describe('redaction', () => {
  it.each(PLANTED)(
    'redaction removes the value of %s from any text, in every spelling',
    (key, value, secret) => {
      registerSecret(key, value);
      for (const spelling of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
        expect(redact(`failed: ${spelling}!`)).toBe('failed: [redacted]!');
      expect(JSON.stringify(redactDeep({ a: [{ b: secret }] }))).not.toContain(
        JSON.stringify(secret).slice(1, -1),
      );
    },
  );

  it('log-ins, bearer tokens and JWTs are removed although they were not registered as secrets', () => {
    expect(redact('connect nats://user:pa/ss@word@host:4222 failed')).toBe(
      'connect nats://[redacted]@host:4222 failed',
    );
    expect(redact('Authorization: Bearer abc.def')).toBe('Authorization: Bearer [redacted]');
    expect(redact('token eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl')).toBe('token [redacted]');
  });

  it('redaction leaves addresses, keys and Discord’s paths readable', () => {
    registerSecret('SESSION_DAYS', '30');
    registerSecret('JWT_JWKS_URL', 'https://login.example/keys');
    for (const text of [
      'https://discord.com/api/v10/users/@me',
      'DATABASE_URL: no answer from db.example:5432',
      'https://login.example/keys answered 500',
    ])
      expect(redact(text)).toBe(text);
  });
});
