import type { Random } from '@discord-relay/local-stack';

type Rule = Readonly<Record<string, unknown>>;

const MESSAGES = '/channels/*/messages';
const REACTIONS = '/channels/*/messages/*/reactions/*';

/** Responses that are not Discord's, or that Discord gives about one item only; all are temporary. */
const RULES: readonly Rule[] = [
  { path: MESSAGES, status: 404, body: { error: 'no route' } },
  { path: MESSAGES, status: 502, text: '<h1>Bad Gateway</h1>', headers: { 'content-type': 'text/html' } },
  { path: MESSAGES, status: 200, body: { messages: [] } },
  { path: MESSAGES, status: 200, text: '<h1>Welcome</h1>' },
  { path: MESSAGES, hangUp: true },
  { path: MESSAGES, query: 'after=', edits: { reverse: true } },
  { path: MESSAGES, edits: { omit: ['*.attachments', '*.embeds', '*.mentions'] } },
  { path: REACTIONS, status: 404, body: { code: 10_008, message: 'Unknown Message' } },
  { path: REACTIONS, status: 400, body: { code: 10_014, message: 'Unknown Emoji' } },
  { path: REACTIONS, status: 403, body: { code: 50_001, message: 'Missing Access' } },
  { path: '/guilds/*', edits: { omit: ['roles'] } },
  { path: '/guilds/*/channels', status: 403, text: 'forbidden' },
  { path: '/guilds/*/channels', edits: { omit: ['*.permission_overwrites'] } },
  { path: '/guilds/*/threads/active', status: 200, body: [] },
  { path: '/channels/*/threads/archived/public', status: 404, text: 'not found' },
  { path: '/users/@me', status: 200, text: '' },
];

/** Discord's response about the reactions to one message, on every request. */
const REFUSALS: readonly Rule[] = [
  { status: 404, body: { code: 10_008, message: 'Unknown Message' } },
  { status: 400, body: { code: 10_014, message: 'Unknown Emoji' } },
  { status: 403, body: { code: 50_013, message: 'Missing Permissions' } },
  { status: 400, body: { code: 50_035, message: 'Invalid Form Body' } },
];

/** The reactions to a message are never returned. */
export const lastingRefusal = (random: Random, channelId: string, messageId: string): Rule => ({
  method: 'GET',
  path: `/channels/${channelId}/messages/${messageId}/reactions/**`,
  ...random.pick(REFUSALS),
});

/** One of the faults, for the next request or a few. */
export const restFault = (random: Random): Rule => ({
  method: 'GET',
  ...random.pick(RULES),
  times: random.between(1, 3),
});
