import type { JsonObject } from '@discord-relay/contracts';
import { discordMedia } from '../context/cdn.js';
import { isTrueAt, numberAt, objectAt, objectsAt, textAt } from '../context/json.js';
import { webAddress } from '../markdown/read-address.js';

export interface EmbedMedia {
  /** Its address at Discord; null: unavailable. */
  src: string | null;
  /** Its source. */
  href: string | null;
  description: string;
  width: number | undefined;
  height: number | undefined;
}

export interface EmbedName {
  name: string;
  href: string | null;
  icon: string | null;
}

export interface Embed {
  type: string;
  colour: number | undefined;
  provider: EmbedName | null;
  author: EmbedName | null;
  title: string | undefined;
  href: string | null;
  description: string | undefined;
  fields: { name: string; value: string; inline: boolean }[];
  thumbnail: EmbedMedia | null;
  image: EmbedMedia | null;
  video: EmbedMedia | null;
  footer: EmbedName | null;
  /** Milliseconds since the Unix epoch. */
  timestampMs: number | undefined;
}

const MAX_FIELDS = 25;

/**
 * The content of an embed. All addresses are http or https, and everything that is loaded automatically is Discord's.
 */
export function readEmbed(embed: JsonObject): Embed {
  const at = Date.parse(textAt(embed, 'timestamp') ?? '');
  return {
    type: textAt(embed, 'type') ?? 'rich',
    colour: numberAt(embed, 'color'),
    provider: named(objectAt(embed, 'provider'), 'name'),
    author: named(objectAt(embed, 'author'), 'name'),
    title: textAt(embed, 'title'),
    href: address(embed, 'url'),
    description: textAt(embed, 'description'),
    fields: objectsAt(embed, 'fields').slice(0, MAX_FIELDS).map(field),
    thumbnail: mediaAt(embed, 'thumbnail'),
    image: mediaAt(embed, 'image'),
    video: mediaAt(embed, 'video'),
    footer: named(objectAt(embed, 'footer'), 'text'),
    timestampMs: Number.isNaN(at) ? undefined : at,
  };
}

const field = (from: JsonObject) => ({
  name: textAt(from, 'name') ?? '',
  value: textAt(from, 'value') ?? '',
  inline: isTrueAt(from, 'inline'),
});

function named(from: JsonObject | undefined, key: string): EmbedName | null {
  const name = textAt(from, key);
  if (name === undefined) return null;
  const icon = discordMedia(textAt(from, 'proxy_icon_url'), textAt(from, 'icon_url'));
  return { name, href: address(from, 'url'), icon };
}

function mediaAt(embed: JsonObject, key: string): EmbedMedia | null {
  const from = objectAt(embed, key);
  return from ? readMedia(from) : null;
}

/** An image or video of an embed or component. */
export function readMedia(from: JsonObject): EmbedMedia {
  return {
    src: discordMedia(textAt(from, 'proxy_url'), textAt(from, 'url')),
    href: address(from, 'url'),
    description: textAt(from, 'description') ?? '',
    width: numberAt(from, 'width'),
    height: numberAt(from, 'height'),
  };
}

const address = (from: JsonObject | undefined, key: string): string | null =>
  webAddress(textAt(from, key) ?? '');
