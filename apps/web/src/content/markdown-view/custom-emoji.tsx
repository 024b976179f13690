import { useState } from 'react';
import { useContent } from '../context/content-context.js';
import { emojiUrl } from '../context/cdn.js';
import { useReducedMotion } from './use-reduced-motion.js';

interface CustomEmojiProps {
  id: string;
  name: string;
  animated: boolean;
}

/** A guild's own emoji; its name if the image may not or cannot be loaded. */
export function CustomEmoji({ id, name, animated }: CustomEmojiProps) {
  const { media } = useContent();
  const [isBroken, setBroken] = useState(false);
  const isStill = useReducedMotion();
  const text = `:${name}:`;
  if (!media || isBroken) return <span className="emoji-name">{text}</span>;
  return (
    <img
      className="emoji"
      src={emojiUrl(id, animated && !isStill)}
      alt={text}
      title={text}
      loading="lazy"
      draggable={false}
      onError={() => setBroken(true)}
    />
  );
}
