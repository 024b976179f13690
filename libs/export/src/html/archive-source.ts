import type { RestMember, RestRole } from '@discord-relay/contracts';

/** Names that an HTML export shows, as of the export. */
export interface ArchiveSource {
  /** Name of the server, and names of the channels and active threads that the caller may see, by id. */
  guild(guildId: string): Promise<{ name: string; channels: ReadonlyMap<string, string> }>;
  roles(guildId: string): Promise<readonly RestRole[]>;
  /** Those of the users who are members. @param userIds at most {@link MAX_MEMBER_IDS} */
  members(guildId: string, userIds: readonly string[]): Promise<readonly RestMember[]>;
}

/** As many as gateway-api accepts in one request. */
export const MAX_MEMBER_IDS = 100;
