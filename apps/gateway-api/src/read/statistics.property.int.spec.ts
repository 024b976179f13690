import { firstSnowflakeAt, type Snowflake } from '@discord-relay/contracts';
import fc from 'fast-check';
import type pg from 'pg';
import { openReadModel, type TestReadModel } from '../testing/read-model.js';
import { channelStatistics, sumsOfChannels } from './statistics.query.js';
import type { Querying } from '../database/read-model.database.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 1);
const CHANNELS = ['1', '2'];

const message = fc.record({
  channel: fc.constantFrom(...CHANNELS),
  author: fc.constantFrom('7', '8', '9'),
  minute: fc.integer({ min: 0, max: 5 * 60 - 1 }),
  state: fc.constantFrom('there', 'there', 'there', 'deleted', 'partial'),
});
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;
/** Neither end has to be at a full hour. */
const span = fc.tuple(fc.nat(300), fc.nat(300)).map(([from, length]) => ({
  from: new Date(START_MS + from * MINUTE_MS),
  to: new Date(START_MS + (from + length) * MINUTE_MS),
}));

const hourOf = ({ minute }: Message) => START_MS + Math.floor(minute / 60) * HOUR_MS;
const authorsIn = (messages: Message[], channel: string, counts: (hour: number) => boolean): number =>
  new Set(
    messages
      .filter((each) => each.state === 'there' && each.channel === channel && counts(hourOf(each)))
      .map(({ author }) => author),
  ).size;

describe('the number of authors', () => {
  let model: TestReadModel;
  let pool: pg.Pool;
  let query: Querying;

  beforeAll(async () => {
    model = await openReadModel();
    ({ pool, query } = model);
  }, 60_000);
  afterAll(() => model.close());

  async function write(messages: Message[]): Promise<void> {
    await pool.query('TRUNCATE messages, hourly_counts');
    for (const [i, { channel, author, minute, state }] of messages.entries()) {
      const at = START_MS + minute * MINUTE_MS;
      const id = String(BigInt(firstSnowflakeAt(at)) + BigInt(i)) as Snowflake;
      await pool.query(
        `INSERT INTO messages (id, channel_id, guild_id, author_id, created_at, partial, deleted_at, seq)
         VALUES ($1, $2, 100, $3, $4, $5, $6, 1)`,
        [
          id,
          channel,
          state === 'deleted' ? null : author,
          new Date(at),
          state === 'partial',
          state === 'deleted' ? new Date(at) : null,
        ],
      );
    }
    await pool.query(
      `INSERT INTO hourly_counts SELECT channel_id, date_trunc('hour', created_at, 'UTC'), 100, count(*), 0, 0, 0
       FROM messages GROUP BY 1, 2`,
    );
  }

  it('the number of authors equals that of the existing messages, by hour and in total', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 25 }), span, async (messages, { from, to }) => {
        await write(messages);
        const isRequested = (hour: number) => hour >= from.getTime() && hour < to.getTime();
        for (const channel of CHANNELS) {
          const hours = await channelStatistics(query, channel, { from, to });
          const expected = hours.map(({ hour }) =>
            authorsIn(messages, channel, (each) => each === Date.parse(hour)),
          );
          expect(hours.map(({ authors }) => authors)).toEqual(expected);
          const there = messages.filter((each) => each.channel === channel && isRequested(hourOf(each)));
          expect(hours).toHaveLength(new Set(there.map(hourOf)).size);
        }
        for (const { channelId, authors } of await sumsOfChannels(query, CHANNELS, { from, to }))
          expect(authors).toBe(authorsIn(messages, channelId, isRequested));
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
