/** The room of those who belong to a guild and follow its channels. */
export const presenceRoom = (guildId: string): `p:${string}` => `p:${guildId}`;
