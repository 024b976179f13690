import { until } from '@discord-relay/local-stack';
import { relayWith } from '../support/clients/relay-cli.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';

describe('relay status', () => {
  let temp: TempStack & { close(): Promise<void> };

  beforeAll(async () => {
    temp = await openTempStack({ progress: () => undefined });
  }, 120_000);
  afterAll(() => temp?.close());

  const relay = (...args: string[]) =>
    relayWith({ NATS_URL: temp.stack.natsUrl, RELAY_URL: temp.url, RELAY_TOKEN: temp.token }, args);

  it('`relay status` exits with 1 and the problem of a ready service that does not work, and with 0 once it does', async () => {
    await until('everything is ready', 30_000, async () => (await relay('status')).code === 0 || undefined);
    expect((await relay('pause')).code).toBe(0);
    const paused = await relay('status');
    expect(paused.code).toBe(1);
    expect(paused.stdout).toMatch(/projector.*paused/s);
    expect((await relay('resume')).code).toBe(0);
    await until('it works again', 30_000, async () => (await relay('status')).code === 0 || undefined);
  });
});
