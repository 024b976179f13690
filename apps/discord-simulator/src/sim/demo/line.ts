import type { APIEmbed, APIMessageTopLevelComponent } from 'discord-api-types/v10';
import type { PictureName } from './pictures.js';

/** The people of the demo, by the first part of their user names. */
export type Person =
  'amber' | 'birch' | 'cobalt' | 'dune' | 'ember' | 'fern' | 'glade' | 'hazel' | 'iris' | 'juniper';

/**
 * A message of a conversation, and what happens to it afterwards. In its text, `{#name}` is a channel, `{@person}` a person and
 * `{&name}` a role.
 */
export interface Line {
  by: Person | 'robot';
  text?: string;
  /** How many lines above the answered one is. */
  answers?: number;
  pictures?: readonly { of: PictureName; alt: string }[];
  file?: { filename: string; text: string };
  sticker?: string;
  embeds?: APIEmbed[];
  components?: APIMessageTopLevelComponent[];
  poll?: { question: string; answers: readonly [emoji: string, text: string, ...votes: Person[]][] };
  /** The text after a correction. */
  edit?: string;
  isDeleted?: true;
  isPinned?: true;
  reactions?: readonly [emoji: string, ...people: Person[]][];
  /** A thread that starts at the message. */
  thread?: { name: string; lines: readonly Line[] };
}

export interface Conversation {
  /** The name of its channel. */
  channel: string;
  lines: readonly Line[];
}
