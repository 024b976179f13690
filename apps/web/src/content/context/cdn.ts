/** Discord's content delivery network. Only ids that are digits become part of an address. */
const CDN = 'https://cdn.discordapp.com';

export const emojiUrl = (id: string, animated: boolean): string =>
  `${CDN}/emojis/${encodeURIComponent(id)}.${animated ? 'gif' : 'webp'}?size=64`;
