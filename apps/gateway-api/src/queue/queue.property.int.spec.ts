import fc from 'fast-check';
import { NO_QUEUE, type QueueSettings, type Snowflake, snowflakeTimeMs } from '@discord-relay/contracts';
import { ReadModelDatabase } from '../database/read-model.database.js';
import { RelayDatabase } from '../database/relay.database.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import {
  ASKER,
  BOT,
  FORUM,
  QUESTIONS,
  QueueWorld,
  SOLVED_TAG,
  STAFF,
  STAFF_ROLE,
} from '../testing/queue-world.js';
import { GUILD } from '../testing/world.js';
import { QueueReader } from './queue-reader.js';
import { QueueSettingsStore } from './queue-settings.js';

const OTHER = '804' as Snowflake;
const AUTHORS = [ASKER, STAFF, OTHER, BOT];
const RUNS = 12;
const LIMITS = { threads: 10_000, messages: 200 };
/** Exceeded by most queues of this test. */
const LOW_LIMITS = { threads: 3, messages: 4 };

type Step =
  | { do: 'post'; owner: number }
  | { do: 'say'; place: number; author: number; late: boolean; reply: boolean }
  | { do: 'remove'; message: number }
  | { do: 'archive' | 'tag' | 'drop'; place: number; isAnnounced: boolean }
  | { do: 'hire' | 'forget' | 'configure' | 'look' };

const n = fc.nat({ max: 99 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('post' as const), owner: n }) },
  {
    weight: 8,
    arbitrary: fc.record({
      ...{ do: fc.constant('say' as const), place: n, author: n, late: fc.boolean(), reply: fc.boolean() },
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), message: n }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{
        do: fc.constantFrom('archive' as const, 'tag' as const, 'drop' as const),
        place: n,
        isAnnounced: fc.boolean(),
      },
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('hire' as const, 'forget' as const, 'configure' as const, 'look' as const),
    }),
  },
);

interface Message {
  id: Snowflake;
  channelId: Snowflake;
  authorId: Snowflake;
  replyTo: Snowflake | null;
}

/** A simple model of the same guild. */
class Model {
  readonly posts: { id: Snowflake; ownerId: Snowflake; archived: boolean; tagged: boolean }[] = [];
  readonly messages: Message[] = [];
  readonly staff = new Set<Snowflake>([STAFF]);
  settings: QueueSettings = {
    ...NO_QUEUE,
    ...{
      staffRoleIds: [STAFF_ROLE],
      channelIds: [FORUM],
      messageChannelIds: [QUESTIONS],
      solvedTagIds: [SOLVED_TAG],
    },
  };

  /** Since when each entry waits, by the id of the entry. */
  waiting(): Map<Snowflake, number> {
    const waiting = new Map<Snowflake, number>();
    for (const post of this.posts) {
      const since = this.threadWaits(post);
      const isSolved = (post.archived && this.settings.solvedWhenArchived) || post.tagged;
      if (since !== null && !isSolved) waiting.set(post.id, snowflakeTimeMs(since));
    }
    for (const { id } of this.questions()) waiting.set(id, snowflakeTimeMs(id));
    return waiting;
  }

  private threadWaits({ id, ownerId }: Model['posts'][number]): Snowflake | null {
    let since = ownerId === BOT || this.staff.has(ownerId) ? null : id;
    for (const { authorId, id: messageId } of this.said(id))
      since = this.staff.has(authorId) ? null : (since ?? messageId);
    return since;
  }

  /** The oldest unanswered message of each member. */
  private questions(): Message[] {
    const said = this.said(QUESTIONS);
    const waits = said.filter((message, i) => {
      if (this.staff.has(message.authorId)) return false;
      const answers = said.slice(i + 1).filter(({ authorId }) => this.staff.has(authorId));
      return !answers.some(({ replyTo }) => {
        const repliedTo = said.find(({ id }) => id === replyTo)?.authorId;
        return repliedTo === undefined || repliedTo === message.authorId;
      });
    });
    return waits.filter(({ authorId }, i) => waits.findIndex((each) => each.authorId === authorId) === i);
  }

  private said(channelId: Snowflake): Message[] {
    const here = this.messages.filter((each) => each.channelId === channelId && each.authorId !== BOT);
    return here.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  }
}

