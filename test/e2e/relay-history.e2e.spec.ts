import type { RestChannelDiff, RestMessagePage } from '@discord-relay/contracts';
import type { EventLog } from '../../apps/gateway-api/src/testing/event-log.js';
import type { TestGateway } from '../../apps/gateway-api/src/testing/gateway.js';
import { startPastGateway } from '../../apps/gateway-api/src/testing/past-gateway.js';
import { LAST_SEQ, messageId, OLD_CHANNEL } from '../../apps/gateway-api/src/testing/past-world.js';
import { tokenFor } from '../../apps/gateway-api/src/testing/tokens.js';
import { CHANNEL, GUILD, VIEWER } from '../../apps/gateway-api/src/testing/world.js';
import { relayInProcess } from '../support/clients/relay-in-process.js';

let gateway: TestGateway;
let log: EventLog;
let analyst: string;

beforeAll(async () => {
  ({ gateway, log } = await startPastGateway());
  analyst = await tokenFor({ role: 'analyst' });
});
afterAll(async () => {
  await log.close();
  await gateway.stop();
});

const relay = (args: string[], token = analyst) =>
  relayInProcess({ RELAY_URL: gateway.url, RELAY_TOKEN: token }, args);

async function printed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await relay(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('the commands for the past', () => {
  it('`relay messages` prints a channel now and as it was, in pages', async () => {
    const ids = (text: string) => text.split('\n').flatMap((line) => /^\d+(?= )/.exec(line)?.[0] ?? []);
    expect(ids(await printed('messages', CHANNEL))).toEqual([1, 3, 4].map(messageId));
    const past = await printed('messages', CHANNEL, '--as-of', '20');
    expect(past).toContain('draft');
    expect(past).toContain(`${messageId(2)}  2025-01-01T00:02:00.000Z  [deleted since]`);
    expect(past).toContain('as of sequence 20');
    const before = ['--as-of', '25', '--before', messageId(2), '--limit', '1'];
    expect(ids(await printed('messages', CHANNEL, ...before))).toEqual([messageId(1)]);
    const page = JSON.parse(await printed('messages', CHANNEL, '--as-of', '20', '--json')) as RestMessagePage;
    expect([page.asOf?.seq, page.messages[0]?.content]).toEqual([20, 'draft']);
  });

  it('`relay messages --clock happened` reads by the time of writing', async () => {
    const args = ['--as-of', '2025-01-01T01:00:00Z', '--clock', 'happened', '--json'];
    const page = JSON.parse(await printed('messages', CHANNEL, ...args)) as RestMessagePage;
    expect(page.asOf).toMatchObject({ clock: 'happened' });
  });

  it('`relay diff` prints what changed between two points, by default up to now', async () => {
    const guild = await printed('diff', 'guild', GUILD, '--from', '20', '--to', '40');
    expect(guild).toContain('from sequence 20 to sequence 40');
    expect(guild).toMatch(new RegExp(`^channel removed {2}${OLD_CHANNEL} `, 'm'));
    const channel = await printed('diff', 'channel', CHANNEL, '--from', '20');
    expect(channel).toContain(`from sequence 20 to sequence ${LAST_SEQ}`);
    expect(channel).toMatch(/^message changed .*content: "draft" -> "final"/m);
    expect(channel).toContain(`message deleted  ${messageId(2)}`);
    const args = ['--from', '20', '--limit', '1', '--json'];
    const first = JSON.parse(await printed('diff', 'channel', CHANNEL, ...args)) as RestChannelDiff;
    expect(first.next).not.toBeNull();
  });

  it('a point or a channel that cannot be read is an error that says why', async () => {
    const refusals = [
      [['messages', CHANNEL, '--as-of', 'yesterday'], 'REQUEST.INVALID'],
      [['messages', '999'], 'CHANNEL.NOT_FOUND'],
      [['diff', 'channel', CHANNEL, '--from', '30', '--to', '20'], 'from is after to'],
      [['diff', 'guild', '999', '--from', '20'], 'GUILD.NOT_FOUND'],
    ] as const;
    for (const [args, reason] of refusals) {
      const { code, stderr } = await relay([...args]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(reason) });
    }
    const viewer = await tokenFor({ role: 'viewer', sub: VIEWER });
    const { stdout } = await relay(['messages', CHANNEL, '--as-of', '20'], viewer);
    expect(stdout).toContain('[superseded');
    expect(stdout).not.toContain('draft');
  });
});
