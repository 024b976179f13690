import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@discord-relay/platform';
import { MemberListRequester } from './member-list-requester.js';

describe('MemberListRequester', () => {
  let requests: [number, string][];
  const nonces = new Map<string, string>();
  const logger = createLogger('test', 'test', 'silent');
  const lists = (guildIds?: string[]) =>
    new MemberListRequester(
      guildIds && new Set(guildIds),
      {
        send: (shardId, { d }) => {
          const { guild_id: guildId, nonce } = d as { guild_id: string; nonce: string };
          requests.push([shardId, guildId]);
          expect(nonces.get(guildId)).toBe(nonce);
          return Promise.reject(new Error('not connected'));
        },
        onRequested: (_, guildId, nonce) => nonces.set(guildId, nonce),
      },
      logger,
    );
  const dispatch = (t: string, d: unknown) => ({ t, d, s: 1, op: 0 });
  const chunk = (id: string, index: number) =>
    dispatch('GUILD_MEMBERS_CHUNK', {
      guild_id: id,
      chunk_index: index,
      chunk_count: 2,
      members: [],
      nonce: nonces.get(id),
    });

  beforeEach(() => {
    requests = [];
  });

  it('MemberListRequester requests the list of every guild, unless it is unavailable or not of interest', () => {
    const all = lists(['1', '2']);
    all.onDispatch(0, dispatch('GUILD_CREATE', { id: '1' }));
    all.onDispatch(0, dispatch('GUILD_CREATE', { id: '2', unavailable: true }));
    all.onDispatch(0, dispatch('GUILD_CREATE', { id: '3' }));
    all.onDispatch(0, dispatch('GUILD_CREATE', null));
    expect(requests).toEqual([[0, '1']]);
  });

  it('MemberListRequester requests incomplete lists again when the session resumes', () => {
    const all = lists();
    for (const id of ['1', '2']) all.onDispatch(0, dispatch('GUILD_CREATE', { id }));
    all.onDispatch(1, dispatch('GUILD_CREATE', { id: '3' }));
    for (const index of [0, 1]) all.onDispatch(0, chunk('1', index));
    all.onDispatch(0, chunk('2', 0));
    requests = [];
    all.onDispatch(0, dispatch('RESUMED', {}));
    expect(requests).toEqual([[0, '2']]);
  });

  it('MemberListRequester repeats a request if only the answer to an earlier one is complete', () => {
    const all = lists();
    all.onDispatch(0, dispatch('GUILD_CREATE', { id: '1' }));
    const earlier = chunk('1', 1);
    all.onDispatch(0, dispatch('RESUMED', {}));
    all.onDispatch(0, earlier);
    requests = [];
    all.onDispatch(0, dispatch('RESUMED', {}));
    expect(requests).toEqual([[0, '1']]);
    expect(nonces.get('1')).toHaveLength(32);
  });

  it('MemberListRequester requests a list later if Discord says so', async () => {
    const all = lists();
    all.onDispatch(0, dispatch('GUILD_CREATE', { id: '1' }));
    const limited = { opcode: 8, retry_after: 0.01, meta: { guild_id: '1' } };
    all.onDispatch(0, dispatch('RATE_LIMITED', limited));
    all.onDispatch(0, dispatch('RATE_LIMITED', { ...limited, opcode: 3 }));
    while (requests.length < 2) await sleep(5);
    expect(requests).toEqual([
      [0, '1'],
      [0, '1'],
    ]);
  });
});
