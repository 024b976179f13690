import { useEffect, useState } from 'react';
import { type GuildPeople, guildPeople, type ListedMember, type ListedRole, NOBODY } from './guild-people.js';

/** The service's REST endpoints, with the reader's rights. */
export type Get = <T>(path: string, query?: Record<string, string>) => Promise<T>;

interface MemberPage {
  members: ListedMember[];
  next: string | null;
}

const PAGE = 1_000;
/** The number of pages that are loaded for large guilds; other members are named by their messages. */
const MOST_PAGES = 5;

/** Names and colours of the open guild; null until they are loaded. */
export function useGuildPeople(get: Get | null, guildId: string | undefined): GuildPeople {
  const [people, setPeople] = useState<{ guildId: string; found: GuildPeople } | null>(null);
  useEffect(() => {
    if (!get || guildId === undefined) return;
    let isCurrent = true;
    readPeople(get, guildId).then(
      (found) => isCurrent && setPeople({ guildId, found }),
      // Mentions then have no names, and the next visit tries again.
      () => isCurrent && setPeople(null),
    );
    return () => {
      isCurrent = false;
    };
  }, [get, guildId]);
  return people && people.guildId === guildId ? people.found : NOBODY;
}

async function readPeople(get: Get, guildId: string): Promise<GuildPeople> {
  const root = `/api/v1/guilds/${encodeURIComponent(guildId)}`;
  const roles = await get<ListedRole[]>(`${root}/roles`);
  const members: ListedMember[] = [];
  let after: string | null = '0';
  for (let page = 0; after !== null && page < MOST_PAGES; page += 1) {
    const read: MemberPage = await get<MemberPage>(`${root}/members`, { after, limit: String(PAGE) });
    members.push(...read.members);
    after = read.next;
  }
  return guildPeople(roles, members);
}
