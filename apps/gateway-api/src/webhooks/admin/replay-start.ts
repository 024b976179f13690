import { Transform } from 'class-transformer';
import { registerDecorator } from 'class-validator';

/** Where a replay starts: after a cursor, or with the changes committed at a time or later. */
export type ReplayStart = { cursor: number } | { time: Date };

const CURSOR = /^\d{1,15}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** Parses a cursor, or an ISO 8601 time with its zone; undefined if it is neither. */
export function parseReplayStart(text: unknown): ReplayStart | undefined {
  if (typeof text !== 'string') return undefined;
  if (CURSOR.test(text)) return { cursor: Number(text) };
  const time = new Date(text);
  return TIME.test(text) && !Number.isNaN(time.getTime()) ? { time } : undefined;
}

/** Validates a text or number of a DTO. */
export function IsReplayStart(): PropertyDecorator {
  const asText = Transform(({ value }: { value: unknown }) =>
    typeof value === 'number' ? String(value) : value,
  );
  return (target, property) => {
    asText(target, property);
    registerDecorator({
      name: 'isReplayStart',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => parseReplayStart(value) !== undefined,
        defaultMessage: () => `${String(property)} must be a cursor, or an ISO 8601 time with its zone`,
      },
    });
  };
}
