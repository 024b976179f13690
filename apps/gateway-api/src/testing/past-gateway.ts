import { EventLog } from './event-log.js';
import { startGateway, type TestGateway } from './gateway.js';
import { LAST_SEQ, writePast } from './past-world.js';
import { CHANNEL, GUILD } from './world.js';

/** A gateway whose rows have the past of {@link writePast}, and a log with as many events. */
export async function startPastGateway(): Promise<{ gateway: TestGateway; log: EventLog }> {
  const gateway = await startGateway({ HTTP_REQUESTS_PER_S: '1000' });
  await writePast(gateway.world);
  const log = await EventLog.create(gateway.nats.url, gateway.world);
  for (let seq = 1; seq <= LAST_SEQ; seq++)
    await log.append('channel.updated', { id: CHANNEL, guildId: GUILD, topic: `${seq}` });
  return { gateway, log };
}
