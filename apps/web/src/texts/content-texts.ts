import type { NavigationTarget } from '../content/markdown/syntax.js';

const number = new Intl.NumberFormat('en');
const counted = (count: number, one: string, many: string): string =>
  `${number.format(count)} ${count === 1 ? one : many}`;

/** The English texts of message content. */
export const CONTENT_TEXTS = {
  edited: '(edited)',
  noText: 'No text in this message',
  thinking: 'The app is still working on its answer.',
  somebody: 'somebody',
  aMessage: 'a message',
  deleted: (count: number) => (count === 1 ? 'Message deleted' : `${number.format(count)} messages deleted`),
  /** In a replay: the message was there at that time. */
  deletedSince: (count: number) =>
    count === 1
      ? 'A message that was deleted since'
      : `${number.format(count)} messages that were deleted since`,
  notKnown: (count: number) =>
    count === 1
      ? 'A message whose content is not known'
      : `${number.format(count)} messages whose content is not known`,
  superseded: 'A later edit replaced this text. You may not read earlier versions.',
  skipped: (span: string) => `${span} without events skipped`,
  pinned: 'Pinned',
  spoiler: { label: 'Spoiler', show: 'Show spoiler', hide: 'Hide spoiler' },
  code: (language: string | null) => (language === null ? 'Code block' : `Code block, ${language}`),
  unknown: { user: 'unknown user', role: 'unknown role', channel: 'unknown channel' },
  unknownNotice: (type: number) => `{author} caused a notice of type ${type}. {content}`,
  navigation: {
    customize: 'Channels & Roles',
    browse: 'Browse Channels',
    guide: 'Server Guide',
    home: 'Server Guide',
    'linked-roles': 'Linked Roles',
  } satisfies Record<NavigationTarget, string>,
  author: { bot: 'App', webhook: 'Webhook' },
  embed: 'Embed',
  media: {
    missing: 'Not available now',
    openImage: 'Open image',
    openAt: (host: string) => `Open at ${host}`,
  },
  attachments: {
    label: 'Attachments',
    sound: (name: string) => `Sound: ${name}`,
    showText: 'Show text',
    hideText: 'Hide text',
    textFailed: 'The text could not be loaded.',
  },
  sticker: (name: string) => `Sticker: ${name}`,
  stickerLabel: 'Sticker:',
  poll: {
    noQuestion: 'A poll',
    one: 'One answer',
    many: 'Several answers',
    unknownVotes: 'Votes not known',
    votes: (count: number) => counted(count, 'vote', 'votes'),
    count: (count: number, percent: number) => `${counted(count, 'vote', 'votes')} (${percent}%)`,
    closed: 'Closed',
    open: 'Open',
    ends: 'Ends',
    ended: (question: string) => `The poll “${question}” has ended.`,
    mostVotes: (answers: readonly string[]) => `Most votes: ${answers.join(', ')}.`,
    winner: (answer: string) => `Winner: ${answer}`,
    noWinner: 'There is no winner.',
  },
  reactions: {
    label: 'Reactions',
    customEmoji: 'emoji',
    count: (emoji: string, count: number) => `${emoji}: ${counted(count, 'reaction', 'reactions')}`,
    by: (names: string, emoji: string) => `${names} reacted with ${emoji}`,
    others: (count: number) => counted(count, 'other', 'others'),
  },
  reply: {
    label: 'In reply to',
    noText: 'A message without text',
    'not-loaded': 'Open the message that this one answers',
    deleted: 'The message that this one answers was deleted',
    missing: 'The message that this one answers was deleted, or was never recorded',
    forbidden: 'The message that this one answers is not visible to you',
    elsewhere: 'The message that this one answers is not in this file',
  },
  forward: {
    label: 'Forwarded message',
    from: 'From',
    elsewhere: 'From a place that is not visible to you',
    deleted: '(deleted since)',
  },
  components: {
    gallery: 'Images',
    select: 'Select',
    options: (count: number) => counted(count, 'option', 'options'),
    inert: 'Works in Discord only',
    unknown: 'A component of a kind that is not known here',
  },
  history: {
    show: 'Show earlier versions',
    hide: 'Hide earlier versions',
    label: 'Earlier versions',
    original: 'First version',
    failed: 'The earlier versions could not be loaded.',
  },
  gap: {
    label: 'Gap',
    range: (from: string, to: string) => `Not observed from ${from} to ${to}`,
    notKept: (from: string, to: string) => `No longer kept in the log: ${from} to ${to}`,
    since: (from: string) => `Not observed since ${from}`,
    recovered: (messages: number) => `${counted(messages, 'message', 'messages')} recovered`,
    deletions: (count: number) => `${counted(count, 'deletion', 'deletions')} inferred`,
    inServer: (found: string) => `in the whole server ${found}`,
  },
};
