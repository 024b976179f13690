import { jwtVerify } from 'jose';
import { cliSchema } from './config.js';
import { buildProgram } from './program.js';

const secret = 'an-obviously-fake-secret-of-32-chars';

async function relay(
  args: string[],
  env: Record<string, string> = { JWT_SECRET: secret },
): Promise<string[]> {
  const lines: string[] = [];
  const program = buildProgram(() => cliSchema.parse(env), {
    out: (line) => lines.push(line),
    fail: () => undefined,
  });
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((each) => each.commands),
  ]) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  await program.parseAsync(args, { from: 'user' });
  return lines;
}

describe('relay token create', () => {
  it('`relay token create` prints one line: a token for the given role, user, guilds and time', async () => {
    const args = [
      'token',
      'create',
      '--role',
      'analyst',
      '--user',
      '42',
      '--ttl',
      '15m',
      '--guild',
      '7',
      '--guild',
      '8',
    ];
    const lines = await relay(args);
    expect(lines).toHaveLength(1);
    const { payload } = await jwtVerify(lines[0]!, new TextEncoder().encode(secret), {
      issuer: 'discord-relay',
      audience: 'discord-relay',
    });
    expect(payload).toMatchObject({ sub: '42', role: 'analyst', guilds: ['7', '8'] });
    expect(payload.exp! - payload.iat!).toBe(900);
  });

  it.each([
    [['--role', 'root']],
    [['--role', 'analyst', '--ttl', 'soon']],
    [['--role', 'analyst', '--guild', 'x']],
    [['--role', 'analyst', '--ttl', '31d']],
    [['--role', 'analyst', '--ttl', '999999999d']],
    [[]],
  ])('`relay token create` rejects %j', (args) =>
    expect(relay(['token', 'create', ...args])).rejects.toThrow(),
  );

  it('`relay token create` limits tokens to 30 days, and names the command that makes longer ones', async () => {
    const create = (ttl: string) => relay(['token', 'create', '--role', 'analyst', '--ttl', ttl]);
    expect(await create('30d')).toHaveLength(1);
    await expect(create('721h')).rejects.toThrow(/at most 30d.*relay tokens create/);
    const service = ['tokens', 'create', '--name', 'a', '--role', 'analyst', '--ttl'];
    await expect(relay([...service, '367d'])).rejects.toThrow(/at most 366d/);
  });

  it('`relay token create` refuses a viewer token without a Discord user, because it would give access to nothing', async () => {
    const viewer = ['token', 'create', '--role', 'viewer'];
    await expect(relay(viewer)).rejects.toThrow(/^--user: /);
    await expect(relay([...viewer, '--user', 'ada'])).rejects.toThrow(/^--user: /);
    expect(await relay([...viewer, '--user', '42'])).toHaveLength(1);
  });

  it('`relay token create` names the missing key when there is no secret', () =>
    expect(relay(['token', 'create', '--role', 'analyst'], {})).rejects.toThrow(/^JWT_SECRET: missing/));
});
