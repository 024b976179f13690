import { jest } from '@jest/globals';
import { LOG_STREAM, LOG_SUBJECTS, type RelayEvent, type Snowflake } from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { boundsOf } from '../gaps/gap.js';
import { historyEvent } from './history-message.js';
import { followKnown } from './known-from-log.js';
import { fingerprintOf, KnownMessages } from './known-messages.js';
import { LiveTraffic } from './live-traffic.js';
import { LogIndex } from './log-index.js';

const GUILD = '900000000000000001' as Snowflake;
const CHANNEL = '900000000000000002' as Snowflake;
const MESSAGE = '900000000000000003' as Snowflake;
const USER = '900000000000000004' as Snowflake;
const EMOJI = { id: null, name: '👍', animated: false };
const NOTHING = { time: null, snowflake: null };
const NOW = { time: new Date(0).toISOString(), snowflake: '0' as Snowflake };
const bounds = boundsOf({ cause: 'first_start', from: NOTHING, to: NOW }, 3_600_000);

const origin = { guildId: GUILD, gapId: 'g', shardId: 0, receivedAt: new Date(0).toISOString() };
const edit = (content: string): RelayEvent => {
  const data = { id: MESSAGE, channelId: CHANNEL, guildId: GUILD, content };
  return historyEvent(origin, { type: 'message.updated', id: content, channelId: CHANNEL, data });
};
const reaction = (type: 'reaction.added' | 'reaction.removed'): RelayEvent => {
  const target = { messageId: MESSAGE, channelId: CHANNEL, guildId: GUILD, userId: USER };
  const data = { ...target, emoji: EMOJI, burst: false, messageAuthorId: null };
  return historyEvent(origin, { type, id: type, channelId: CHANNEL, data });
};

describe('the known messages of a guild', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let live: LiveTraffic;

  beforeEach(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url });
    await (await jetstreamManager(connection)).streams.add({ name: LOG_STREAM, subjects: [LOG_SUBJECTS] });
    live = new LiveTraffic();
  });
  afterEach(async () => {
    await connection.close();
    await nats.stop();
  });

  const log = (event: RelayEvent) =>
    jetstream(connection).publish(`discord.0.${GUILD}.${CHANNEL}.${event.type}`, JSON.stringify(event));

  /** @param between runs between the two readings of the log, in which live events begin to wait */
  async function follow(between: () => Promise<void> = () => Promise.resolve()): Promise<KnownMessages> {
    const known = new KnownMessages();
    const index = new LogIndex(connection, 1);
    const read = index.read.bind(index);
    jest.spyOn(index, 'read').mockImplementation(async (window, ...rest) => {
      if (window.after !== undefined) await between();
      return read(window, ...rest);
    });
    const writer = { unlessStopped: (promise: Promise<void>) => promise };
    const window = { guildId: GUILD, bounds, keep: 10 };
    await followKnown({ index, live, writer }, window, known, AbortSignal.timeout(60_000));
    return known;
  }

  const content = (known: KnownMessages) => known.find(CHANNEL, MESSAGE)!.fingerprint.content;
  const digestOf = (text: string) => fingerprintOf({ ...edit(text).data, content: text } as never).content;
  const users = (known: KnownMessages) =>
    [...known.find(CHANNEL, MESSAGE)!.reactions.values()].flatMap((each) => [...each]);

  it('the known messages of a guild have the newest edit, even if the log has only an older one yet', async () => {
    await log(edit('first'));
    live.track(edit('second'));
    expect(content(await follow())).toBe(digestOf('second'));
  });

  it('the known messages of a guild have the newest of the edits that arrive while the log is read', async () => {
    await log(edit('first'));
    const known = await follow(async () => {
      await log(edit('second'));
      live.track(edit('third'));
      await log(edit('third'));
      live.track(edit('fourth'));
    });
    expect(content(known)).toBe(digestOf('fourth'));
    live.track(edit('fifth'));
    expect(content(known)).toBe(digestOf('fifth'));
    expect(known.changedLiveSince(CHANNEL, MESSAGE, 0)).toBe(true);
  });

  it('the known messages of a guild have a reaction that was removed in the log and is added again', async () => {
    await log(reaction('reaction.added'));
    await log(reaction('reaction.removed'));
    live.track(reaction('reaction.added'));
    expect(users(await follow())).toEqual([USER]);
  });
});
