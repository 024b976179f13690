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
  return (
    <ul className="reactions" aria-label={CONTENT_TEXTS.reactions.label}>
      {reactions.map((reaction) => (
        <li key={reaction.emoji.id ?? reaction.emoji.name}>
          <Reaction message={message} reaction={reaction} />
        </li>
      ))}
    </ul>
  );
}

/** The users are requested whenever the reader points at the reaction, focuses or presses it. */
function Reaction({ message, reaction }: { message: MessagePlace; reaction: WireReactionCount }) {
  const { locale, reactors } = useContent();
  const [names, setNames] = useState<readonly string[] | null>(null);
  const { emoji, count, burstCount } = reaction;
  const request = () => {
    // If the request fails, only the count is shown.
    reactors?.(message, emoji).then(setNames, () => setNames(null));
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
      onPointerEnter={request}
      onFocus={request}
      onClick={request}
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
