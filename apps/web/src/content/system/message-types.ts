/**
 * The text of a system message, by its message type number. `{author}` is the user who caused it, `{content}` its text,
 * `{mention}` the mentioned user, `{channel}` and `{message}` the ones that it refers to.
 */
export const SYSTEM_WORDS: Readonly<Record<number, string>> = {
  1: '{author} added {mention}.',
  2: '{author} removed {mention}.',
  3: '{author} started a call.',
  4: '{author} changed the name of this channel: {content}',
  5: '{author} changed the icon of this channel.',
  6: '{author} pinned {message} to this channel.',
  7: '{author} joined the server.',
  8: '{author} boosted the server.',
  9: '{author} boosted the server, which reached level 1.',
  10: '{author} boosted the server, which reached level 2.',
  11: '{author} boosted the server, which reached level 3.',
  12: '{author} added {content} to this channel. Its most important updates appear here.',
  14: 'This server was removed from Server Discovery because it no longer meets the requirements.',
  15: 'This server meets the requirements of Server Discovery again and is listed again.',
  16: 'This server has not met the activity requirements of Server Discovery for one week.',
  17: 'This server has not met the activity requirements of Server Discovery for three weeks.',
  18: '{author} started a thread: {channel}',
  21: 'This thread began with {message}.',
  22: 'Invite people to this server.',
  24: 'AutoMod stopped a message by {author}.',
  25: '{author} subscribed to a role of this server. {content}',
  26: '{author} used a command that needs a subscription.',
  27: '{author} started the stage {content}.',
  28: '{author} ended the stage {content}.',
  29: '{author} is now a speaker.',
  30: '{author} asked to speak.',
  31: '{author} changed the topic of the stage: {content}',
  32: '{author} upgraded an app for this server.',
  36: '{author} enabled security actions until {content}.',
  37: '{author} disabled security actions.',
  38: '{author} reported a raid.',
  39: '{author} reported a false alarm and lifted the security actions.',
  44: '{author} made a purchase. {content}',
  46: 'The poll by {author} has closed. {poll}',
  55: '{author} upgraded the quality of streams.',
};

/** Plain messages, answers, and command responses: these show their content. */
export const SPOKEN_TYPES: ReadonlySet<number> = new Set([0, 19, 20, 23]);

/** Whether it is a system message, not written by its author. */
export const isNotice = ({ type = 0 }: { type?: number }): boolean => !SPOKEN_TYPES.has(type);
