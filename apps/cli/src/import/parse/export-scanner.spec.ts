import fc from 'fast-check';
import { exported, exportText } from '../../testing/exports.js';
import { type ExportPart, ExportScanner } from './export-scanner.js';
import { ImportFileError } from './import-file-error.js';

/** Everything in the text, given in chunks of this size. */
function partsOf(text: string | Buffer, chunkBytes = Infinity, scanner = new ExportScanner()): ExportPart[] {
  const bytes = Buffer.from(text);
  const parts: ExportPart[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    parts.push(...scanner.scan(bytes.subarray(at, Math.min(bytes.length, at + chunkBytes))));
  scanner.end();
  return parts;
}

const messagesIn = (parts: ExportPart[]) => parts.flatMap((part) => ('message' in part ? [part] : []));

function failureOf(text: string | Buffer): ImportFileError {
  try {
    partsOf(text);
  } catch (error) {
    if (error instanceof ImportFileError) return error;
    throw error;
  }
  throw new Error('the text was accepted');
}

const SPECIAL = exported(2, {
  content: 'a "quoted" \\ {[,:]} \u{1f600}\n',
  embeds: [{ fields: [{ name: '}' }] }],
});

describe('ExportScanner', () => {
  it('ExportScanner finds the same fields and messages however the file is divided into chunks', () => {
    const messages = [exported(1), SPECIAL, exported(3)];
    const text = exportText(messages);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), (chunkBytes) => {
        const parts = partsOf(text, chunkBytes);
        expect(messagesIn(parts).map(({ message }) => message)).toEqual(messages);
        const fields = parts.flatMap((part) => ('field' in part ? [part.field] : []));
        expect(fields).toEqual(['guild', 'channel', 'dateRange', 'exportedAt', 'messageCount']);
      }),
    );
  });

  it('ExportScanner continues after any message with the same messages', () => {
    const text = Buffer.from(exportText([exported(1), SPECIAL, exported(3)]));
    const found = messagesIn(partsOf(text));
    for (const [i, { at, end }] of found.entries()) {
      expect(JSON.parse(text.subarray(at, end).toString())).toEqual(found[i]!.message);
      const rest = messagesIn(partsOf(text.subarray(end), 7, new ExportScanner(end, true)));
      expect(rest).toEqual(found.slice(i + 1));
    }
  });

  it('ExportScanner accepts an export without messages, and one without spaces', () => {
    expect(messagesIn(partsOf(exportText([])))).toEqual([]);
    expect(messagesIn(partsOf(JSON.stringify(JSON.parse(exportText([SPECIAL])))))).toHaveLength(1);
  });

  it('ExportScanner says that a truncated file is, wherever it ends', () => {
    const text = exportText([exported(1), SPECIAL]).trim();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Buffer.byteLength(text) - 1 }), (bytes) => {
        expect(failureOf(Buffer.from(text).subarray(0, bytes)).reason).toMatch(/truncated/);
      }),
    );
  });

  it.each<[string, string, RegExp, string]>([
    ['a missing comma', '{"messages": [{"id": "1"} {"id": "2"}]}', /", or \]|, or \]/, '{"id": "2"}]}'],
    ['a missing value', '{"guild": }', /not valid JSON/, '}'],
    ['a wrong word', '{"guild": nul, "messages": []}', /not valid JSON/, 'nul,'],
    ['text after the end', '{"messages": []} x', /end of the file/, 'x'],
    ['a list instead of an object', '[]', /"\[" where \{ is expected/, '[]'],
    ['messages that are no list', '{"messages": 5}', /a list of messages/, '5}'],
    [
      'a name that occurs twice in a message',
      '{"messages": [{"id": "1", "a": {"b": 1, "b": 2}}]}',
      /"b" occurs twice/,
      '{"id"',
    ],
    [
      'a prototype that occurs twice',
      '{"messages": [{"__proto__": 1, "__proto__": 2}]}',
      /"__proto__" occurs twice/,
      '{"__proto__"',
    ],
    ['nesting without end', `{"messages": [${'['.repeat(50)}`, /nested deeper than 32/, '['.repeat(18)],
  ])('ExportScanner refuses %s and names the byte', (_, text, reason, rest) => {
    const error = failureOf(text);
    expect(error.reason).toMatch(reason);
    expect(text.slice(error.at)).toBe(text.slice(text.lastIndexOf(rest)));
  });

  it('ExportScanner refuses bytes that are not UTF-8 and names the first', () => {
    const before = '{"messages": [{"content": "caf\u00e9 ';
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe]), Buffer.from('"}]}')]);
    const error = failureOf(bytes);
    expect(error.reason).toMatch(/not UTF-8/);
    expect(error.at).toBe(Buffer.byteLength(before));
  });

  it('ExportScanner refuses a message that is larger than its limit instead of keeping it in memory', () => {
    const scanner = new ExportScanner();
    const chunk = Buffer.alloc(1_024 * 1_024, 'x');
    const feed = () => {
      for (const part of scanner.scan(Buffer.from('{"messages": [{"content": "')))
        expect(part).toBeUndefined();
      for (let i = 0; i < 18; i++) for (const part of scanner.scan(chunk)) expect(part).toBeUndefined();
    };
    expect(feed).toThrow(/larger than 16777216 bytes/);
  });

  it('ExportScanner keeps a message whose names are those of a prototype harmless', () => {
    const [part] = messagesIn(partsOf('{"messages": [{"__proto__": {"isBot": true}, "constructor": 1}]}'));
    expect(Object.hasOwn(part!.message as object, '__proto__')).toBe(true);
    expect((part!.message as { isBot?: unknown }).isBot).toBeUndefined();
  });
});
