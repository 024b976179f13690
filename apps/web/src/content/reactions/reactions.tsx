import type { WireReactionCount } from '@discord-relay/contracts';
import { useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { useContent } from '../context/content-context.js';
import { EmojiView } from './emoji-view.js';

interface ReactionsProps {
  messageId: string;
  reactions: readonly WireReactionCount[];
}

export function Reactions({ messageId, reactions }: ReactionsProps) {
  return (
    <ul className="reactions" aria-label={CONTENT_TEXTS.reactions.label}>
      {reactions.map((reaction) => (
        <li key={reaction.emoji.id ?? reaction.emoji.name}>
          <Reaction messageId={messageId} reaction={reaction} />
        </li>
      ))}
    </ul>
  );
}

/** The users are requested when the reader points at the reaction or focuses it. */
function Reaction({ messageId, reaction }: { messageId: string; reaction: WireReactionCount }) {
  const { locale, reactors } = useContent();
  const [names, setNames] = useState<readonly string[] | null>(null);
  const { emoji, count, burstCount } = reaction;
  const ask = () => {
    // If the request fails, only the count is shown.
    reactors?.(messageId, emoji).then(setNames, () => setNames(null));
  };
  const name = emoji.name ?? CONTENT_TEXTS.reactions.customEmoji;
  const label = CONTENT_TEXTS.reactions.count(name, count);
  const title = names && CONTENT_TEXTS.reactions.by(namesOf(names, count, locale), name);
  return (
    <button
      type="button"
      className={burstCount > 0 ? 'reaction reaction-burst' : 'reaction'}
      aria-label={title ?? label}
      title={title ?? undefined}
      onPointerEnter={ask}
      onFocus={ask}
    >
      <EmojiView emoji={emoji} />
      <span className="reaction-count">{count}</span>
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
