import { LOG_STREAM, type RestMessagePage } from '@discord-relay/contracts';
import type { EventLog } from '../../testing/event-log.js';
import type { TestGateway } from '../../testing/gateway.js';
import { startPastGateway } from '../../testing/past-gateway.js';
import { hourAt, LAST_SEQ, messageId, NEWCOMER } from '../../testing/past-world.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, VIEWER } from '../../testing/world.js';

let gateway: TestGateway;
let log: EventLog;

beforeAll(async () => {
  ({ gateway, log } = await startPastGateway());
});

afterAll(async () => {
  await log.close();
  await gateway.stop();
});

async function request(query: Record<string, string>, viewer?: string): Promise<unknown> {
  const claims = viewer === undefined ? { role: 'analyst' } : { role: 'viewer', sub: viewer };
  const headers = { authorization: `Bearer ${await tokenFor({ ...claims })}` };
  const path = `api/v1/channels/${CHANNEL}/messages?${new URLSearchParams(query)}`;
  return (await fetch(`${gateway.url}/${path}`, { headers })).json();
}

const page = async (query: Record<string, string>, viewer?: string) =>
  (await request(query, viewer)) as Required<RestMessagePage>;
const contents = ({ messages }: RestMessagePage) => messages.map(({ content }) => content);

/** When the log stored an event. */
const storedAt = async (seq: number): Promise<string> =>
  (await log.jsm.streams.getMessage(LOG_STREAM, { seq }))!.time.toISOString();

describe('a time as the point', () => {
  it('a time means the state before the first event that was stored at this time or later', async () => {
    // Times have milliseconds, in which the log may store several events.
    const at = await storedAt(27);
    const { asOf } = await page({ asOf: at });
    expect(asOf.time).toBe(at);
    expect(asOf.seq).toBeLessThan(27);
    expect(Date.parse(await storedAt(asOf.seq + 1))).toBeGreaterThanOrEqual(Date.parse(at));
    expect(await storedAt(asOf.seq)).not.toBe(at);
  });

  it('a time after the newest event is the current state', async () => {
    const { asOf, ...current } = await page({ asOf: 'now' });
    expect(asOf.seq).toBe(LAST_SEQ);
    expect(contents(current)).toEqual(['final', 'message 3', 'message 4']);
  });

  it('a time before the log began is refused', async () => {
    expect(await request({ asOf: '2020-01-01' })).toMatchObject({
      code: 'REQUEST.INVALID',
      detail: expect.stringContaining('asOf is before the first recorded event'),
    });
  });
});

describe('clock=happened', () => {
  const happened = (hours: number, viewer?: string) =>
    page({ asOf: hourAt(hours), clock: 'happened' }, viewer);

  it('messages have the text that the last edit before the time gave them, whenever the relay learnt of it', async () => {
    const before = await happened(1.4);
    expect(contents(before)).toEqual(['draft', 'message 3', 'message 4']);
    expect(before.asOf).toMatchObject({ clock: 'happened', seq: LAST_SEQ, time: hourAt(1.4) });
    expect(before.asOf.deleted.map(({ id }) => id)).toEqual([messageId(2)]);
    const after = await happened(1.6);
    expect(contents(after)).toEqual(['final', 'message 3', 'message 4']);
    expect(after.messages[0]).toMatchObject({ pinned: null });
    expect(after.messages[0]).not.toHaveProperty('reactions');
    expect((await happened(1.7)).asOf.deleted).toEqual([]);
    expect(contents(await happened(0.02))).toEqual(['draft']);
    expect((await happened(1.4, VIEWER)).messages[0]).toMatchObject({ content: '', redacted: 'superseded' });
  });

  it('a message of which only a later text is known is listed without one', async () => {
    await gateway.world.query(`UPDATE messages SET edited_at = $2, content = 'SECRET' WHERE id = $1`, [
      messageId(3),
      hourAt(3),
    ]);
    const before = await happened(2);
    expect([contents(before), before.asOf.unknown.map(({ id }) => id)]).toEqual([
      ['final', 'message 4'],
      [messageId(3)],
    ]);
    expect(contents(await happened(3.1))).toContain('SECRET');
  });

  it('gaps count while nothing was received', async () => {
    const gaps = async (hours: number) => (await happened(hours)).asOf.gaps.map(({ gapId }) => gapId);
    expect([await gaps(4.1), await gaps(4.3), await gaps(4.5)]).toEqual([[], ['a:b'], []]);
  });
});

describe('a time that the log does not have any more', () => {
  it('a time that was removed from the log is read as of the beginning of its hour', async () => {
    await log.jsm.streams.purge(LOG_STREAM, { seq: LAST_SEQ });
    const { asOf, ...draft } = await page({ asOf: hourAt(1.9) });
    expect(asOf).toMatchObject({ clock: 'observed', seq: 19, time: hourAt(1.9) });
    expect(contents(draft)).toEqual(['draft', 'message 4']);
    expect((await page({ asOf: hourAt(2) })).asOf.seq).toBe(29);
    expect(await request({ asOf: hourAt(-1) })).toMatchObject({ code: 'REQUEST.INVALID' });
  });

  it('rights of that time count for what happened, too', async () => {
    const query = { asOf: hourAt(0.9), clock: 'happened' };
    expect(await request(query, NEWCOMER)).toMatchObject({ code: 'CHANNEL.NOT_FOUND' });
    // Before the recording began, nothing is known about rights.
    expect(contents(await page({ asOf: hourAt(-1), clock: 'happened' }, NEWCOMER))).toEqual([]);
  });
});
