/** The access rules, for tests of other packages. */
export { GuildAccess } from '../access/guild-access.js';
export { type GuildFacts, type MemberFacts, noMember } from '../access/guild-facts.js';
export type { Rights } from '../access/permissions.js';
