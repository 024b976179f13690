import { startSimulator, type Simulator } from '../simulator.js';
import { conformance } from './with-spec.js';

const HOME = 'http://localhost/back';

conformance('conformance of the responses to logged-in users', (spec) => {
  let sim: Simulator;
  let token: string;
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`${sim.url}/api/v10${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    return response.json();
  };

  beforeAll(async () => {
    sim = await startSimulator({ historyPerChannel: 0 });
    const user = [...sim.world.users.values()].find(({ bot }) => !bot)!;
    const scopes = new Set(['identify', 'guilds', 'guilds.members.read']);
    const code = sim.authorizations.allow({ userId: user.id, clientId: '9', scopes }, HOME, Date.now());
    token = sim.authorizations.exchange(code, { clientId: '9', redirectUri: HOME }, Date.now())!.accessToken;
  });
  afterAll(() => sim.close());

  it('the responses with the user, the guilds and a membership have the documented shape', async () => {
    expect(spec.problemsOfAnswer('get', '/users/@me', await get('/users/@me'))).toEqual([]);
    const guilds = await get('/users/@me/guilds?with_counts=true');
    expect(guilds).toHaveLength(sim.world.guilds.size);
    expect(spec.problemsOfAnswer('get', '/users/@me/guilds', guilds)).toEqual([]);
    const member = await get(`/users/@me/guilds/${[...sim.world.guilds.keys()][0]}/member`);
    expect(spec.problemsOfAnswer('get', '/users/@me/guilds/{guild_id}/member', member)).toEqual([]);
  });
});
