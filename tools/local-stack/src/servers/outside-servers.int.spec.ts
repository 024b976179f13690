import { ConfigError } from '@discord-relay/platform/config';
import { checkNats, checkPostgres } from './outside-servers.js';
import { startNatsServer, type TestNats } from './testing.js';

/** What `npm start` prints about servers that it did not start itself. */
describe('checkNats', () => {
  let nats: TestNats | undefined;
  afterEach(() => nats?.stop());

  const problem = async (config: string | undefined, url = (port: number) => `nats://127.0.0.1:${port}`) => {
    nats = await startNatsServer(config === undefined ? {} : { config });
    return await checkNats(url(nats.port), {}).then(
      () => undefined,
      (error: unknown) => {
        expect(error).toBeInstanceOf(ConfigError);
        return (error as Error).message;
      },
    );
  };

  it('the check of a NATS server accepts a server with JetStream', async () =>
    expect(await problem(undefined)).toBeUndefined());

  it('the check of a NATS server names the log-in that a server requires', async () =>
    expect(await problem('authorization { user: relay, password: right }')).toMatch(
      /^NATS_URL: .*(log-in|user|password|credentials)/,
    ));

  it('the check of a NATS server rejects a wrong password and does not print it', async () => {
    const url = (port: number) => `nats://relay:wrong-one@127.0.0.1:${port}`;
    const message = await problem('authorization { user: relay, password: right }', url);
    expect(message).toMatch(/^NATS_URL: /);
    expect(message).not.toContain('wrong-one');
  });

  it('the check of a NATS server mentions TLS when the server does not support it', async () =>
    expect(await problem(undefined, (port) => `tls://127.0.0.1:${port}`)).toMatch(/^NATS_URL: .*TLS/));
});

describe('checkPostgres', () => {
  it('the check of a Postgres server names the key when no server answers', async () =>
    await expect(checkPostgres('postgres://relay:secret-word@127.0.0.1:1/relay')).rejects.toThrow(
      /^DATABASE_URL: Postgres cannot be used \(ECONNREFUSED\)/,
    ));
});
