import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from './process/paths.js';

/** The fields of the local Discord's guilds that are needed here. */
interface WorldView {
  guilds: { id: string; roles: NamedThing[]; channels: ChannelView[] }[];
}
interface ChannelView extends NamedThing {
  /** Only forums have tags. */
  availableTags?: NamedThing[];
}
interface NamedThing {
  id: string;
  name: string;
}

/** As the local Discord names them in every guild of its first world. */
const SUPPORT_CHANNEL = 'support';
const HELPERS_ROLE = 'Helpers';
const SOLVED_TAG = 'Solved';

export interface DemoQueues {
  simulatorUrl: string;
  dataDir: string;
  /** Environment of the command `relay`. */
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/**
 * Sets up the support queues of the local Discord's guilds, so that the page has one to show. A queue that somebody has
 * set up stays as it is. The guilds must have been projected.
 * @throws Error with the output of `relay`
 */
export async function setUpDemoQueues({ simulatorUrl, dataDir, env, signal }: DemoQueues): Promise<void> {
  const relay = async (...args: string[]): Promise<string> => {
    const command = [join(repositoryRoot, 'tools/relay.mjs'), 'queue', 'settings', ...args];
    const options = { env: { ...env, DATA_DIR: dataDir }, signal };
    return (await promisify(execFile)(process.execPath, command, options)).stdout;
  };
  const response = await fetch(`${simulatorUrl}/_sim/state`, { signal });
  const { guilds } = (await response.json()) as WorldView;
  for (const { id, roles, channels } of guilds) {
    const role = roles.find(({ name }) => name === HELPERS_ROLE);
    const channel = channels.findLast(({ name }) => name === SUPPORT_CHANNEL);
    if (!role || !channel) continue;
    const { revision } = JSON.parse(await relay(id, '--json')) as { revision: number };
    const solved = channel.availableTags?.find(({ name }) => name === SOLVED_TAG);
    const tags = solved ? ['--solved-tag', solved.id] : [];
    if (revision === 0) await relay(id, '--staff-role', role.id, '--channel', channel.id, ...tags);
  }
}
