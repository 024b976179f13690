import type { WireEmoji } from '@discord-relay/contracts';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { CustomEmoji } from '../markdown-view/custom-emoji.js';

/** A Unicode emoji as text, a guild's own as an image. */
export function EmojiView({
  emoji: { id, name, animated = false },
}: {
  emoji: WireEmoji & { animated?: boolean };
}) {
  if (id === null) return <span className="emoji-text">{name}</span>;
  return <CustomEmoji id={id} name={name ?? CONTENT_TEXTS.reactions.customEmoji} animated={animated} />;
}
