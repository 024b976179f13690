import { PeopleCache } from './people-cache.js';
import { peopleOf } from './people-of.js';
import { testMessage } from '../testing/render.js';

const roles = [{ id: '5', name: 'crew', color: 0xff0000, position: 1, hoist: false }];
const memberOf = (userId: string) => ({
  userId,
  username: `user ${userId}`,
  nick: null,
  globalName: null,
  roleIds: ['5'],
});

/** A service that answers on command, and may fail. */
class Service {
  readonly requests: string[] = [];
  failing = false;

  get<T>(path: string, query: { ids?: string } = {}): Promise<T> {
    this.requests.push(query.ids ?? path);
    if (this.failing) return Promise.reject(new Error('away'));
    const answer = path.endsWith('/roles')
      ? roles
      : { members: query.ids!.split(',').map(memberOf), next: null };
    return Promise.resolve(answer as T);
  }
}

it('the cache of members requests each one once, and those needed during a request together', async () => {
  const service = new Service();
  const cache = new PeopleCache(service);
  const first = cache.load('1', ['9']);
  await Promise.all([first, cache.load('1', ['8', '9']), cache.load('1', ['7'])]);
  await cache.load('1', ['7', '8', '9']);
  expect(service.requests).toEqual(['/api/v1/guilds/1/roles', '9,8,7']);
  expect(cache.known('1').users.get('8')).toEqual({ name: 'user 8', colour: 0xff0000 });
});

it('the cache of members splits requests that the service would refuse as too large', async () => {
  const service = new Service();
  const ids = Array.from({ length: 150 }, (_, i) => String(i));
  await new PeopleCache(service).load('1', ids);
  expect(service.requests.slice(1).map((each) => each.split(',').length)).toEqual([100, 50]);
});

it('the cache of members keeps its content while the service is down, and later requests the rest', async () => {
  const service = new Service();
  let nowMs = 0;
  const cache = new PeopleCache(service, () => nowMs);
  await cache.load('1', ['9']);
  service.failing = true;
  await expect(cache.load('1', ['8'])).rejects.toThrow('away');
  expect([...cache.known('1').users.keys()]).toEqual(['9']);
  service.failing = false;
  const count = service.requests.length;
  await expect(cache.load('1', ['8'])).rejects.toThrow('away');
  expect(service.requests).toHaveLength(count);
  nowMs = 5_000;
  await cache.load('1', ['8']);
  expect([...cache.known('1').users.keys()]).toEqual(['9', '8']);
});

it('the cache of members returns the same object until more is known', async () => {
  const cache = new PeopleCache(new Service());
  await cache.load('1', ['9']);
  const known = cache.known('1');
  await cache.load('1', ['9']);
  expect(cache.known('1')).toBe(known);
});

it('the users that a message shows are found', () => {
  const message = testMessage({ content: '<@70> and <@!71>', embeds: [{ description: 'by <@72>' }] });
  expect(peopleOf(message)).toEqual(['40', '70', '71', '72']);
  expect(peopleOf({ ...message, webhookId: message.author.id }).includes('40')).toBe(false);
});
