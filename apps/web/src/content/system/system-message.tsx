import type { WireAuthor, WireHistoryMessage } from '@discord-relay/contracts';
import type { ReactNode } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { Name } from '../../ui/name.js';
import { useAuthorName } from '../author/author-head.js';
import { useContent } from '../context/content-context.js';
import { InternalLink } from '../markdown-view/internal-link.js';
import { textAt } from '../context/json.js';
import { formatTimestamp } from '../markdown-view/timestamps.js';
import { ChannelMention, UserMention } from '../markdown-view/mentions.js';
import { SYSTEM_WORDS } from '../../texts/system-texts.js';

/** A system message in words. A type that Discord added later is shown by its number. */
export function SystemMessage({ message }: { message: WireHistoryMessage }) {
  const words = SYSTEM_WORDS[message.type ?? 0] ?? CONTENT_TEXTS.unknownNotice(message.type ?? 0);
  return (
    <div className="system-message">
      {words.split(/(\{\w+\})/).map((part, index) => (
        <Part key={index} part={part} message={message} />
      ))}
      <NoticeTime timestamp={message.timestamp} />
    </div>
  );
}

function NoticeTime({ timestamp }: { timestamp: string }) {
  const reader = useContent();
  const date = new Date(timestamp);
  return (
    <time className="message-time" dateTime={timestamp} title={formatTimestamp(date, 'F', reader)}>
      {formatTimestamp(date, 't', reader)}
    </time>
  );
}

function Part({ part, message }: { part: string; message: WireHistoryMessage }): ReactNode {
  switch (part) {
    case '{author}':
      return <Author author={message.author} />;
    case '{content}':
      return <Name of={message.content} />;
    case '{mention}':
      return <Mentioned ids={message.mentions?.users ?? []} />;
    case '{message}':
      return <ReferencedLink message={message} />;
    case '{channel}':
      return <StartedThread message={message} />;
    case '{poll}':
      return <PollOutcome message={message} />;
    default:
      return part;
  }
}

function Author({ author }: { author: WireAuthor }) {
  const name = useAuthorName(author);
  return (
    <strong>
      <Name of={name} />
    </strong>
  );
}

const Mentioned = ({ ids: [id] }: { ids: readonly string[] }) =>
  id === undefined ? CONTENT_TEXTS.somebody : <UserMention id={id} />;

function ReferencedLink({ message: { reference } }: { message: WireHistoryMessage }) {
  const { messageHref } = useContent();
  const { channelId, messageId } = reference ?? {};
  const href = channelId && messageId ? messageHref(channelId, messageId) : null;
  return href === null ? (
    CONTENT_TEXTS.aMessage
  ) : (
    <InternalLink href={href}>{CONTENT_TEXTS.aMessage}</InternalLink>
  );
}

function StartedThread({ message: { reference, content } }: { message: WireHistoryMessage }) {
  const { channel } = useContent();
  const id = reference?.channelId;
  return id && channel(id) ? <ChannelMention id={id} /> : <Name of={content} />;
}

/** Discord puts the outcome into the fields of an embed. */
function PollOutcome({ message: { embeds } }: { message: WireHistoryMessage }) {
  const embed = embeds?.find((each) => textAt(each, 'type') === 'poll_result');
  const fields = new Map(
    (Array.isArray(embed?.fields) ? embed.fields : []).flatMap((field) => {
      const isObject = typeof field === 'object' && field !== null && !Array.isArray(field);
      return isObject ? [[textAt(field, 'name'), textAt(field, 'value')]] : [];
    }),
  );
  const winner = fields.get('victor_answer_text');
  const question = fields.get('poll_question_text');
  return (
    <>
      {question !== undefined && <Name of={`${question} `} />}
      {winner === undefined ? CONTENT_TEXTS.poll.noWinner : <Name of={CONTENT_TEXTS.poll.winner(winner)} />}
    </>
  );
}
