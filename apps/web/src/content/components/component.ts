import { type AttachmentState, isSnowflake, type JsonObject, type WireEmoji } from '@discord-relay/contracts';
import { type EmbedMedia, readMedia } from '../embeds/embed.js';
import { isTrueAt, numberAt, objectAt, objectsAt, textAt } from '../context/json.js';
import { webAddress } from '../markdown/read-address.js';

export interface GalleryItem {
  media: EmbedMedia;
  /** Set if the media is an attachment of the message. */
  attachment: AttachmentState | undefined;
  isSpoiler: boolean;
}

/** The content of a component. Buttons and menus have no function here: they belong to an application at Discord. */
export type Component =
  | { type: 'row' | 'list'; children: Component[] }
  | {
      type: 'button';
      label: string;
      emoji: WireEmoji | null;
      style: number;
      href: string | null;
      isDisabled: boolean;
    }
  | { type: 'select'; placeholder: string; options: string[] }
  | { type: 'text'; text: string }
  | { type: 'section'; children: Component[]; accessory: Component | null }
  | { type: 'gallery'; items: GalleryItem[] }
  | { type: 'thumbnail'; item: GalleryItem }
  | { type: 'file'; name: string; attachment: AttachmentState | undefined; isSpoiler: boolean }
  | { type: 'separator'; isVisible: boolean; isWide: boolean }
  | { type: 'container'; children: Component[]; colour: number | undefined; isSpoiler: boolean }
  | { type: 'unknown' };

type Attachments = readonly AttachmentState[];
type Read = (from: JsonObject, attachments: Attachments, depth: number) => Component;

/** Discord's limit is lower; deeper components are not shown. */
const MAX_DEPTH = 6;
const LINK_STYLE = 5;
const WIDE_SPACING = 2;

const select: Read = (from) => ({
  type: 'select',
  placeholder: textAt(from, 'placeholder') ?? '',
  options: objectsAt(from, 'options').flatMap((option) => textAt(option, 'label') ?? []),
});

const text: Read = (from) => ({ type: 'text', text: textAt(from, 'content') ?? '' });

/** By Discord's component type number. */
const READERS: Readonly<Record<number, Read>> = {
  1: (from, attachments, depth) => ({ type: 'row', children: childrenOf(from, attachments, depth) }),
  2: readButton,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: readSection,
  10: text,
  11: (from, attachments) => ({ type: 'thumbnail', item: galleryItem(from, attachments) }),
  12: (from, attachments) => ({
    type: 'gallery',
    items: objectsAt(from, 'items').map((item) => galleryItem(item, attachments)),
  }),
  13: readFile,
  14: (from) => ({
    type: 'separator',
    isVisible: from.divider !== false,
    isWide: numberAt(from, 'spacing') === WIDE_SPACING,
  }),
  17: (from, attachments, depth) => ({
    type: 'container',
    children: childrenOf(from, attachments, depth),
    colour: numberAt(from, 'accent_color'),
    isSpoiler: isTrueAt(from, 'spoiler'),
  }),
};

export const readComponents = (components: readonly JsonObject[], attachments: Attachments): Component[] =>
  components.map((component) => readComponent(component, attachments, 0));

function readComponent(from: JsonObject, attachments: Attachments, depth: number): Component {
  const read = READERS[numberAt(from, 'type') ?? 0];
  return read && depth < MAX_DEPTH ? read(from, attachments, depth) : { type: 'unknown' };
}

const childrenOf: (from: JsonObject, attachments: Attachments, depth: number) => Component[] = (
  from,
  attachments,
  depth,
) => objectsAt(from, 'components').map((child) => readComponent(child, attachments, depth + 1));

function readButton(from: JsonObject): Component {
  const style = numberAt(from, 'style') ?? 1;
  const emoji = objectAt(from, 'emoji');
  return {
    type: 'button',
    label: textAt(from, 'label') ?? '',
    emoji: emoji ? readEmoji(emoji) : null,
    style,
    href: style === LINK_STYLE ? webAddress(textAt(from, 'url') ?? '') : null,
    isDisabled: isTrueAt(from, 'disabled'),
  };
}

function readEmoji(from: JsonObject): WireEmoji {
  const id = textAt(from, 'id') ?? '';
  return { id: isSnowflake(id) ? id : null, name: textAt(from, 'name') ?? null };
}

function readSection(from: JsonObject, attachments: Attachments, depth: number): Component {
  const accessory = objectAt(from, 'accessory');
  return {
    type: 'section',
    children: childrenOf(from, attachments, depth),
    accessory: accessory ? readComponent(accessory, attachments, depth + 1) : null,
  };
}

function galleryItem(from: JsonObject, attachments: Attachments): GalleryItem {
  const media = objectAt(from, 'media') ?? {};
  return {
    media: { ...readMedia(media), description: textAt(from, 'description') ?? '' },
    attachment: attachmentOf(media, attachments),
    isSpoiler: isTrueAt(from, 'spoiler'),
  };
}

function readFile(from: JsonObject, attachments: Attachments): Component {
  const file = objectAt(from, 'file') ?? {};
  const attachment = attachmentOf(file, attachments);
  const name = attachment?.filename ?? textAt(from, 'name') ?? '';
  return { type: 'file', name, attachment, isSpoiler: isTrueAt(from, 'spoiler') };
}

/** Discord references the attachment by id, and before it has one by `attachment://` and the file name. */
function attachmentOf(media: JsonObject, attachments: Attachments): AttachmentState | undefined {
  const id = textAt(media, 'attachment_id');
  const name = /^attachment:\/\/(.+)$/.exec(textAt(media, 'url') ?? '')?.[1];
  return attachments.find((each) => each.id === id || each.filename === name);
}
