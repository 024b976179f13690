import { positionSubject, type Change, type GuildPosition, type Snowflake } from '@discord-relay/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { AT, channel, created, edited, event, guild, GUILD, id } from './testing/events.js';
import { eventually } from './testing/eventually.js';
import { Harness, type RunningProjector } from './testing/harness.js';

/** A guild in each of the two partitions. */
const OTHER_GUILD = id(101);
const inOther = { guildId: OTHER_GUILD, channelId: id(300) };

describe('projector', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.start();
  });
  afterEach(() => harness.stop());

  /** The contents of the table of messages; empty before the projector has created it. */
  const contents = async () => {
    const [{ made }] = (await harness.rows(`SELECT to_regclass('messages') IS NOT NULL AS made`)) as [
      { made: boolean },
    ];
    return made ? harness.rows('SELECT id, content FROM messages ORDER BY id') : [];
  };
  const listen = async <T>(subject: string): Promise<T[]> => {
    const received: T[] = [];
    harness.connection.subscribe(subject, {
      callback: (_, message) => {
        received.push(message.json<T>());
      },
    });
    await harness.connection.flush();
    return received;
  };
  const isReady = ({ health }: RunningProjector) => eventually('ready', () => health.ready());
  const metric = async ({ metrics }: RunningProjector, line: string) =>
    (await metrics.metrics()).includes(`relay_projector_${line}\n`);

  it('the projector projects guild, channel and message from the log into rows and announces the changes', async () => {
    await harness.createLog();
    const received = await listen<Change>('changes.*.*');
    const projector = harness.project();
    await isReady(projector);
    const seqs = await harness.append(
      event('guild.synced', guild(GUILD, [id(200)])),
      event('channel.synced', channel(200)),
      created(1),
      created(2, inOther),
    );
    await eventually('announced', () => received.filter((each) => 'kind' in each).length === 4);
    expect(await contents()).toEqual([
      { id: '1', content: 'message 1' },
      { id: '2', content: 'message 2' },
    ]);
    const first = received.find((each) => each.kind === 'message' && each.guildId === GUILD);
    expect(first).toMatchObject({ seq: seqs[2], prev: 0, guildPrev: seqs[1], feed: 'c:200' });
    expect(await metric(projector, 'events_total{type="message.created"} 2')).toBe(true);
  });

  it('the projector continues from its checkpoint after a restart, and reads nothing twice', async () => {
    await harness.createLog();
    const first = harness.project();
    await harness.append(created(1));
    await eventually('projected', async () => (await contents()).length === 1);
    await first.stop();
    await harness.append(created(2), created(3, inOther));
    const second = harness.project();
    await eventually('projected', async () => (await contents()).length === 3);
    expect(await metric(second, 'events_total{type="message.created"} 2')).toBe(true);
  });

  it('the projector starts before Postgres and the log exist, and reports what it waits for', async () => {
    const allow = await harness.refuseDatabase();
    const projector = harness.project();
    const detail = () => projector.health.report().checks.projection;
    await eventually('waiting for Postgres', () => detail()!.detail!.startsWith('migrating:'));
    await allow();
    await eventually(
      'waiting for the log',
      () => detail()!.detail === 'waiting for stream: stream not found',
    );
    expect(projector.health.ready()).toBe(false);
    await harness.createLog();
    await harness.append(created(1));
    await isReady(projector);
    await eventually('projected', async () => (await contents()).length === 1);
  });

  it('the projector survives an outage of Postgres in the middle of the stream without losses or duplicates', async () => {
    await harness.createLog();
    const projector = harness.project();
    const received = await listen<Change>('changes.*.*');
    await harness.append(...Array.from({ length: 50 }, (_, i) => created(i + 1)));
    const allow = await harness.refuseDatabase();
    await harness.append(...Array.from({ length: 50 }, (_, i) => created(i + 51)));
    await eventually('not ready', () => !projector.health.ready());
    await allow();
    await eventually('projected', async () => (await contents()).length === 100);
    await isReady(projector);
    await eventually('announced', () =>
      received.some((each) => each.kind === 'message' && each.body.id === '100'),
    );
    expect(await harness.rows('SELECT count(*)::int, count(DISTINCT seq)::int AS seqs FROM changes')).toEqual(
      [{ count: 100, seqs: 100 }],
    );
  });

  it('the projector survives a restart of NATS in the middle of the stream', async () => {
    await harness.createLog();
    const projector = harness.project();
    await harness.append(created(1), created(2, inOther));
    await eventually('projected', async () => (await contents()).length === 2);
    await harness.nats.kill('SIGKILL');
    await eventually('not ready', () => !projector.health.ready());
    await harness.nats.restart();
    await eventually('reconnected', () =>
      harness.connection.flush().then(
        () => true,
        () => false,
      ),
    );
    await harness.append(created(3), created(4, inOther));
    await eventually('projected', async () => (await contents()).length === 4);
    await isReady(projector);
  });

  it('the projector stops when the checkpoint belongs to another log', async () => {
    await harness.createLog();
    const projector = harness.project();
    await harness.append(created(1));
    await eventually('projected', async () => (await contents()).length === 1);
    const jsm = await jetstreamManager(harness.connection);
    await jsm.streams.delete('DISCORD');
    await harness.createLog();
    await harness.append(created(2), created(3));
    const check = () => projector.health.report().checks.projection!;
    await eventually('stopped', () => /0 stopped: .*restore the stream/.test(check().detail!));
    expect(check().ok).toBe(false);
    expect(await contents()).toHaveLength(1);
  });

  it('the projector counts and skips messages that are not events', async () => {
    await harness.createLog();
    const projector = harness.project();
    const subject = 'discord.0.100.-.message.created';
    await harness.appendRaw(subject, '{"half":');
    await harness.appendRaw(subject, new Uint8Array([0xff, 0x00]));
    await harness.appendRaw(subject, JSON.stringify({ ...created(9), type: 'moon.risen' }));
    await harness.append(created(9, { id: id(2n ** 63n) }), created(1));
    await harness.append(created(9, { id: '01' as Snowflake }), created(2));
    await eventually('projected', async () => (await contents()).length === 2);
    expect(await metric(projector, 'skipped_total{reason="not_json"} 2')).toBe(true);
    expect(await metric(projector, 'skipped_total{reason="unknown_type"} 1')).toBe(true);
    expect(await metric(projector, 'skipped_total{reason="unstorable_id"} 2')).toBe(true);
    await isReady(projector);
  });

  it('the projector does not skip an event of a newer version', async () => {
    await harness.createLog();
    const projector = harness.project();
    const newer = { ...created(2), typeversion: 99 };
    await harness.append(created(1), newer, created(3));
    const detail = () => projector.health.report().checks.projection!.detail!;
    await eventually('stopped', () => /stopped: the event at 2 .*newer version/.test(detail()));
    expect(await contents()).toEqual([{ id: '1', content: 'message 1' }]);
    expect(await harness.rows('SELECT seq FROM checkpoints WHERE seq > 0')).toEqual([{ seq: '1' }]);
  });

  it('the projector parks only the events of a batch that cannot be written', async () => {
    await harness.createLog();
    const good = Array.from({ length: 40 }, (_, i) => created(i + 1));
    const refused = event('channel.synced', channel(200, { position: 2 ** 40 }));
    const garbled = created(99, { createdAt: 'yesterday' });
    const events = [...good.slice(0, 17), refused, ...good.slice(17), garbled];
    await harness.append(...events);
    const projector = harness.project();
    await harness.projected(events.length);
    expect(await contents()).toHaveLength(40);
    expect(await harness.rows('SELECT stream_seq, event_id, code FROM parked ORDER BY 1')).toEqual([
      { stream_seq: '18', event_id: refused.id, code: '22003' },
      { stream_seq: '42', event_id: garbled.id, code: 'RangeError' },
    ]);
    const [{ payload }] = (await harness.rows('SELECT payload FROM parked ORDER BY stream_seq')) as [
      { payload: string },
    ];
    expect(JSON.parse(payload)).toEqual(refused);
    await isReady(projector);
    const parked = () => projector.health.report().checks.parked;
    await eventually('2 parked', () => /^2 events parked, the first since 20/.test(parked()?.detail ?? ''));
    expect(parked()?.ok).toBe(true);
    expect(await metric(projector, 'parked 2')).toBe(true);
    expect(await projector.metrics.getSingleMetricAsString('relay_projector_parked_oldest_seconds')).toMatch(
      /_seconds (0\.\d*[1-9]|[1-9])/,
    );
  });

  it('the projector parks the followers of a parked event, also after a restart', async () => {
    await harness.createLog();
    const first = harness.project();
    await harness.append(created(1, { createdAt: 'yesterday' }), edited(1, 'a', AT), created(2));
    await harness.projected(3);
    await first.stop();
    harness.project();
    const [seq] = await harness.append(edited(1, 'b', AT), edited(2, 'c', AT), created(3));
    await harness.projected(seq! + 2);
    expect(await contents()).toEqual([
      { id: '2', content: 'c' },
      { id: '3', content: 'message 3' },
    ]);
    expect(await harness.rows('SELECT stream_seq, code, keys FROM parked ORDER BY 1')).toEqual([
      { stream_seq: '1', code: 'RangeError', keys: ['message:1'] },
      { stream_seq: '2', code: 'FOLLOWS', keys: ['message:1'] },
      { stream_seq: '4', code: 'FOLLOWS', keys: ['message:1'] },
    ]);
  });

  it('the projector stores text without the characters that Postgres cannot store', async () => {
    await harness.createLog();
    harness.project();
    const nasty = created(1, { content: 'a\0b\ud800c', embeds: [{ 'k\0': ['\0', '\udc00'] }] });
    const [seq] = await harness.append(nasty);
    await harness.projected(seq!);
    expect(await harness.rows('SELECT content, embeds FROM messages')).toEqual([
      { content: 'ab\ufffdc', embeds: [{ k: ['', '\ufffd'] }] },
    ]);
  });

  it('the projector announces the position of every guild on start, so that an unannounced change shows', async () => {
    await harness.createLog();
    const first = harness.project();
    const [seq, otherSeq] = await harness.append(created(1), created(2, inOther));
    await eventually('projected', async () => (await contents()).length === 2);
    await first.stop();
    const positions = await listen<GuildPosition>(positionSubject('*'));
    harness.project();
    await eventually('positions', () => positions.length >= 2);
    expect(positions).toEqual(
      expect.arrayContaining([
        { guildId: GUILD, seq },
        { guildId: OTHER_GUILD, seq: otherSeq },
      ]),
    );
  });

  it('the projector writes no changes for a long existing log, and continues the chains from its end', async () => {
    await harness.createLog();
    const seqs = await harness.append(...Array.from({ length: 1_200 }, (_, i) => created(i + 1)));
    const positions = await listen<GuildPosition>(positionSubject('*'));
    harness.project();
    const end = seqs.at(-1)!;
    await eventually('position', () => positions.some(({ seq }) => seq === end));
    expect(await harness.rows('SELECT seq FROM changes')).toEqual([]);
    const [seq] = await harness.append(created(9_999));
    await eventually(
      'the change is written',
      async () => (await harness.rows('SELECT seq FROM changes')).length > 0,
    );
    expect(await harness.rows('SELECT seq, prev, guild_prev FROM changes')).toEqual([
      { seq: String(seq), prev: String(end), guild_prev: String(end) },
    ]);
    expect(await contents()).toHaveLength(1_201);
  });

  it('the projector continues a first replay that another one began, without changes', async () => {
    await harness.createLog();
    const seqs = await harness.append(...Array.from({ length: 1_200 }, (_, i) => created(i + 1)));
    const end = seqs.at(-1)!;
    await harness.rows(`
      CREATE FUNCTION wait_a_little() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN NULL; END';
      CREATE TRIGGER slow AFTER INSERT ON messages FOR EACH STATEMENT EXECUTE FUNCTION wait_a_little()`);
    const checkpoint = async () =>
      Number((await harness.rows('SELECT max(seq) AS seq FROM checkpoints'))[0]!.seq);
    const first = harness.project({ owner: 'first', limits: { maxEvents: 50, maxBytes: 1_000_000 } });
    await eventually('the replay runs', async () => (await checkpoint()) >= seqs[99]!);
    await first.stop();
    expect(await checkpoint()).toBeLessThan(end);
    const positions = await listen<GuildPosition>(positionSubject('*'));
    harness.project({ owner: 'second' });
    await eventually('position', () => positions.some(({ seq }) => seq === end));
    expect(await harness.rows('SELECT seq FROM changes')).toEqual([]);
    const [seq] = await harness.append(created(9_999));
    await eventually('the change', async () => (await harness.rows('SELECT seq FROM changes')).length > 0);
    expect(await harness.rows('SELECT seq, prev, guild_prev FROM changes')).toEqual([
      { seq: String(seq), prev: String(end), guild_prev: String(end) },
    ]);
    expect(await contents()).toHaveLength(1_201);
  });

  it('the projector takes over partitions that another one releases or no longer renews, without losses', async () => {
    await harness.createLog();
    const first = harness.project({ owner: 'first', leaseMs: 1_000 });
    await isReady(first);
    const second = harness.project({ owner: 'second', leaseMs: 1_000 });
    await isReady(second);
    await harness.append(created(1), created(2, inOther));
    await eventually('projected', async () => (await contents()).length === 2);
    const owners = () => harness.rows('SELECT DISTINCT owner FROM checkpoints');
    await eventually('shared', async () => (await owners()).length === 2);
    await first.stop();
    await harness.append(created(3), edited(1, 'new', AT));
    await eventually('taken over', async () => (await contents()).length === 3);
    await eventually('all second’s', async () => (await owners()).every(({ owner }) => owner === 'second'));
    await harness.rows(`UPDATE checkpoints SET owner = 'third', epoch = epoch + 1, lease_until = now()`);
    await harness.append(created(4), created(5, inOther));
    await eventually('fenced off and claimed anew', async () => (await contents()).length === 5);
    expect(await harness.rows('SELECT count(*)::int, count(DISTINCT seq)::int AS seqs FROM changes')).toEqual(
      [{ count: 6, seqs: 6 }],
    );
  });

  it('the projector projects an event that is larger than the limit of a batch', async () => {
    await harness.createLog();
    harness.project({ limits: { maxEvents: 10, maxBytes: 4_096 } });
    const [seq] = await harness.append(created(1, { content: 'x'.repeat(900_000) }), created(2));
    await harness.projected(seq! + 1);
    expect(await harness.rows('SELECT length(content) AS length FROM messages ORDER BY id')).toEqual([
      { length: 900_000 },
      { length: 9 },
    ]);
  });

  it('the projector releases its partitions when it is stopped', async () => {
    await harness.createLog();
    const projector = harness.project();
    await isReady(projector);
    await projector.stop();
    expect(await harness.rows('SELECT owner, lease_until <= now() AS ended FROM checkpoints')).toEqual([
      { owner: null, ended: true },
      { owner: null, ended: true },
    ]);
  });
});
