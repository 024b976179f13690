import type { Principal } from './principal.js';

/** The one place that decides who may see what. */
export const canSeeGuild = (principal: Principal, guildId: string): boolean =>
  principal.guilds === undefined || principal.guilds.has(guildId);

export const canSeeChannel = (principal: Principal, channel: { guildId: string }): boolean =>
  canSeeGuild(principal, channel.guildId);

/** The guilds a query has to be limited to; null: all. */
export const guildScope = (principal: Principal): string[] | null =>
  principal.guilds ? [...principal.guilds] : null;
