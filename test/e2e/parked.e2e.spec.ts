import { openTestPool, until } from '@discord-relay/local-stack';
import type { Snowflake } from '@discord-relay/contracts';
import type pg from 'pg';
import { buildProgram } from '../../apps/cli/src/program.js';
import { cliSchema } from '../../apps/cli/src/config.js';
import { searchable } from '../../apps/projector/src/testing/searchable.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';
import { TestSocket } from '../support/clients/test-socket.js';

const REFUSE = (id: string) => `
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '22000'; END $$;
  CREATE TRIGGER refuse BEFORE INSERT ON projection_v1.messages
    FOR EACH ROW WHEN (NEW.content = '${id}') EXECUTE FUNCTION refuse()`;
const ALLOW = 'DROP TRIGGER refuse ON projection_v1.messages';

describe('relay parked', () => {
  let temp: TempStack & { close(): Promise<void> };
  let db: pg.Pool;
  let channelId: Snowflake;

  beforeAll(async () => {
    temp = await openTempStack({ progress: () => undefined });
    db = openTestPool(temp.stack.databaseUrl, 1);
    const guild = await temp.sim.createGuild('Parked', [{ name: 'general' }]);
    channelId = guild.channels[0]!.id as Snowflake;
  }, 120_000);
  afterAll(async () => {
    await db?.end();
    await temp?.close();
  });

  async function relay(...args: string[]): Promise<{ text: string; failed: boolean }> {
    const said = { text: '', failed: false };
    const config = () => cliSchema.parse({ NATS_URL: temp.stack.natsUrl });
    const output = { out: (text: string) => void (said.text += text), fail: () => void (said.failed = true) };
    await buildProgram(config, output).parseAsync(['parked', ...args], { from: 'user' });
    return said;
  }
  const join = async (client: TestSocket, after?: number) => {
    const request = { channelId, ...(after !== undefined && { after }) };
    return until('joined', 10_000, async () => {
      const answer = await client.socket.timeout(2_000).emitWithAck('join_channel', request);
      return answer.ok ? answer : undefined;
    });
  };
  const holds = (id: string) => (bulk: Record<string, unknown>) =>
    (bulk.messages as { id: string }[]).some((each) => each.id === id);

  it('a parked message is delivered to connected and returning clients once it can be written', async () => {
    const [watching, leaving] = [
      await TestSocket.open(temp.url, temp.token),
      await TestSocket.open(temp.url, temp.token),
    ];
    await Promise.all([join(watching), join(leaving)]);
    await searchable(async (sql) => (await db.query<{ valid: boolean }>(sql)).rows);
    await db.query(REFUSE('bad'));
    const bad = await temp.sim.say(channelId, 'bad', 'ada');
    await temp.sim.edit(channelId, bad.id, 'not so bad');
    const good = await temp.sim.say(channelId, 'good', 'ada');
    const { seq: cursor } = await leaving.event('message', ({ id }) => id === good.id);
    leaving.close();

    const { events } = JSON.parse((await relay('list', '--json')).text) as { events: { seq: number }[] };
    expect(events).toMatchObject([{ code: '22000', keys: [`message:${bad.id}`], followers: 1 }]);
    const seq = String(events[0]!.seq);
    expect((await relay('list')).text).toContain(`message:${bad.id}`);
    expect((await relay('show', seq)).text).toContain('error: refused');

    expect(await relay('retry', seq)).toEqual({
      text: `0 projected, 2 still parked\n  ${seq} 22000: refused`,
      failed: true,
    });
    await db.query(ALLOW);
    expect(await relay('retry', seq)).toEqual({ text: '2 projected, 0 still parked', failed: false });
    expect((await relay('list')).text).toBe('no event is parked');

    await watching.event('messages_bulk', holds(bad.id));
    const returning = await TestSocket.open(temp.url, temp.token);
    await join(returning, cursor as number);
    await returning.event('messages_bulk', holds(bad.id));
    const next = await temp.sim.say(channelId, 'next', 'ada');
    for (const client of [watching, returning]) {
      await client.event('message', ({ id }) => id === next.id);
      client.close();
    }
  }, 60_000);

  it('the audit log names who skipped a parked event, and why', async () => {
    await db.query('DROP FUNCTION refuse');
    await db.query(REFUSE('worse'));
    await temp.sim.say(channelId, 'worse', 'ada');
    const seq = await until('parked', 10_000, async () => {
      const { rows } = await db.query<{ seq: string }>('SELECT stream_seq AS seq FROM projection_v1.parked');
      return rows[0]?.seq;
    });
    const done = await relay('skip', seq, '--why', 'nobody needs it', '--by', 'ops');
    expect(done).toEqual({ text: '0 projected, 0 still parked', failed: false });
    const { rows } = await db.query(
      'SELECT stream_seq AS seq, skipped_by AS by, reason FROM projection_v1.parked_skips',
    );
    expect(rows).toEqual([{ seq, by: 'ops', reason: 'nobody needs it' }]);
    await expect(relay('retry', seq)).rejects.toMatchObject({ code: 'REQUEST.NOT_FOUND' });
  }, 60_000);
});
