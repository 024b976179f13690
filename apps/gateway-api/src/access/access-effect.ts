/** Whose rights a change may have touched; who is in none of it keeps what they have. */
export interface AccessEffect {
  everyone: boolean;
  users: ReadonlySet<string>;
  /** Channels, and the threads in them. */
  channels: ReadonlySet<string>;
}

export const NO_EFFECT: AccessEffect = { everyone: false, users: new Set(), channels: new Set() };

/** Whether the rights of this user in this channel have to be looked at again. */
export const touches = ({ everyone, users, channels }: AccessEffect, userId: string, channelId: string) =>
  everyone || users.has(userId) || channels.has(channelId);
