import { firstSnowflakeAt } from '@discord-relay/contracts';

/** Obviously invented places and people. */
export const GUILD_ID = '900000000000000001';
export const CHANNEL_ID = '900000000000000002';
export const THREAD_ID = '900000000000000003';
export const ADA = {
  id: '900000000000000010',
  name: 'ada',
  discriminator: '0000',
  nickname: 'Ada',
  color: null,
  isBot: false,
};

const FIRST_MS = Date.parse('2024-01-01T00:00:00Z');
const STEP_MS = 60_000;

/** The id of message n, one a minute. */
export const idOf = (n: number): string => firstSnowflakeAt(FIRST_MS + n * STEP_MS);
export const timeOf = (n: number): string => new Date(FIRST_MS + n * STEP_MS).toISOString();

/** A message as the present exporter writes it. */
export const exported = (n: number, fields: object = {}): Record<string, unknown> => ({
  id: idOf(n),
  type: 'Default',
  timestamp: timeOf(n).replace('.000Z', '+00:00'),
  timestampEdited: null,
  callEndedTimestamp: null,
  isPinned: false,
  content: `text ${n}`,
  author: { ...ADA, roles: [], avatarUrl: 'https://cdn.discordapp.com/embed/avatars/0.png' },
  attachments: [],
  embeds: [],
  stickers: [],
  reactions: [],
  mentions: [],
  inlineEmojis: [],
  ...fields,
});

export const CHANNEL = {
  id: CHANNEL_ID,
  type: 'GuildTextChat',
  categoryId: '900000000000000004',
  category: 'Old',
  name: 'archive',
  topic: 'what was',
};
export const GUILD = {
  id: GUILD_ID,
  name: 'Example',
  iconUrl: 'https://cdn.discordapp.com/embed/avatars/0.png',
};

/** The text of an export with these messages. */
export function exportText(messages: readonly object[], fields: object = {}): string {
  const head = {
    guild: GUILD,
    channel: CHANNEL,
    dateRange: { after: null, before: null },
    exportedAt: '2025-01-01T00:00:00.1234567+02:00',
    ...fields,
  };
  return JSON.stringify({ ...head, messages, messageCount: messages.length }, null, 2);
}
