import {
  compareSnowflakes,
  type RestAsOf,
  type RestMessagePage,
  type Snowflake,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import { escapeControls } from './escape-controls.js';

/** A line for each message, oldest first, then the point that was read and its gaps. */
export function formatMessages({ messages, asOf }: RestMessagePage): string {
  const { deleted = [], unknown = [] } = asOf ?? {};
  const lines = [
    ...messages.map((message) => ({ id: message.id, line: messageLine(message) })),
    ...deleted.map(({ id, timestamp }) => ({ id, line: `${id}  ${timestamp}  [deleted since]` })),
    ...unknown.map(({ id, timestamp }) => ({ id, line: `${id}  ${timestamp}  [text of then not known]` })),
  ].sort(byId);
  const shown = lines.length === 0 ? ['no messages'] : lines.map(({ line }) => line);
  return [...shown, ...(asOf ? [pointLine(asOf), ...gapLines(asOf)] : [])].join('\n');
}

/** Id, time, author, text, and what the text does not show. */
export function messageLine(message: WireHistoryMessage): string {
  const { id, timestamp, author, content, redacted, editedTimestamp, pinned, attachments, embeds } = message;
  const marks = [
    ...(redacted ? [redacted] : []),
    ...(editedTimestamp === null ? [] : ['edited']),
    ...(pinned ? ['pinned'] : []),
    ...(attachments?.length ? [`${attachments.length} attachments`] : []),
    ...(embeds?.length ? [`${embeds.length} embeds`] : []),
  ];
  const name = author.username || author.id;
  const parts = [id, timestamp, name, content, marks.length > 0 ? `[${marks.join(', ')}]` : ''];
  return escapeControls(parts.filter((part) => part !== '').join('  '));
}

const pointLine = ({ seq, time }: RestAsOf): string =>
  `as of sequence ${seq}${time === null ? '' : `, the time ${time}`}`;

/** What may be missing at a point. */
export const gapLines = ({ gaps }: Pick<RestAsOf, 'gaps'>): string[] =>
  gaps.map(
    ({ from, to, cause }) =>
      `gap: events may be missing from ${from ?? 'an unknown time'} to ${to ?? 'an unknown time'} (${cause})`,
  );

const byId = (a: { id: Snowflake }, b: { id: Snowflake }): number => compareSnowflakes(a.id, b.id);
