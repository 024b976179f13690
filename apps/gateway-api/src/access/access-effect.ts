/** The users and channels whose rights a change may have affected; all others keep their rights. */
export interface AccessEffect {
  everyone: boolean;
  users: ReadonlySet<string>;
  /** Channels, including their threads. */
  channels: ReadonlySet<string>;
}

export const NO_EFFECT: AccessEffect = { everyone: false, users: new Set(), channels: new Set() };

/** Whether the rights of this user in this channel must be computed again. */
export const touches = ({ everyone, users, channels }: AccessEffect, userId: string, channelId: string) =>
  everyone || users.has(userId) || channels.has(channelId);
