import 'reflect-metadata';
import fc from 'fast-check';
import { JoinChannelDto, LeaveChannelDto, parseRequest } from './requests.dto.js';

const refused = expect.objectContaining({ code: 'REQUEST.INVALID', retryable: false });
const refusal = (body: unknown) => {
  try {
    return parseRequest(JoinChannelDto, body);
  } catch (error) {
    return error;
  }
};

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < depth; n++) value = n % 2 === 0 ? [value] : { value };
  return value;
}

describe('parseRequest', () => {
  it('parseRequest accepts documented requests', () => {
    expect(parseRequest(JoinChannelDto, { channelId: '42' })).toEqual({ channelId: '42' });
    const full = { channelId: '42', after: 0, limit: 100 };
    expect(parseRequest(JoinChannelDto, full)).toEqual(full);
    expect(parseRequest(LeaveChannelDto, { channelId: '42' })).toEqual({ channelId: '42' });
  });

  it.each([
    null,
    undefined,
    '42',
    42,
    [],
    ['42'],
    {},
    { channelId: 42 },
    { channelId: '' },
    { channelId: '-1' },
    { channelId: '9223372036854775808' },
    { channelId: ['42'] },
    { channelId: { toString: 1 } },
    { channelId: '42', after: -1 },
    { channelId: '42', after: 1.5 },
    { channelId: '42', after: '5' },
    { channelId: '42', after: null },
    { channelId: '42', after: 2 ** 60 },
    { channelId: '42', limit: 0 },
    { channelId: '42', limit: 101 },
    { channelId: '42', more: true },
  ])('parseRequest rejects %j', (body) => expect(refusal(body)).toEqual(refused));

  it('parseRequest rejects a value that is nested 3,000 deep without walking through it', () => {
    expect(refusal({ channelId: nested(3_000) })).toEqual(refused);
    expect(refusal({ channelId: '42', more: nested(3_000) })).toEqual(refused);
  });

  it('parseRequest is safe against a prototype in the JSON', () => {
    const request = refusal(JSON.parse('{"channelId":"42","__proto__":{"limit":1}}'));
    expect(request).toEqual({ channelId: '42' });
    expect(Object.getPrototypeOf(request)).toBe(JoinChannelDto.prototype);
  });

  it('parseRequest never fails in another way, and never writes more than 500 characters', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        const result = refusal(body);
        if (result instanceof JoinChannelDto) return;
        expect(result).toEqual(refused);
        expect((result as Error).message.length).toBeLessThanOrEqual(500);
      }),
    );
  });
});
