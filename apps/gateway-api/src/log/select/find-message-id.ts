import { EVENT_VERSIONS, type EventType, isSnowflake } from '@discord-relay/contracts';

/** How the ingestor writes the parts of an event that these functions look for. In a text, the quotes would be escaped. */
const DATA = Buffer.from('"data":{');
const VERSION = Buffer.from('{"specversion":"1.0","id":"');
const QUOTE = 0x22;

interface Form {
  /** The type and its current version. */
  type: Buffer;
  /** The first key of the data, which contains the id. */
  key: Buffer;
}

const FORMS = new Map(
  (Object.keys(EVENT_VERSIONS) as EventType[]).flatMap((type): [EventType, Form][] => {
    const [group] = type.split('.');
    const key = { message: 'id', reaction: 'messageId', poll: 'messageId' }[group!];
    const version = Buffer.from(`"type":"${type}","typeversion":${EVENT_VERSIONS[type]},`);
    return key === undefined ? [] : [[type, { type: version, key: Buffer.from(`"${key}":"`) }]];
  }),
);

/**
 * The message that an event is about, without parsing the event; undefined: parse it to find out. It is found in events of the current
 * version as the ingestor writes them.
 */
export function findMessageId(type: EventType, event: Buffer): string | undefined {
  const form = FORMS.get(type);
  if (!form || !startsWith(event, VERSION, 0)) return undefined;
  const typeAt = event.indexOf(form.type, VERSION.length);
  if (typeAt === -1) return undefined;
  const dataAt = event.indexOf(DATA, typeAt);
  const keyAt = dataAt + DATA.length;
  if (dataAt === -1 || !startsWith(event, form.key, keyAt)) return undefined;
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
