import { type MessageBody, messageExtras } from '@discord-relay/contracts';
import { messageChange } from './announce.js';
import { createMessage } from './evolve.js';
import type { MessageFields, MessageRow } from '../shared/rows.js';

const embed = { title: 'Outage' };
const text = { type: 10, content: 'all that is said' };

/** Each has something that the others lack. */
const PARTS: Partial<MessageFields>[] = [
  {},
  { type: 19, reference: { type: 'default', messageId: '5', channelId: '6', guildId: '1' } as never },
  { reference: { type: 'forward', messageId: '5', channelId: '6', guildId: '1' } as never },
  { type: 7 },
  { flags: 32_768, components: [text] },
  { embeds: [embed] },
  { stickers: [{ id: '5', name: 'cat', formatType: 1 }] as never },
  { poll: { question: 'Q', answers: [], expiresAt: null, multiselect: false, results: null } },
  { webhook_id: '9' as never },
  { mentions: { users: ['7'], roles: [], channels: [], everyone: false } as never },
];

const rowOf = (parts: Partial<MessageFields>): MessageRow =>
  createMessage(
    undefined,
    {
      id: '10',
      channel_id: '2',
      guild_id: '1',
      author_id: '7',
      author_username: 'ada',
      author: null,
      content: 'hello',
      created_at: '2026-01-01T00:00:00.000Z',
      edited_at: null,
      type: 0,
      flags: 0,
      pinned: false,
      webhook_id: null,
      attachments: null,
      embeds: null,
      components: null,
      stickers: null,
      poll: null,
      mentions: null,
      reference: null,
      ...parts,
    } as MessageFields,
    1,
  )!.row;

describe('a message', () => {
  it.each(PARTS)('a message is announced live as it is in history: %j', (parts) => {
    const row = rowOf(parts);
    const {
      id,
      content,
      author,
      timestamp,
      editedTimestamp,
      pinned,
      revision,
      channelId,
      serverId,
      ...extras
    } = messageChange(undefined, row, null).body as MessageBody;
    const always = { editedTimestamp, pinned, revision };
    expect({ id, content, author, timestamp, ...always, channelId, serverId }).toEqual({
      id: '10',
      content: 'hello',
      author: { id: '7', username: 'ada' },
      timestamp: '2026-01-01T00:00:00.000Z',
      editedTimestamp: null,
      pinned: false,
      revision: 0,
      channelId: '2',
      serverId: '1',
    });
    expect(extras).toEqual(messageExtras({ ...row, webhookId: row.webhook_id }));
    expect(Object.keys(extras)).toHaveLength(
      Object.keys(parts).length + ('reference' in parts && parts.type === 19 ? 1 : 0),
    );
  });

  it('a message is announced with the components that an update changed', () => {
    const before = rowOf({ components: [text] });
    const components = [{ ...text, content: 'said anew' }];
    const patch = { id: before.id, channel_id: before.channel_id, guild_id: before.guild_id, components };
    const { body } = messageChange(before, { ...before, components }, patch as never);
    expect(body).toMatchObject({ id: '10', components });
  });
});
