import {
  compareSnowflakes,
  type MessageBody,
  type MessageUpdateBody,
  type Positioned,
  type Redaction,
  type Replayable,
  type RestMessagePage,
  type Snowflake,
  type WireHistoryMessage,
} from '@discord-relay/contracts';

/** An event without the mark of its replay, as the list of messages takes it. */
export function withoutMark<T extends object>({ replay: _, ...event }: Replayable<T>): Omit<T, 'replay'> {
  return event as Omit<T, 'replay'>;
}

type Past<T> = T & { redacted?: Redaction };

/** A message as it was; if its content is withheld, with the reason. */
export function pastMessage(event: Replayable<MessageBody & Positioned>): Past<MessageBody & Positioned> {
  const redacted = event.replay?.redacted;
  return { ...(withoutMark(event) as MessageBody & Positioned), ...(redacted && { redacted }) };
}

/** What is left of a message whose content is withheld. */
const WITHHELD = { content: '', attachments: [], embeds: [], components: [], stickers: [] };

/** A change; if the content that it brought is withheld, so is the one before. */
export function pastUpdate(
  event: Replayable<MessageUpdateBody & Positioned>,
): Past<MessageUpdateBody & Positioned> {
  const redacted = event.replay?.redacted;
  const update = withoutMark(event) as MessageUpdateBody & Positioned;
  return redacted ? { ...update, ...WITHHELD, redacted } : update;
}

/** The messages of a page of the past, with tombstones for those that were deleted since, as in a snapshot. */
export function pastPage(
  { messages, seq, asOf }: RestMessagePage,
  place: { channelId: Snowflake; serverId: Snowflake },
): WireHistoryMessage[] {
  const gone = (asOf?.deleted ?? []).map(({ id, timestamp }): WireHistoryMessage => ({
    ...{ ...place, id, timestamp, seq, content: '', editedTimestamp: null, pinned: null, revision: 0 },
    author: { id: '0' as Snowflake, username: '' },
    redacted: 'deleted',
  }));
  return [...messages, ...gone].sort((a, b) => compareSnowflakes(a.id, b.id));
}
