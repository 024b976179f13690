import type { MessageExtras, WireAuthor } from '@discord-relay/contracts';

interface Authored extends Pick<MessageExtras, 'webhookId'> {
  author: WireAuthor;
}

/**
 * Identifies an author for grouping and colours. A webhook may post as several people under one id: each combination of name
 * and avatar counts as an author.
 */
export function authorKey({ author, webhookId }: Authored): string {
  return webhookId === undefined ? author.id : `${webhookId}/${author.username}/${author.avatar ?? ''}`;
}
