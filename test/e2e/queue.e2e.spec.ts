import type { QueueEntry, RestQueuePage } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { requestProjector } from '../support/stacks/request-projector.js';
import { relay } from '../support/clients/relay-cli.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';

const WAIT_MS = 30_000;

describe('the support queue, from the local Discord to an operator', () => {
  let temp: TempStack & { close(): Promise<void> };
  let guildId: string;
  let channelId: string;
  let memberId: string;
  let roleId: string;

  beforeAll(async () => {
    temp = await openTempStack({
      progress: () => undefined,
      envOf: { ingestor: { RECORD_MEMBERS: 'true' } },
    });
    const guild = await temp.sim.createGuild('Supported', [{ name: 'help' }]);
    guildId = guild.id;
    channelId = guild.channels[0]!.id;
    roleId = (await temp.sim.createRole(guildId, { name: 'Helpers', permissions: '0' })).id;
    memberId = await temp.sim.newMember(guildId, 'asker');
    const helperId = await temp.sim.newMember(guildId, 'helper');
    await temp.sim.patchMember(guildId, helperId, { roleIds: [roleId] });
    await until('the guild is projected', WAIT_MS, async () => ((await queue()) ? true : undefined));
  }, 120_000);
  afterAll(() => temp?.close());

  async function queue(): Promise<RestQueuePage | undefined> {
    const url = `${temp.url}/api/v1/guilds/${guildId}/queue?state=waiting,answered,solved`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${temp.token}` } });
    return response.ok ? ((await response.json()) as RestQueuePage) : undefined;
  }

  const reaches = (id: string, state: QueueEntry['state']) =>
    until(`${id} is ${state}`, WAIT_MS, async () =>
      (await queue())?.entries.find((entry) => entry.id === id && entry.state === state),
    );

  it('the support queue is operated with `relay queue`, follows the messages, and survives a rebuild', async () => {
    const run = (...args: string[]) => relay(temp.stack.dataDir, ['queue', ...args]);
    const lists = ['--staff-role', roleId, '--channel', channelId];
    expect(await run('settings', guildId, ...lists, '--json')).toMatchObject({ code: 0 });
    const thread = await temp.sim.createThread(channelId, 'Where is the manual?', memberId);
    await reaches(thread.id, 'waiting');
    const listed = await run('list', guildId);
    expect(listed.stdout).toContain('Where is the manual?');
    await temp.sim.say(thread.id, 'On the second shelf.', 'helper');
    expect(await reaches(thread.id, 'answered')).toMatchObject({ lastSpeaker: { name: 'helper' } });
    await temp.sim.say(thread.id, 'It is not there.', 'asker');
    await reaches(thread.id, 'waiting');
    const other = await temp.sim.createThread(channelId, 'Solved at once', memberId);
    await temp.sim.patchThread(other.id, { archived: true });
    await reaches(other.id, 'solved');
    const before = (await queue())!;

    const { natsUrl } = temp.stack;
    const { version } = await requestProjector(natsUrl, 'projections.rebuild');
    await until('the rebuilt projection is read', WAIT_MS, () =>
      requestProjector(natsUrl, 'projections.switch', { version }),
    );
    const after = await until('an answer', WAIT_MS, queue);
    expect(after.entries).toEqual(before.entries);
    await run('settings', guildId, '--no-solved-when-archived');
    await reaches(other.id, 'waiting');
  }, 180_000);
});
