import type { WireReactionCount } from '@discord-relay/contracts';
import { useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { type MessagePlace, useContent } from '../context/content-context.js';
import { EmojiView } from './emoji-view.js';

interface ReactionsProps {
  message: MessagePlace;
  reactions: readonly WireReactionCount[];
}

export function Reactions({ message, reactions }: ReactionsProps) {
  const content = useContent();
  return (
    <ul className="reactions" aria-label={CONTENT_TEXTS.reactions.label}>
      {reactions.map((reaction) => (
        <li key={reaction.emoji.id ?? reaction.emoji.name}>
          {content.static ? (
            <StaticReaction reaction={reaction} />
          ) : (
            <Reaction message={message} reaction={reaction} />
          )}
        </li>
      ))}
    </ul>
  );
}

const classOf = ({ burstCount }: WireReactionCount): string =>
  burstCount > 0 ? 'reaction reaction-burst' : 'reaction';

const labelOf = ({ emoji, count }: WireReactionCount): string =>
  CONTENT_TEXTS.reactions.count(emoji.name ?? CONTENT_TEXTS.reactions.customEmoji, count);

const StaticReaction = ({ reaction }: { reaction: WireReactionCount }) => (
  <span className={classOf(reaction)} role="img" aria-label={labelOf(reaction)}>
    <ReactionContent reaction={reaction} />
  </span>
);

const ReactionContent = ({ reaction: { emoji, count } }: { reaction: WireReactionCount }) => (
  <>
    <EmojiView emoji={emoji} />
    <span className="reaction-count">{count}</span>
  </>
);

/** The users are requested whenever the reader points at the reaction, focuses or presses it. */
function Reaction({ message, reaction }: { message: MessagePlace; reaction: WireReactionCount }) {
  const { locale, reactors } = useContent();
  const [names, setNames] = useState<readonly string[] | null>(null);
  const { emoji, count } = reaction;
  const request = () => {
    // If the request fails, only the count is shown.
    reactors?.(message, emoji).then(setNames, () => setNames(null));
  };
  const name = emoji.name ?? CONTENT_TEXTS.reactions.customEmoji;
  const title = names && CONTENT_TEXTS.reactions.by(namesOf(names, count, locale), name);
  return (
    <button
      type="button"
      className={classOf(reaction)}
      aria-label={title ?? labelOf(reaction)}
      title={title ?? undefined}
      onPointerEnter={request}
      onFocus={request}
      onClick={request}
    >
      <ReactionContent reaction={reaction} />
    </button>
  );
}

const MOST_NAMES = 10;

function namesOf(names: readonly string[], count: number, locale: string | undefined): string {
  const shown = names.slice(0, MOST_NAMES);
  const others = count - shown.length;
  const all = others > 0 ? [...shown, CONTENT_TEXTS.reactions.others(others)] : shown;
  return new Intl.ListFormat(locale).format(all);
}
