import type { MessageExtras, WireAuthor } from '@discord-relay/contracts';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';

interface AuthorTagProps extends Pick<MessageExtras, 'webhookId'> {
  author: WireAuthor;
}

/** Marks messages of programs; renders nothing for people. */
export function AuthorTag({ author, webhookId }: AuthorTagProps) {
  if (author.bot === true) return <span className="author-tag">{CONTENT_TEXTS.author.bot}</span>;
  if (webhookId === undefined) return null;
  return <span className="author-tag">{CONTENT_TEXTS.author.webhook}</span>;
}
