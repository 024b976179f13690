import { jetstreamManager } from '@nats-io/jetstream';
import { EPHEMERAL_STREAM, eventSubject, partitionOf } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { readLog } from '../../apps/ingestor/src/testing/log-reader.js';
import { useIngestor } from '../support/stacks/ingestor-harness.js';

describe('ingestor', () => {
  const harness = useIngestor();
  const {
    startIngestor,
    connected,
    messageIdsInLog,
    expectLogToMatchLedger,
    shardOf,
    firstChannel,
    speak,
    speakTimes,
  } = harness;

  it('the ingestor records the life of a message: each event once, with the right subject, id and body', async () => {
    await connected(startIngestor());
    const channel = firstChannel();
    const { id } = speak('first');
    harness.sim.world.editMessage(channel.id, id, { content: 'second' });
    harness.sim.world.deleteMessage(channel.id, id);
    const more = speakTimes(2).map((message) => message.id);
    harness.sim.world.bulkDeleteMessages(channel.id, more);
    await until('the bulk deletion to be in the log', 5_000, async () =>
      (await messageIdsInLog()).at(-1)?.startsWith('message.bulk_deleted:') ? true : undefined,
    );
    const logged = (await readLog(harness.connection)).filter(({ event }) =>
      event.type.startsWith('message.'),
    );
    const place = { id, channelId: channel.id, guildId: channel.guildId };
    expect(logged.map(({ event }) => [event.type, event.data])).toEqual([
      ['message.created', expect.objectContaining({ ...place, content: 'first', editedAt: null })],
      [
        'message.updated',
        expect.objectContaining({ ...place, content: 'second', editedAt: expect.any(String) }),
      ],
      ['message.deleted', place],
      ['message.created', expect.objectContaining({ id: more[0] })],
      ['message.created', expect.objectContaining({ id: more[1] })],
      ['message.bulk_deleted', { ids: more, channelId: channel.id, guildId: channel.guildId }],
    ]);
    for (const { subject, messageId, contentType, traceparent, event } of logged) {
      expect(subject).toBe(eventSubject(event, 8));
      expect(subject).toContain(
        `discord.${partitionOf(channel.guildId, 8)}.${channel.guildId}.${channel.id}.`,
      );
      expect(messageId).toBe(event.id);
      expect(contentType).toBe('application/cloudevents+json');
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    }
  });

  it('the ingestor records Discord’s own messages with their type', async () => {
    await connected(startIngestor());
    const { guildId, id: channelId } = [...harness.sim.world.channels.values()].find(
      ({ type }) => type === 0,
    )!;
    const person = [...harness.sim.world.users.values()].find(({ bot }) => !bot)!.id;
    harness.sim.world.updateGuild(guildId, { systemChannelId: channelId });
    harness.sim.world.members.leave(guildId, person);
    harness.sim.world.members.join(guildId, person);
    harness.sim.world.system.boosted(guildId, person);
    const { id } = harness.sim.world.createMessage(channelId, { authorId: person, content: 'to be pinned' });
    harness.sim.world.pins.pin(channelId, id, person);
    const thread = harness.sim.world.threads.create(channelId, { name: 'aside', ownerId: person });
    const said = await until('the messages to be in the log', 10_000, async () => {
      const events = (await readLog(harness.connection)).map(({ event }) => event);
      const all = events.filter((event) => event.type === 'message.created').map(({ data }) => data);
      return all.length === 5 ? all : undefined;
    });
    const reference = { type: 'default', guildId };
    expect(said).toMatchObject([
      { messageType: 7, content: '', author: { id: person } },
      { messageType: 8, content: '' },
      { messageType: 0, content: 'to be pinned' },
      { messageType: 6, reference: { ...reference, channelId, messageId: id } },
      {
        messageType: 18,
        content: 'aside',
        reference: { ...reference, channelId: thread.id, messageId: null },
      },
    ]);
  });

  it('the ingestor records every guild with its channels when a session begins', async () => {
    await connected(startIngestor());
    const channels = [...harness.sim.world.channels.keys()].sort();
    const synced = async () => {
      const events = (await readLog(harness.connection)).map(({ event }) => event);
      return events.filter(({ type }) => type === 'channel.synced' || type === 'room.synced');
    };
    await until('the channels to be in the log', 5_000, async () =>
      (await synced()).length >= channels.length ? true : undefined,
    );
    expect((await synced()).map(({ data }) => (data as { id: string }).id).sort()).toEqual(channels);
    const events = (await readLog(harness.connection)).map(({ event }) => event);
    expect(events.filter(({ type }) => type === 'guild.synced')).toHaveLength(2);
  });

  it('the ingestor records only the configured guilds, and counts the rest', async () => {
    const [, other] = [...harness.sim.world.guilds.keys()];
    const running = startIngestor({ DISCORD_GUILD_ID: other! });
    await connected(running);
    speak('filtered');
    await until(
      'the message to be counted',
      5_000,
      async () =>
        (await running.metric('skipped_total', { reason: 'guild_filtered', type: 'MESSAGE_CREATE' })) ||
        undefined,
    );
    const guildIds = new Set((await readLog(harness.connection)).map(({ event }) => event.guildid));
    expect([...guildIds]).toEqual([other]);
  });

  describe('whatever a dispatch holds', () => {
    it('the ingestor skips and counts dispatches that it cannot use, and continues', async () => {
      const running = startIngestor();
      await connected(running);
      harness.sim.faults.dispatch('SOMETHING_NEW', { a: 1 });
      harness.sim.faults.dispatch('TYPING_START', { user_id: '1' });
      for (const d of [
        null,
        [],
        5,
        'x',
        { id: {} },
        { id: '1', channel_id: {}, guild_id: '3', author: null },
      ]) {
        harness.sim.faults.dispatch('MESSAGE_CREATE', d);
      }
      harness.sim.faults.raw('this is { no JSON');
      harness.sim.faults.raw('null');
      speak('after all that');
      await expectLogToMatchLedger();
      expect(await running.metric('skipped_total', { reason: 'unknown_dispatch', type: 'unknown' })).toBe(1);
      expect(await running.metric('skipped_total', { reason: 'not_recorded', type: 'TYPING_START' })).toBe(1);
      expect(await running.metric('skipped_total', { type: 'MESSAGE_CREATE' })).toBe(6);
      const [session] = harness.sim.gateway.sessions.all();
      await until('every sequence to be settled', 5_000, () =>
        shardOf(running).acknowledgedSequence === session!.seq ? true : undefined,
      );
    });

    it('the ingestor keeps HTML and SQL as text, and 4 MB of content up to its limit, which is counted', async () => {
      const running = startIngestor();
      await connected(running);
      const text = `<img src=x onerror=alert(1)>'; DROP TABLE messages; --`;
      speak(text);
      speak('x'.repeat(4_000_000));
      await expectLogToMatchLedger();
      const contents = (await readLog(harness.connection)).flatMap(({ event }) =>
        event.type === 'message.created' ? [event.data.content] : [],
      );
      expect(contents).toEqual([text, 'x'.repeat(16_384)]);
      expect(await running.metric('dropped_parts_total', { type: 'MESSAGE_CREATE' })).toBe(1);
    });

    it('the ingestor omits an event that is larger than the log accepts, counts it and settles it', async () => {
      const running = startIngestor();
      await connected(running);
      const { id: channelId, guildId } = firstChannel();
      const ids = Array.from({ length: 60_000 }, (_, i) => `1300000000000${100_000 + i}`);
      harness.sim.faults.dispatch('MESSAGE_DELETE_BULK', { ids, channel_id: channelId, guild_id: guildId });
      speak('after it');
      await expectLogToMatchLedger();
      expect(await running.metric('publish_too_large_total')).toBe(1);
    });
  });

  it('the ingestor keeps typing events for minutes, if configured, and never in the log', async () => {
    const running = startIngestor({ RECORD_TYPING: 'true' });
    await connected(running);
    const channel = [...harness.sim.world.channels.values()].find((each) =>
      harness.sim.world.takesMessages(each),
    )!;
    const user = [...harness.sim.world.users.values()].find((each) => !each.bot)!;
    await fetch(`${harness.sim.url}/_sim/channels/${channel.id}/typing`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: user.id }),
    }).then((response) => expect(response.ok).toBe(true));
    const { streams } = await jetstreamManager(harness.connection);
    const subject = `ephemeral.*.${channel.guildId}.${channel.id}.typing.started`;
    const typed = await until(
      'typing to be recorded',
      10_000,
      async () => (await streams.getMessage(EPHEMERAL_STREAM, { last_by_subj: subject })) ?? undefined,
    );
    expect(typed.json()).toMatchObject({ type: 'typing.started', data: { userId: user.id } });
    expect(
      (await readLog(harness.connection)).filter(({ event }) => event.type === 'typing.started'),
    ).toEqual([]);
  });
});
