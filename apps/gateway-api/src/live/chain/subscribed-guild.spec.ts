import type { AccessChange, Change, Snowflake } from '@discord-relay/contracts';
import { GuildAccess } from '../../access/guild-access.js';
import { noMember } from '../../access/guild-facts.js';
import { chain, CHANNELS, GUILD } from '../../testing/rows.js';
import { type AccessWatcher, SubscribedGuild } from './subscribed-guild.js';

const ADA = '11' as Snowflake;
const BOB = '12' as Snowflake;
const [CHANNEL] = CHANNELS as [Snowflake];

const accessAt = (seq: number): GuildAccess => {
  const roles = [{ id: GUILD, permissions: '66560' }];
  const channels = CHANNELS.map((id) => ({ id, type: 0, parentId: null, overwrites: [], deleted: false }));
  return new GuildAccess(
    { id: GUILD, present: true, ownerId: null, seq, roles, channels, members: [] },
    new Set(),
  );
};
const member = (userId: Snowflake, left: boolean): AccessChange => ({
  ...{ of: 'member', userId, roleIds: [], timedOutUntil: null },
  left,
});
const [said] = chain([3]) as [Change];
const granted = (seq: number, access: AccessChange[]): Change => ({
  ...said,
  ...{ channelId: null, feed: `g:${GUILD}`, seq, kind: 'access', body: { access } },
});

function follow() {
  const log: string[] = [];
  const away = () => Promise.reject(new Error('not read here'));
  let loads = 0;
  const guild = new SubscribedGuild(
    GUILD,
    {
      readHead: away,
      readTail: away,
      loadAccess: () => Promise.resolve(accessAt((loads += 1))),
      loadMember: (access, userId) =>
        Promise.resolve(access.putMember({ ...noMember(userId), left: false }, access.seq)),
    },
    {
      deliver: ({ seq }) => void log.push(`delivered ${seq}`),
      changesLost: () => void log.push('restarted'),
      revoked: ({ seq }, feeds) => void log.push(`revoked ${feeds} by ${seq}`),
    },
  );
  const watcher = (id: Snowflake): AccessWatcher => ({
    principal: { id, role: 'viewer', expiresAtMs: 0 },
    accessChanged(access) {
      const { read } = access.rights(this.principal, CHANNEL, 0);
      log.push(`${id} may${read ? '' : ' not'} read`);
      return read ? 0 : 1;
    },
  });
  return { guild, log, watcher };
}

describe('SubscribedGuild', () => {
  it('rights are removed before the change that removed them is delivered, and only those affected learn of it', async () => {
    const { guild, log, watcher } = follow();
    guild.watch(watcher(ADA));
    guild.watch(watcher(BOB));
    await guild.load();
    await Promise.all([guild.ensureMember(ADA), guild.ensureMember(BOB)]);
    guild.deliver(said);
    guild.deliver(granted(5, [member(ADA, true)]));
    expect(log).toEqual(['delivered 3', '11 may not read', 'revoked 1 by 5', 'delivered 5']);
  });

  it('rights are removed also by a kind of change that this version does not know', async () => {
    const { guild, log, watcher } = follow();
    guild.watch(watcher(ADA));
    await guild.load();
    await guild.ensureMember(ADA);
    guild.deliver({ ...granted(5, [member(ADA, true)]), kind: 'later' } as unknown as Change);
    expect(log).toEqual(['11 may not read', 'revoked 1 by 5', 'delivered 5']);
  });

  it('SubscribedGuild lets no unknown user read, and keeps all members when it is reloaded', async () => {
    const { guild, log, watcher } = follow();
    guild.watch(watcher(ADA));
    await guild.load();
    expect(guild.access.rights(watcher(ADA).principal, CHANNEL, 0).read).toBe(false);
    await guild.ensureMember(ADA);
    expect(guild.access.rights(watcher(ADA).principal, CHANNEL, 0).read).toBe(true);
    await guild.load();
    expect(log).toEqual(['11 may read']);
  });

  it('SubscribedGuild applies the old rights until everything before another projection has been delivered', async () => {
    const { guild, log, watcher } = follow();
    guild.watch(watcher(ADA));
    await guild.load();
    await guild.ensureMember(ADA);
    const successor = await guild.loadSuccessor();
    guild.watch(watcher(BOB));
    await guild.ensureMember(BOB);
    guild.deliver(granted(successor.seq, [member(ADA, true)]));
    expect(log).toEqual(['11 may not read', `revoked 1 by ${successor.seq}`, `delivered ${successor.seq}`]);
    log.length = 0;
    successor.adopt();
    expect(log).toEqual(['11 may not read', '12 may read']);
  });

  it('SubscribedGuild informs a watcher as often as it is watched', async () => {
    const { guild, log, watcher } = follow();
    const ada = watcher(ADA);
    guild.watch(ada);
    guild.watch(ada);
    await guild.load();
    await guild.ensureMember(ADA);
    guild.unwatch(ada);
    guild.deliver(granted(5, [member(ADA, true)]));
    guild.unwatch(ada);
    guild.deliver(granted(7, [{ of: 'guild', ownerId: null, left: true }]));
    expect(log).toEqual(['11 may not read', 'revoked 1 by 5', 'delivered 5', 'delivered 7']);
    expect(guild.access.knowsMember(ADA)).toBe(false);
  });
});
