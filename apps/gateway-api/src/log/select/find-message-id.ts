import { EVENT_VERSIONS, type EventDataByType, type EventType, isSnowflake } from '@discord-relay/contracts';

/** How the ingestor writes the parts of an event that these functions look for. In a text, the quotes would be escaped. */
const DATA = Buffer.from('"data":{');
const VERSION = Buffer.from('{"specversion":"1.0","id":"');
const QUOTE = 0x22;

/** The first key of the data, which contains the id, in events of these groups. */
const KEYS = { message: 'id', reaction: 'messageId', poll: 'messageId' };
type Group = keyof typeof KEYS;

/** The types of other groups whose data may contain a message. */
type Naming = {
  [Type in EventType]: 'messageId' extends keyof EventDataByType[Type] ? Type : never;
}[EventType];
const MAY_NAME: Record<Exclude<Naming, `${Group}.${string}`>, true> = { 'automod.action_executed': true };

interface Form {
  /** The type and its current version. */
  type: Buffer;
  /** The first key of the data, if it contains the id of a message; null: no key of the data does. */
  key: Buffer | null;
}

const FORMS = new Map(
  (Object.keys(EVENT_VERSIONS) as EventType[])
    .filter((type) => !(type in MAY_NAME))
    .map((type): [EventType, Form] => {
      const group = type.split('.')[0]!;
      const key = Object.hasOwn(KEYS, group) ? Buffer.from(`"${KEYS[group as Group]}":"`) : null;
      return [type, { type: Buffer.from(`"type":"${type}","typeversion":${EVENT_VERSIONS[type]},`), key }];
    }),
);

/**
 * The message that an event is about, without parsing the event; null: it is about none; undefined: parse it to find out. It is
 * found in events of the current version as the ingestor writes them.
 */
export function findMessageId(type: EventType, event: Buffer): string | null | undefined {
  const form = FORMS.get(type);
  if (!form || !startsWith(event, VERSION, 0)) return undefined;
  const typeAt = event.indexOf(form.type, VERSION.length);
  if (typeAt === -1) return undefined;
  const dataAt = event.indexOf(DATA, typeAt);
  if (dataAt === -1) return undefined;
  if (!form.key) return null;
  const keyAt = dataAt + DATA.length;
  if (!startsWith(event, form.key, keyAt)) return undefined;
  const idAt = keyAt + form.key.length;
  const end = event.indexOf(QUOTE, idAt);
  const id = event.toString('latin1', idAt, end);
  return isSnowflake(id) ? id : undefined;
}

/** Faster than a comparison by the runtime, for few bytes. */
function startsWith(event: Buffer, expected: Buffer, at: number): boolean {
  for (let i = 0; i < expected.length; i++) if (event[at + i] !== expected[i]) return false;
  return true;
}
