import type { QueueSettings, RestQueuePage } from '@discord-relay/contracts';
import { ReadModelDatabase } from '../../database/read-model.database.js';
import { RelayDatabase } from '../../database/relay.database.js';
import { QueueChanges } from '../../queue/queue-changes.js';
import { QueueReader } from '../../queue/queue-reader.js';
import { QueueSettingsStore } from '../../queue/queue-settings.js';
import { patientFetch } from '../../testing/patient-fetch.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { FORUM, QUESTIONS, QueueWorld, SOLVED_TAG, STAFF_ROLE } from '../../testing/queue-world.js';
import { tokenFor } from '../../testing/tokens.js';
import { GUILD } from '../../testing/world.js';

const SETTINGS: QueueSettings = {
  ...{ staffRoleIds: [STAFF_ROLE], channelIds: [FORUM], messageChannelIds: [QUESTIONS] },
  ...{ solvedTagIds: [SOLVED_TAG], solvedWhenArchived: true },
};

describe('the limits of the support queue', () => {
  let gateway: TestGateway;
  let guild: QueueWorld;
  beforeAll(async () => {
    gateway = await startGateway({ QUEUE_MAX_THREADS: '2', QUEUE_MAX_MESSAGES: '3' });
    guild = new QueueWorld(gateway.world, GUILD);
    await guild.setUp();
    await new QueueSettingsStore(gateway.app.get(RelayDatabase)).write(GUILD, SETTINGS, 'test');
  });
  afterAll(() => gateway.stop());

  async function queue(): Promise<RestQueuePage> {
    const headers = { authorization: `Bearer ${await tokenFor({ role: 'analyst', sub: 'service' })}` };
    const response = await patientFetch(`${gateway.url}/api/v1/guilds/${GUILD}/queue`, { headers });
    return (await response.json()) as RestQueuePage;
  }

  async function limitsReached(): Promise<string[]> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return text.split('\n').flatMap((line) => {
      const found = /^relay_gateway_queue_limits_reached_total\{.*limit="(\w+)".*\} (\d+)$/.exec(line);
      return found ? [`${found[1]} ${found[2]}`] : [];
    });
  }

  it('an answer of the support queue says when limits left out threads or messages, and a metric counts it once', async () => {
    const oldest = await guild.post();
    expect((await queue()).beyondLimit).toEqual([]);
    // Two new threads between two evaluations: the limit is passed, not reached.
    const newest = [await guild.post(), await guild.post()];
    const before = await queue();
    expect(before.beyondLimit).toEqual(['threads']);
    expect(before.entries.map(({ id }) => id)).toEqual(newest);
    for (let i = 0; i < 3; i++) await guild.say(QUESTIONS);
    expect((await queue()).beyondLimit).toEqual(['threads']);
    await guild.say(QUESTIONS);
    expect((await queue()).beyondLimit).toEqual(['threads', 'messages']);
    expect(await limitsReached()).toEqual(['QUEUE_MAX_THREADS 1', 'QUEUE_MAX_MESSAGES 1']);
    await guild.patchThread(newest[0]!, 'deleted_at', new Date());
    const after = await queue();
    expect(after.beyondLimit).toEqual(['messages']);
    expect(after.entries.map(({ id }) => id)).toContain(oldest);
  });

  it('a stream that resumes gets every entry that changed, however many changes there were', async () => {
    const post = await guild.post();
    const after = await gateway.world.head(`a:${GUILD}`);
    await guild.patchThread(post, 'applied_tag_ids', [SOLVED_TAG]);
    for (let i = 0; i < 4; i++) await guild.say(QUESTIONS);
    const reader = gateway.app.get(QueueReader);
    const changes = new QueueChanges(gateway.app.get(ReadModelDatabase), reader, 2);
    const states = (await changes.entriesSince(GUILD, after)).map(({ id, state }) => [id, state]);
    expect(states).toContainEqual([post, 'solved']);
    expect(states).toHaveLength(2);
  });
});
