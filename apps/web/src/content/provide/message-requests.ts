import type { RelayClient } from '@discord-relay/client';
import {
  emojiKey,
  type RestAttachmentLink,
  type RestAttachmentText,
  type RestReactionPage,
  type RestRevision,
  type Role,
} from '@discord-relay/contracts';
import { serviceAddress } from '../../routes/service-root.js';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import type { PeopleCache } from '../people/people-cache.js';
import type { ContentContextValue, MessagePlace } from '../context/content-context.js';

/** Further users are counted, not named. */
const MOST_REACTORS = 20;

/** Details of messages that are requested when the reader opens them. Earlier contents are for analysts and admins. */
export function messageRequests(
  rest: Pick<RelayClient, 'get'>,
  people: PeopleCache,
  role: Role | undefined,
): Pick<ContentContextValue, 'mediaUrl' | 'attachmentText' | 'reactors' | 'revisions'> {
  return {
    // At Discord, or relative to the request if the service has kept the file.
    mediaUrl: async (messageId, attachmentId) => {
      const path = `/api/v1/attachments/${messageId}/${attachmentId}`;
      return new URL((await rest.get<RestAttachmentLink>(path)).url, serviceAddress(path)).href;
    },
    // Discord does not allow pages of other origins to read its files.
    attachmentText: async (messageId, attachmentId) =>
      (await rest.get<RestAttachmentText>(`/api/v1/attachments/${messageId}/${attachmentId}/text`)).text,
    reactors: async (message, emoji) => {
      const query = { emoji: emojiKey(emoji), limit: MOST_REACTORS };
      const { reactions } = await rest.get<RestReactionPage>(`${pathOf(message)}/reactions`, query);
      const ids = new Set(reactions.map(({ userId }) => userId));
      const { users } = await people.load(message.serverId, ids);
      return [...ids].map((id) => users.get(id)?.name ?? CONTENT_TEXTS.unknown.user);
    },
    ...(role !== undefined &&
      role !== 'viewer' && {
        revisions: (message: MessagePlace) => rest.get<RestRevision[]>(`${pathOf(message)}/revisions`),
      }),
  };
}

const pathOf = ({ channelId, id }: MessagePlace): string => `/api/v1/channels/${channelId}/messages/${id}`;
