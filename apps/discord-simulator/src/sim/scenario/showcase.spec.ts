import { AttachmentLinks } from '../../state/channels/attachment-links.js';
import { epochMs, World } from '../../state/world.js';
import { messagePayload } from '../../payloads/message-payload.js';
import { createInitialWorld } from './initial-world.js';
import { writeShowcase } from './showcase.js';

it('writes messages by existing users, with an answer, an embed, components, reactions, an edit and a system message', () => {
  const world = new World(100, new AttachmentLinks(1, 60_000));
  createInitialWorld(world, { seed: 1, guilds: 1, historyPerChannel: 0 });
  const [channelId] = world.channels.keys();
  writeShowcase(world, channelId!, epochMs());
  const payloads = world
    .history(channelId!)
    .all()
    .map((message) => messagePayload(world, message));
  const has = (key: string) => payloads.some((payload) => JSON.stringify(payload).includes(key));
  for (const part of [
    '```ts',
    '```ansi',
    '||',
    '<t:',
    '"embeds":[{',
    '"components":[{',
    '"reactions":[{',
    '"message_reference":{',
  ])
    expect([part, has(part)]).toEqual([part, true]);
  expect(payloads.some(({ edited_timestamp: edited }) => edited !== null)).toBe(true);
  expect(payloads.some(({ type }) => type === 8)).toBe(true);
});
