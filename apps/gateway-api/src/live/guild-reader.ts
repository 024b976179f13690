import type { ReadModelDatabase } from '../database/read-model.database.js';
import { loadGuildAccess } from '../read/access/load-guild-access.js';
import { loadMember } from '../read/access/load-member.js';
import { readGuildHead, readGuildTail } from '../read/changes.query.js';
import type { GuildReader } from './chain/subscribed-guild.js';

/** Reads the chain of a guild and the rights of its members from the read model. */
export const createGuildReader = (
  database: ReadModelDatabase,
  publicChannels: ReadonlySet<string>,
): GuildReader => ({
  readHead: (guildId) => readGuildHead(database, guildId),
  readTail: (guildId, seq, limit) => readGuildTail(database, guildId, seq, limit),
  loadAccess: (guildId, userIds) => loadGuildAccess(database, guildId, { userIds, publicChannels }),
  loadMember: (access, userId) => loadMember(database, access, userId),
});
