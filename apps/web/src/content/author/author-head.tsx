import type { WireAuthor } from '@discord-relay/contracts';
import { Name } from '../../ui/name.js';
import { initialOf } from '../../ui/initial-of.js';
import { avatarUrl } from '../context/cdn.js';
import { useContent } from '../context/content-context.js';
import { isColoured, useColour } from '../markdown-view/colour.js';
import { Icon } from '../media/picture.js';

/** The author's nickname in the guild, or their display name. */
export function useAuthorName({ id, globalName, username }: WireAuthor): string {
  return useContent().user(id)?.name ?? globalName ?? username;
}

/** An author's name in the colour of their role. */
export function AuthorName({ author }: { author: WireAuthor }) {
  const colour = useColour(useContent().user(author.id)?.colour);
  const name = useAuthorName(author);
  return (
    <span
      className={isColoured(colour) ? 'message-author message-author-coloured' : 'message-author'}
      {...colour}
    >
      <Name of={name} />
    </span>
  );
}

/** The author's avatar over the initial of their name, which remains visible if the avatar does not load. */
export function AuthorPicture({ author }: { author: WireAuthor }) {
  const { media } = useContent();
  const src = media && author.avatar !== undefined ? avatarUrl(author.id, author.avatar) : null;
  return (
    <span className="avatar" aria-hidden="true">
      {initialOf(author.globalName ?? author.username)}
      <Icon className="avatar-picture" src={src} />
    </span>
  );
}
