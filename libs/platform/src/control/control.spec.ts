import { z } from 'zod';
import { ControlDeserializer } from './control-deserializer.js';
import { ControlRegistry } from './control.js';
import { createLogger } from '../logging/logger.js';

const registry = () => {
  const made = new ControlRegistry('here', createLogger('test', 'here', 'silent'));
  made.register('double', z.strictObject({ n: z.int() }), ({ n }) => 2 * n);
  made.register('elsewhere', z.strictObject({}), () => undefined);
  made.register('fail', z.strictObject({}), () => {
    throw Object.assign(new Error('why'), { code: '57P01' });
  });
  return made;
};
const refused = (code: string, message: RegExp) => ({
  instance: 'here',
  ok: false,
  error: { code, message: expect.stringMatching(message) as string },
});

describe('ControlRegistry', () => {
  it('ControlRegistry runs a command and names the instance that did', async () => {
    expect(await registry().answer('double', { input: { n: 2 } })).toEqual({
      instance: 'here',
      ok: true,
      result: 4,
    });
  });

  it('ControlRegistry leaves requests for other instances to them', async () => {
    expect(await registry().answer('double', { instance: 'there', input: { n: 2 } })).toBeUndefined();
    expect(await registry().answer('elsewhere', {})).toBeUndefined();
  });

  it.each([
    ['an unknown command', 'triple', {}, 'REQUEST.NOT_FOUND', /no command triple; known: double, elsewhere/],
    ['a wrong input', 'double', { input: { n: 'x' } }, 'REQUEST.INVALID', /^n: /],
    ['an input with more in it', 'double', { input: { n: 1, m: 1 } }, 'REQUEST.INVALID', /m/],
    ['no request at all', 'double', 'what', 'REQUEST.INVALID', /in JSON/],
    ['an instance that is no name', 'double', { instance: 7 }, 'REQUEST.INVALID', /in JSON/],
  ])('ControlRegistry rejects %s with the reason', async (_, name, data, code, message) => {
    expect(await registry().answer(name, data)).toEqual(refused(code, message));
  });

  it('ControlRegistry passes on the failure of a command', async () => {
    expect(await registry().answer('fail', {})).toEqual(refused('SERVICE.INTERNAL', /^why$/));
  });
});

describe('ControlDeserializer', () => {
  const read = (text: string, replyTo?: string) =>
    new ControlDeserializer().deserialize(
      { data: new TextEncoder().encode(text) },
      { channel: 'c', replyTo },
    );

  it('ControlDeserializer passes Nest’s packets on unchanged', () =>
    expect(read('{"pattern":"p","data":{"a":1},"id":"7"}', 'inbox')).toEqual({
      pattern: 'c',
      data: { a: 1 },
      id: '7',
    }));

  it.each([
    ['{"input":{}}', { input: {} }],
    ['', {}],
    ['{"half":', '{"half":'],
    ['7', 7],
  ])('ControlDeserializer answers every request with a reply subject, also for %j', (text, data) =>
    expect(read(text, 'inbox')).toEqual({ pattern: 'c', data, id: 'inbox' }),
  );

  it('ControlDeserializer reports which caller had which command executed or refused, and no requests for others', async () => {
    const seen: unknown[] = [];
    const commands = registry();
    commands.observe((record) => void seen.push(record));
    const from = { by: 'cli:ann', requestId: 'r1' };
    await commands.answer('double', { input: { n: 2 }, ...from });
    await commands.answer('fail', { input: {}, ...from });
    await commands.answer('elsewhere', { input: {}, ...from });
    await commands.answer('double', { instance: 'there', input: { n: 2 }, ...from });
    expect(seen).toEqual([
      { command: 'double', ...from, input: { n: 2 }, code: undefined },
      { command: 'fail', ...from, input: {}, code: 'SERVICE.INTERNAL' },
    ]);
  });
});
