import type { JsonObject, JsonValue } from '@discord-relay/contracts';

const objectIn = (value: JsonValue | undefined): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;

const textIn = (value: JsonValue | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
const addressIn = (value: JsonValue | undefined): string | null =>
  typeof value === 'string' && /^https?:\/\//i.test(value) ? value : null;
const numberIn = (value: JsonValue | undefined): number | null =>
  Number.isSafeInteger(value) ? Number(value) : null;
const listIn = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : []);

/** An embed of Discord in the format of DiscordChatExporter; undefined: it has nothing that the format can hold. */
export function dceEmbed(embed: JsonObject, timeOf: (time: string) => string | null): object | undefined {
  const image = imageOf(embed.image);
  const fields = listIn(embed.fields)
    .map(objectIn)
    .filter((each) => each !== undefined);
  const shown = {
    ...(embed.color !== undefined && embed.color !== null && { color: colorOf(embed.color) }),
    ...(objectIn(embed.author) && { author: authorOf(objectIn(embed.author)!) }),
    ...(imageOf(embed.thumbnail) && { thumbnail: imageOf(embed.thumbnail) }),
    ...(image && { image }),
    ...(imageOf(embed.video) && { video: imageOf(embed.video) }),
    ...(objectIn(embed.footer) && { footer: footerOf(objectIn(embed.footer)!) }),
  };
  const head = {
    title: textIn(embed.title) ?? '',
    url: addressIn(embed.url),
    timestamp: typeof embed.timestamp === 'string' ? timeOf(embed.timestamp) : null,
    description: textIn(embed.description) ?? '',
  };
  const isEmpty =
    Object.keys(shown).length + fields.length === 0 && Object.values(head).every((each) => !each);
  if (isEmpty) return undefined;
  return { ...head, ...shown, images: image ? [image] : [], fields: fields.map(fieldOf), inlineEmojis: [] };
}

const HEX_DIGITS = 6;

const colorOf = (color: JsonValue): string =>
  `#${(Number(color) & 0xffffff).toString(16).padStart(HEX_DIGITS, '0').toUpperCase()}`;

function imageOf(value: JsonValue | undefined): object | undefined {
  const image = objectIn(value);
  const canonicalUrl = addressIn(image?.url);
  if (!image || canonicalUrl === null) return undefined;
  const url = addressIn(image.proxy_url) ?? canonicalUrl;
  return { url, canonicalUrl, width: numberIn(image.width), height: numberIn(image.height) };
}

const authorOf = (author: JsonObject): object => ({
  name: textIn(author.name),
  url: addressIn(author.url),
  ...iconOf(author),
});

const footerOf = (footer: JsonObject): object => ({ text: textIn(footer.text), ...iconOf(footer) });

function iconOf({ icon_url, proxy_icon_url }: JsonObject): object {
  const iconCanonicalUrl = addressIn(icon_url);
  if (iconCanonicalUrl === null) return {};
  return { iconUrl: addressIn(proxy_icon_url) ?? iconCanonicalUrl, iconCanonicalUrl };
}

const fieldOf = (field: JsonObject): object => ({
  name: textIn(field.name) ?? '',
  value: textIn(field.value) ?? '',
  isInline: field.inline === true,
});
