import { isDeepStrictEqual } from 'node:util';
import type { ListDiff, RestAsOf, RestChannelDiff, RestGuildDiff } from '@discord-relay/contracts';
import { shorten } from '@discord-relay/platform';
import { escapeControls } from './escape-controls.js';
import { gapLines, messageLine } from './format-messages.js';

/** Maximum length of a value; `--json` has all of it. */
const MAX_VALUE_CHARS = 120;

/** A line for each thing that changed, with the fields that differ. */
export function formatGuildDiff(diff: RestGuildDiff): string {
  const { from, to, server, channels, roles, rooms, members, next } = diff;
  const changes = [
    ...(server ? [changeLine('server', server.after.id, server)] : []),
    ...listLines('channel', channels, ({ id, name }) => `${id}  ${name}`),
    ...listLines('role', roles, ({ id, name }) => `${id}  ${name}`),
    ...listLines('room', rooms, ({ channelId, name }) => `${channelId}  ${name}`),
    ...listLines('member', members, ({ userId, username }) => `${userId}  ${username ?? ''}`),
  ];
  return report({ from, to, next }, changes);
}

/** A line for each message that was created, changed or deleted. */
export function formatChannelDiff({ created, changed, deleted, from, to, next }: RestChannelDiff): string {
  return report({ from, to, next }, [
    ...created.map((message) => `message created  ${messageLine(message)}`),
    ...changed.map((change) => changeLine('message', change.after.id, change)),
    ...deleted.map(({ id, timestamp }) => `message deleted  ${id}  ${timestamp}`),
  ]);
}

function report(
  { from, to, next }: { from: RestAsOf; to: RestAsOf; next: string | null },
  changes: readonly string[],
): string {
  return [
    `from sequence ${from.seq} to sequence ${to.seq}`,
    ...(changes.length === 0 ? ['nothing changed'] : changes),
    ...new Set([...gapLines(from), ...gapLines(to)]),
    ...(next === null ? [] : [`more: --after ${next}`]),
  ].join('\n');
}

const listLines = <Item extends object>(
  what: string,
  { added, removed, changed }: ListDiff<Item>,
  nameOf: (item: Item) => string,
): string[] => [
  ...added.map((item) => escapeControls(`${what} added  ${nameOf(item)}`)),
  ...removed.map((item) => escapeControls(`${what} removed  ${nameOf(item)}`)),
  ...changed.map((change) => changeLine(what, nameOf(change.after), change)),
];

/** `seq` is the position of the event that changed the thing, not a property of it. */
function changeLine<Item extends object>(
  what: string,
  name: string,
  { before, after }: { before: Item; after: Item },
): string {
  const [old, current] = [before, after] as Record<string, unknown>[];
  const names = [...new Set([...Object.keys(old!), ...Object.keys(current!)])];
  const fields = names
    .filter((field) => field !== 'seq' && !isDeepStrictEqual(old![field], current![field]))
    .map((field) => `${field}: ${valueText(old![field])} -> ${valueText(current![field])}`);
  return escapeControls(`${what} changed  ${name}  ${fields.join('; ')}`);
}

const valueText = (value: unknown): string =>
  value === undefined ? 'absent' : shorten(JSON.stringify(value), MAX_VALUE_CHARS);
