import type { MessageExtras, WireHistoryMessage } from '@discord-relay/contracts';
import { memo, type ReactNode } from 'react';
import { CONTENT_TEXTS } from '../texts/content-texts.js';
import { Attachments } from './attachments/attachments.js';
import { ComponentsView } from './components/components-view.js';
import { EmbedView } from './embeds/embed-view.js';
import { EditedMark } from './history/edited-mark.js';
import { Markdown } from './markdown-view/markdown.js';
import { PollView } from './polls/poll-view.js';
import { Reactions } from './reactions/reactions.js';
import { ForwardNote } from './references/forward-note.js';
import { ReplyLine } from './references/reply-line.js';
import { Stickers } from './stickers/stickers.js';
import { SystemMessage } from './system/system-message.js';
import { isNotice } from './system/message-types.js';

/** Discord's message flags. */
const SUPPRESS_EMBEDS = 1 << 2;
const LOADING = 1 << 7;
const COMPONENTS_V2 = 1 << 15;

/** Some system messages have their details in an embed; others contain them in their text. */
const AUTO_MODERATION = 24;

/** `pinned` if it is known: live events and snapshots do not contain it. */
type ShownMessage = WireHistoryMessage & { pinned?: boolean | null };

/** The content of a message, below its author's name. Names and addresses come from `ContentContext`. */
export const MessageBody = memo(function MessageBody({ message }: { message: ShownMessage }) {
  const { type, reactions, pinned } = message;
  const isSaidByDiscord = isNotice(message);
  return (
    <div className="message-body">
      {isSaidByDiscord ? <SystemMessage message={message} /> : <UserMessage message={message} />}
      {(!isSaidByDiscord || type === AUTO_MODERATION) && <Extras message={message} />}
      {pinned === true && <div className="pin-mark">{CONTENT_TEXTS.pinned}</div>}
      {reactions && reactions.length > 0 && <Reactions message={message} reactions={reactions} />}
    </div>
  );
});

function UserMessage({ message }: { message: WireHistoryMessage }) {
  const { content, editedTimestamp, reference, replyTo, redacted } = message;
  const after = editedTimestamp === null ? null : <EditedMark message={message} editedAt={editedTimestamp} />;
  return (
    <>
      {replyTo && <ReplyLine {...replyTo} />}
      {redacted === undefined ? (
        <Words content={content} message={message} after={after} />
      ) : (
        <span className="muted">{CONTENT_TEXTS.superseded}</span>
      )}
      {reference?.type === 'forward' && <ForwardNote reference={reference} />}
    </>
  );
}

interface WordsProps {
  content: string;
  message: WireHistoryMessage;
  after: ReactNode;
}

function Words({ content, message, after }: WordsProps) {
  if (content !== '') return <Markdown text={content} after={after} />;
  if (hasFlag(message, LOADING)) return <span className="muted">{CONTENT_TEXTS.thinking}</span>;
  if (hasMoreThanText(message)) return after;
  return (
    <>
      <span className="muted">{CONTENT_TEXTS.noText}</span>
      {after}
    </>
  );
}

/** Whether there is something besides the text. */
const hasMoreThanText = ({
  attachments,
  embeds,
  components,
  stickers,
  poll,
  reference,
}: MessageExtras): boolean =>
  [attachments, embeds, components, stickers].some((list) => list && list.length > 0) ||
  poll !== undefined ||
  reference?.type === 'forward';

function Extras({ message }: { message: WireHistoryMessage }) {
  const { id, attachments = NONE, embeds = NONE, components = NONE, stickers = NONE, poll } = message;
  // Components V2 show the attachments themselves.
  const isV2 = hasFlag(message, COMPONENTS_V2);
  return (
    <>
      {attachments.length > 0 && !isV2 && <Attachments messageId={id} attachments={attachments} />}
      {!hasFlag(message, SUPPRESS_EMBEDS) &&
        embeds.map((embed, index) => <EmbedView key={index} source={embed} />)}
      {stickers.length > 0 && <Stickers stickers={stickers} />}
      {poll && <PollView poll={poll} />}
      {components.length > 0 && (
        <ComponentsView messageId={id} components={components} attachments={attachments} />
      )}
    </>
  );
}

const NONE: readonly never[] = [];

const hasFlag = ({ flags = 0 }: MessageExtras, flag: number): boolean => (flags & flag) !== 0;
