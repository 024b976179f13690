/** Who may see what, for those who compute it from rows of their own. */
export { GuildAccess } from '../access/guild-access.js';
export { type GuildFacts, type MemberFacts, noMember } from '../access/guild-facts.js';
export type { Rights } from '../access/permissions.js';
