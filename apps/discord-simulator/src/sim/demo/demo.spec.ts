import { AttachmentLinks } from '../../state/channels/attachment-links.js';
import type { FactKind } from '../../state/model/facts.js';
import { World } from '../../state/world.js';
import { channelPayload } from '../../payloads/channel-payload.js';
import { messagePayload } from '../../payloads/message-payload.js';
import { createInitialWorld } from '../scenario/initial-world.js';
import { Demo } from './demo.js';
import { writeDemoHistory } from './demo-history.js';
import { picture, PICTURES } from './pictures.js';
import { supportForumOf } from './setting.js';

const emptyWorld = (): World => {
  const world = new World(1_000, new AttachmentLinks(1, 60_000));
  createInitialWorld(world, { seed: 1, guilds: 1, historyPerChannel: 0 });
  return world;
};
const messagesOf = (world: World) =>
  [...world.guilds.keys()]
    .flatMap((guildId) => world.textChannelsOf(guildId))
    .flatMap(({ id }) => world.history(id).all())
    .map((message) => messagePayload(world, message));

it('the history of two days contains everything that the page can show, and nothing is dispatched', () => {
  const world = emptyWorld();
  const origins = new Set<string>();
  world.onFact(({ origin }) => origins.add(origin));
  writeDemoHistory(world, 1);
  const payloads = messagesOf(world).map((payload) => JSON.stringify(payload));
  const parts = [
    ...['```ts', '```ansi', '||', '<t:', '<@', '<@&', '<#', '"webhook_id"', '"poll":{"question"'],
    ...['"embeds":[{', '"components":[{', '"reactions":[{', '"message_reference":{', '"sticker_items":[{'],
    ...[
      'שלום',
      'تهانينا',
      '"attachment_id":"',
      '"content_type":"image/png"',
      '"pinned":true',
      '"answer_counts":[{',
    ],
  ];
  for (const part of parts)
    expect([part, payloads.some((each) => each.includes(part))]).toEqual([part, true]);
  expect(payloads.some((each) => each.includes('"edited_timestamp":"'))).toBe(true);
  expect(payloads.join('\n')).not.toMatch(/\{[#@&]\w+\}|attachment:/);
  expect([...origins]).toEqual(['history']);
});

it('the demo plays forever: questions, rooms, votes, deletions, and raids that end with bans in the audit log', () => {
  const world = emptyWorld();
  const demo = new Demo(world, 3);
  const kinds = new Map<FactKind, number>();
  world.onFact(({ kind }) => kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  const possible = Array.from({ length: 3000 }, () => demo.step());
  expect(possible.every(Boolean)).toBe(true);
  const required = [
    ...['thread.created', 'thread.updated', 'poll.vote_added', 'message.deleted', 'message.bulk_deleted'],
    ...['voice.joined', 'voice.left', 'member.joined', 'ban.added', 'audit.logged', 'message.updated'],
  ] as const;
  expect(required.filter((kind) => !kinds.has(kind))).toEqual([]);
  expect(kinds.get('ban.added')).toBe(kinds.get('audit.logged'));
  const [guildId = ''] = world.guilds.keys();
  const spam = messagesOf(world).filter(({ content }) => content.includes('free-kites'));
  // Only a raid that is still in progress has messages left.
  expect(spam.length).toBeLessThan(8);
  expect(world.members.bans(guildId).size).toBeGreaterThan(20);
});

it('the demo continues after somebody deleted its channels, and counts what was not possible', () => {
  const world = emptyWorld();
  const demo = new Demo(world, 3);
  for (let i = 0; i < 200; i++) demo.step();
  const [guildId = ''] = world.guilds.keys();
  for (const { id, name } of world.channelsOf(guildId)) if (name !== 'general') world.deleteChannel(id);
  expect(supportForumOf(world, guildId)).toBeUndefined();
  const possible = Array.from({ length: 400 }, () => demo.step());
  expect(possible.filter(Boolean).length).toBeGreaterThan(200);
});

it('pictures are PNG files of a size that a state file can hold', () => {
  for (const name of PICTURES) {
    const bytes = Buffer.from(picture(name), 'base64');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.length).toBeLessThan(120_000);
  }
});

it('the tags of the support forum have emoji', () => {
  const world = emptyWorld();
  new Demo(world, 1);
  const [guildId = ''] = world.guilds.keys();
  const payload = channelPayload(supportForumOf(world, guildId)!);
  expect(payload).toMatchObject({
    available_tags: expect.arrayContaining([expect.objectContaining({ emoji_name: '✅' })]),
  });
});