describe('the support queue', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
    await new QueueWorld(gateway.world, GUILD).setUp();
    await gateway.world.query(
      `INSERT INTO members (guild_id, user_id, profile, role_ids, seq) VALUES ($1, $2, '{"bot": true}', '{}', 0)`,
      [GUILD, BOT],
    );
  });
  afterAll(() => gateway.stop());

  it('the support queue does not depend on how it was computed, and matches the model', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), run), {
      numRuns: RUNS,
    });
  }, 240_000);

  async function run(steps: Step[]): Promise<void> {
    const { world } = gateway;
    await world.query('DELETE FROM messages');
    await world.query('DELETE FROM channels WHERE parent_id = $1', [FORUM]);
    const database = gateway.app.get(ReadModelDatabase);
    const store = new QueueSettingsStore(gateway.app.get(RelayDatabase));
    const guild = new QueueWorld(world, GUILD);
    await guild.member(OTHER);
    const model = new Model();
    await store.write(GUILD, model.settings, 'test');
    const kept = new QueueReader(store, LIMITS);
    const keptLimited = new QueueReader(store, LOW_LIMITS);
    const evaluate = (reader: QueueReader) => database.snapshot((query) => reader.evaluate(query, GUILD));
    for (const each of steps) {
      await play(each, model, guild, store);
      if (each.do === 'look') for (const reader of [kept, keptLimited]) await evaluate(reader);
    }
    expect(await evaluate(keptLimited)).toEqual(await evaluate(new QueueReader(store, LOW_LIMITS)));
    const [here, anew] = [await evaluate(kept), await evaluate(new QueueReader(store, LIMITS))];
    expect(here.sorted).toEqual(anew.sorted);
    const waiting = here.sorted.filter(({ state }) => state === 'waiting');
    expect(new Map(waiting.map((item) => [item.id, item.waitingSinceMs]))).toEqual(model.waiting());
  }

  async function play(each: Step, model: Model, guild: QueueWorld, store: QueueSettingsStore): Promise<void> {
    switch (each.do) {
      case 'post': {
        const ownerId = AUTHORS[each.owner % AUTHORS.length]!;
        model.posts.push({ id: await guild.post('post', ownerId), ownerId, archived: false, tagged: false });
        return;
      }
      case 'say':
        return say(each, model, guild);
      case 'remove': {
        const [message] = model.messages.splice(each.message % Math.max(1, model.messages.length), 1);
        if (message) await guild.remove(message.channelId, message.id);
        return;
      }
      case 'archive':
      case 'tag':
      case 'drop':
        return changePost(each, model, guild);
      case 'hire': {
        const seesAllChannels = model.staff.delete(OTHER);
        if (!seesAllChannels) model.staff.add(OTHER);
        return guild.member(OTHER, seesAllChannels ? [] : [STAFF_ROLE]);
      }
      case 'forget':
        return gateway.world.forget(await gateway.world.head(`a:${GUILD}`));
      case 'configure':
        model.settings = { ...model.settings, solvedWhenArchived: !model.settings.solvedWhenArchived };
        return void (await store.write(GUILD, model.settings, 'test'));
      case 'look':
        return;
      default:
        return each satisfies never;
    }
  }

  async function say(each: Extract<Step, { do: 'say' }>, model: Model, guild: QueueWorld): Promise<void> {
    const places = [QUESTIONS, ...model.posts.map(({ id }) => id)];
    const channelId = places[each.place % places.length]!;
    const authorId = AUTHORS[each.author % AUTHORS.length]!;
    const earlier = model.messages.filter(
      (message) => message.channelId === channelId && message.authorId !== BOT,
    );
    const replyTo = each.reply && channelId === QUESTIONS ? (earlier.at(-1)?.id ?? null) : null;
    // A message that is projected late keeps its position in time.
    const isLate = each.late && channelId === QUESTIONS && replyTo === null;
    const minute = isLate ? { minute: guild.earlyMinute() } : {};
    const id = await guild.say(channelId, { authorId, bot: authorId === BOT, replyTo, ...minute });
    model.messages.push({ id, channelId, authorId, replyTo });
  }

  async function changePost(
    { do: what, place, isAnnounced }: Extract<Step, { place: number; isAnnounced: boolean }>,
    model: Model,
    guild: QueueWorld,
  ): Promise<void> {
    const post = model.posts[place % Math.max(1, model.posts.length)];
    if (!post) return;
    if (what === 'archive') {
      post.archived = !post.archived;
      return guild.patchThread(post.id, 'archived', post.archived, isAnnounced);
    }
    if (what === 'tag') {
      post.tagged = !post.tagged;
      return guild.patchThread(post.id, 'applied_tag_ids', post.tagged ? [SOLVED_TAG] : [], isAnnounced);
    }
    model.posts.splice(model.posts.indexOf(post), 1);
    return guild.patchThread(post.id, 'deleted_at', new Date(), isAnnounced);
  }
});
