import type { JsonObject } from '@discord-relay/contracts';
import {
  MAX_CONTENT_CHARS,
  MAX_URL_CHARS,
  type ReadTally,
  sanitizeJsonObject,
} from '@discord-relay/contracts';
import {
  addressIn,
  fieldsIn,
  type Fields,
  isFields,
  listIn,
  numberIn,
  textIn,
  timeIn,
} from './read-values.js';

const MAX_EMBEDS = 10;
const MAX_FIELDS = 25;

/** Embeds in Discord's form. Exporters join embeds that differ only in their image; Discord has one embed for each image. */
export function readEmbeds(value: unknown, tally: ReadTally): JsonObject[] {
  const embeds = listIn(value)
    .filter(isFields)
    .flatMap((each) => readEmbed(each, tally));
  const clean = embeds
    .slice(0, MAX_EMBEDS)
    .map((each) => sanitizeJsonObject(each, tally))
    .filter((each) => each !== undefined);
  tally.dropped += embeds.length - clean.length;
  return clean;
}

function readEmbed(embed: Fields, tally: ReadTally): object[] {
  const images = listIn(embed.images).flatMap((each) => readImage(each, tally) ?? []);
  const [image = readImage(embed.image, tally), ...more] = images;
  const url = addressIn(embed.url, tally, MAX_URL_CHARS);
  const fields = listIn(embed.fields)
    .slice(0, MAX_FIELDS)
    .map((each) => readField(fieldsIn(each), tally));
  const first = said({
    title: textIn(embed.title, tally),
    url,
    timestamp: timeIn(embed.timestamp),
    description: textIn(embed.description, tally, MAX_CONTENT_CHARS),
    color: colorIn(embed.color),
    author: readAuthor(embed.author, tally),
    thumbnail: readImage(embed.thumbnail, tally),
    image,
    video: readImage(embed.video, tally),
    footer: readFooter(embed.footer, tally),
    fields: fields.length > 0 ? fields : undefined,
  });
  return [first, ...more.map((each) => said({ url, image: each }))].filter(
    (each) => Object.keys(each).length > 0,
  );
}

/** `url` is what the exporter fetched, a proxy or a path; the original address is apart from it in newer versions. */
function readImage(value: unknown, tally: ReadTally): object | undefined {
  if (!isFields(value)) return undefined;
  const fetched = addressIn(value.url, tally, MAX_URL_CHARS);
  const canonical = addressIn(value.canonicalUrl, tally, MAX_URL_CHARS);
  const url = canonical ?? fetched;
  if (url === undefined) return undefined;
  const proxy_url = fetched === url ? undefined : fetched;
  return said({ url, proxy_url, width: numberIn(value.width), height: numberIn(value.height) });
}

const readField = ({ name, value, isInline }: Fields, tally: ReadTally): object => ({
  name: textIn(name, tally) ?? '',
  value: textIn(value, tally, MAX_CONTENT_CHARS) ?? '',
  inline: isInline === true,
});

function readAuthor(value: unknown, tally: ReadTally): object | undefined {
  if (!isFields(value)) return undefined;
  const { name, url } = value;
  return said({
    name: textIn(name, tally),
    url: addressIn(url, tally, MAX_URL_CHARS),
    ...readIcon(value, tally),
  });
}

function readFooter(value: unknown, tally: ReadTally): object | undefined {
  if (!isFields(value)) return undefined;
  return said({ text: textIn(value.text, tally, MAX_CONTENT_CHARS), ...readIcon(value, tally) });
}

function readIcon({ iconUrl, iconCanonicalUrl }: Fields, tally: ReadTally): object {
  const fetched = addressIn(iconUrl, tally, MAX_URL_CHARS);
  const icon_url = addressIn(iconCanonicalUrl, tally, MAX_URL_CHARS) ?? fetched;
  return said({ icon_url, proxy_icon_url: fetched === icon_url ? undefined : fetched });
}

const COLOR = /^#[0-9a-f]{6}$/i;

const colorIn = (value: unknown): number | undefined =>
  typeof value === 'string' && COLOR.test(value) ? parseInt(value.slice(1), 16) : undefined;

/** Without undefined values. */
const said = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
