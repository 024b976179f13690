import { until } from '@discord-relay/local-stack';
import { SimClient } from '../support/discord/sim-client.js';

const LIMIT_MS = 120_000;

export interface RunningSystem {
  /** Where clients connect. */
  url: string;
  /** The local Discord. */
  simulatorUrl: string;
  /** A token that may see everything. */
  token: string;
}

/** Posts a message at the local Discord, and waits until the API shows it. @throws Error when it does not */
export async function seesMessage({ url, simulatorUrl, token }: RunningSystem): Promise<void> {
  const sim = new SimClient(simulatorUrl);
  const guild = await until('the local Discord', LIMIT_MS, () =>
    sim.createGuild('In containers', [{ name: 'general' }]),
  );
  const channelId = guild.channels[0]!.id;
  const { id } = await sim.say(channelId, 'Hello from a container');
  const path = `${url}/api/v1/channels/${channelId}/messages`;
  await until('the message', LIMIT_MS, async () => {
    const response = await fetch(path, { headers: { authorization: `Bearer ${token}` } });
    const { messages = [] } = (await response.json()) as { messages?: { id: string }[] };
    return messages.some((message) => message.id === id) || undefined;
  });
}

/** @throws Error when the service does not become ready */
export async function becomesReady(url: string): Promise<void> {
  await until(`${url}/api/ready`, LIMIT_MS, async () => (await fetch(`${url}/api/ready`)).ok || undefined);
}
