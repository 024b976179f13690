import type { WireHistoryMessage } from '@discord-relay/contracts';
import { type ReactNode, useMemo, useRef } from 'react';
import {
  ContentContext,
  type ContentContextValue,
  type ReferencedMessage,
  useContent,
} from './content-context.js';

/** The loaded messages, for looking up references. */
interface LoadedMessages {
  messages: readonly WireHistoryMessage[];
  /** The oldest loaded message. */
  from: string;
  deletedIds: ReadonlySet<string>;
}

interface ListContentProps {
  channelId: string;
  list: LoadedMessages;
  children: ReactNode;
}

/**
 * Provides the names of authors and the answered messages, taken from the messages of a list. A new message changes neither, so
 * content is rendered again only for older messages, a new author or a deletion.
 */
export function ListContent({ channelId, list, children }: ListContentProps) {
  const outer = useContent();
  const latest = useRef(list);
  latest.current = list;
  const names = useNames(list.messages);
  const { from, deletedIds } = list;
  const value = useMemo((): ContentContextValue => {
    const message = (inChannel: string, id: string): ReferencedMessage =>
      inChannel === channelId ? lookUp(latest.current, id) : outer.message(inChannel, id);
    const user = (id: string) => {
      const name = names.get(id);
      return name === undefined ? outer.user(id) : { name };
    };
    return { ...outer, user, message };
    // What the look-up finds among older messages changes with these.
  }, [outer, channelId, names, from, deletedIds]);
  return <ContentContext value={value}>{children}</ContentContext>;
}

function lookUp({ messages, deletedIds }: LoadedMessages, id: string): ReferencedMessage {
  if (deletedIds.has(id)) return { state: 'deleted' };
  const found = messages.findLast((message) => message.id === id);
  if (!found) return { state: 'not-loaded' };
  return { state: 'known', author: nameOf(found), text: found.content };
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
    const news = messages.filter(
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
