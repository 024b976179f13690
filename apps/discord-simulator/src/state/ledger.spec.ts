import { Ledger } from './ledger.js';
import { World } from './world.js';

const worldWith = (ledger: Ledger): World => {
  const world = new World(100);
  world.onFact((fact) => void ledger.record(fact));
  world.createUser('the-bot', { bot: true });
  return world;
};

describe('ledger', () => {
  it('the ledger records every fact of a channel and its messages, in order, with revisions', () => {
    const ledger = new Ledger(100);
    const world = worldWith(ledger);
    const author = world.createUser('someone');
    const guild = world.createGuild('Somewhere');
    const channel = world.createChannel(guild.id, { name: 'talk' });
    const say = (content: string) => world.createMessage(channel.id, { authorId: author.id, content });
    const first = say('hello');
    world.editMessage(channel.id, first.id, { content: 'hello!' });
    const others = [say('a'), say('b')].map(({ id }) => id);
    world.deleteMessage(channel.id, first.id);
    world.bulkDeleteMessages(channel.id, [...others, '1']);
    const entries = ledger.page(0, 100);
    expect(entries.map(({ index, kind }) => `${index} ${kind}`)).toEqual([
      '1 guild.created',
      '2 channel.created',
      '3 message.created',
      '4 message.updated',
      '5 message.created',
      '6 message.created',
      '7 message.deleted',
      '8 message.bulk_deleted',
    ]);
    expect(entries[2]).toMatchObject({
      guildId: guild.id,
      channelId: channel.id,
      messageId: first.id,
      editedTimestamp: null,
    });
    expect(entries[2]?.contentHash).toBe('2cf24dba5fb0a30e');
    expect(entries[3]?.editedTimestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
    expect(entries[7]).toMatchObject({ messageId: null, messageIds: others });
    expect(entries.every((entry) => entry.origin === 'live')).toBe(true);
  });

  it('the ledger distinguishes history from dispatched facts', () => {
    const ledger = new Ledger(100);
    const world = worldWith(ledger);
    const guild = world.asHistory(1_700_000_000_000, () => world.createGuild('Old'));
    world.updateGuild(guild.id, { name: 'New' });
    expect(ledger.summary().counts).toEqual({
      history: { 'guild.created': 1 },
      live: { 'guild.updated': 1 },
    });
    expect(ledger.page(0, 1)[0]).toMatchObject({ atMs: 1_700_000_000_000, origin: 'history' });
  });

  it('the ledger stays within its limit, and its pages start at the oldest stored entry', () => {
    const ledger = new Ledger(10);
    const world = worldWith(ledger);
    const guild = world.createGuild('Busy');
    for (let i = 0; i < 99; i++) world.updateGuild(guild.id, { name: `Busy ${i}` });
    const { firstIndex, lastIndex, kept } = ledger.summary();
    expect({ lastIndex, kept: lastIndex - firstIndex + 1 }).toEqual({ lastIndex: 100, kept });
    expect(kept).toBeLessThanOrEqual(11);
    expect(ledger.page(98, 5).map(({ index }) => index)).toEqual([99, 100]);
    expect(ledger.page(0, 2).map(({ index }) => index)).toEqual([firstIndex, firstIndex + 1]);
  });
});
