import type { WireHistoryMessage } from '@discord-relay/contracts';
import type { RelayClient } from '@discord-relay/client';
import { type ReactNode, useMemo, useRef } from 'react';
import {
  ContentContext,
  type ContentContextValue,
  type ReferencedMessage,
  useContent,
} from '../context/content-context.js';
import { newMessages } from '../people/new-messages.js';
import { useGuildPeople } from '../people/use-guild-people.js';
import { asReferenced } from '../references/parent-cache.js';
import { useParents } from '../references/use-parents.js';

/** The loaded messages, for looking up references. */
export interface LoadedMessages {
  messages: readonly WireHistoryMessage[];
  /** The oldest loaded message. */
  from: string;
  deletedIds: ReadonlySet<string>;
}

interface ListContentProps {
  channelId: string;
  rest: Pick<RelayClient, 'get'>;
  list: LoadedMessages;
  children: ReactNode;
}

/**
 * Provides names of users and roles, and the answered messages, from the messages of a list; missing ones are requested. A
 * new message seldom changes either, so content is rendered again only for older messages, a new person or a deletion.
 */
export function ListContent({ channelId, rest, list, children }: ListContentProps) {
  const outer = useContent();
  const latest = useRef(list);
  latest.current = list;
  const names = useNames(list.messages);
  const people = useGuildPeople(list.messages);
  const parents = useParents(rest, list);
  const { from, deletedIds } = list;
  const value = useMemo((): ContentContextValue => {
    const message = (inChannel: string, id: string): ReferencedMessage =>
      (inChannel === channelId ? lookUp(latest.current, id) : undefined) ??
      parents(inChannel, id) ??
      outer.message(inChannel, id);
    const user = (id: string) => {
      const name = names.get(id);
      return people.users.get(id) ?? (name === undefined ? outer.user(id) : { name });
    };
    const role = (id: string) => people.roles.get(id) ?? outer.role(id);
    return { ...outer, user, role, message };
    // The result of a look-up among older messages changes with `from` and `deletedIds`.
  }, [outer, channelId, names, people, parents, from, deletedIds]);
  return <ContentContext value={value}>{children}</ContentContext>;
}

function lookUp({ messages, deletedIds }: LoadedMessages, id: string): ReferencedMessage | undefined {
  if (deletedIds.has(id)) return { state: 'deleted' };
  const found = messages.findLast((message) => message.id === id);
  return found && asReferenced(found);
}

const nameOf = ({ author }: WireHistoryMessage): string => author.globalName ?? author.username;

/** Authors by id; the same map object until there is a new author. */
function useNames(messages: readonly WireHistoryMessage[]): ReadonlyMap<string, string> {
  const known = useRef<{ seen: readonly WireHistoryMessage[]; names: ReadonlyMap<string, string> }>({
    seen: [],
    names: new Map(),
  });
  if (known.current.seen !== messages) {
    const { names } = known.current;
    const news = newMessages(known.current.seen, messages).filter(
      (message) => !message.webhookId && names.get(message.author.id) !== nameOf(message),
    );
    known.current = {
      seen: messages,
      names:
        news.length === 0
          ? names
          : new Map([...names, ...news.map((each) => [each.author.id, nameOf(each)] as const)]),
    };
  }
  return known.current.names;
}
