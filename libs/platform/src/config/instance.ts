import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** The name of this replica in logs and status. A restarted replica may have the same name. */
export const instanceName = (configured?: string): string => configured ?? `${hostname()}-${process.pid}`;

/** Distinguishes this process from earlier and concurrent ones with the same name. */
export const START_ID = randomUUID().slice(0, 8);

const SEPARATOR = '#';

/** The name of this process as an owner of leases: `<instance>#<start id>`. */
export const leaseOwner = (instance: string, startId = START_ID): string =>
  `${instance}${SEPARATOR}${startId}`;

/** The instance name of an owner of leases. */
export function instanceOf(owner: string): string {
  const end = owner.lastIndexOf(SEPARATOR);
  return end === -1 ? owner : owner.slice(0, end);
}
