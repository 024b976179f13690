import type { WireHistoryMessage } from '@discord-relay/contracts';
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import { type GuildPeople, NOBODY } from './guild-people.js';
import { newMessages } from './new-messages.js';
import { peopleOf } from './people-of.js';
import type { PeopleCache } from './people-cache.js';

/** null: there is no connection yet. */
export const PeopleContext = createContext<PeopleCache | null>(null);

const NO_SUBSCRIPTION = () => () => undefined;

/** Roles of the guild, and the members who wrote these messages or are mentioned in them, as far as they are known. */
export function useGuildPeople(messages: readonly WireHistoryMessage[]): GuildPeople {
  const cache = useContext(PeopleContext);
  const guildId = messages[0]?.serverId;
  const read = useRef<readonly WireHistoryMessage[]>([]);
  useEffect(() => {
    if (!cache || guildId === undefined) return;
    const news = newMessages(read.current, messages);
    read.current = messages;
    if (news.length === 0) return;
    cache.load(guildId, news.flatMap(peopleOf)).catch(() => {
      // Names then come from the messages alone; the next message tries again.
      read.current = [];
    });
  }, [cache, guildId, messages]);
  return useSyncExternalStore(cache?.subscribe ?? NO_SUBSCRIPTION, () => cache?.known(guildId) ?? NOBODY);
}
