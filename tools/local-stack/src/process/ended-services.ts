/** A service that ended without a request to stop. */
export interface EndedService {
  name: string;
  port: number;
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Its last message: a fatal one, or the end of its log. */
  lastMessage: string;
  /** By the monotonic clock. */
  endedAtMs: number;
}

/** A crashed service is restarted within this time. */
const RESTART_MS = 5_000;

const ended = new Map<number, EndedService>();

export const recordEnd = (service: EndedService): void => void ended.set(service.port, service);

export const forgetEnd = (port: number): void => void ended.delete(port);

/** At the end of a test file: the services of the next one are others, on ports that may be the same. */
export const forgetEnds = (): void => ended.clear();

/** The services of this process that ended by themselves and are still down, one line each; '' if there are none. */
export const describeEnds = (): string => [...ended.values()].map(describeEnd).join('\n');

export function describeEnd({ name, port, code, signal, lastMessage }: EndedService): string {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  return `${name} (port ${port}) ended by itself ${how}: ${lastMessage}`;
}

/** The service whose port refused a connection, if it ended by itself and has not been restarted. */
export function unreachableService(error: unknown): EndedService | undefined {
  const service = ended.get(refusedPort(error) ?? -1);
  return service && performance.now() - service.endedAtMs > RESTART_MS ? service : undefined;
}

interface SystemError {
  code?: string;
  port?: number;
  cause?: unknown;
  errors?: unknown[];
}

/** `fetch` wraps the error of the socket; with several addresses there are several errors. */
function refusedPort(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, port, cause, errors = [] } = error as SystemError;
  if (code === 'ECONNREFUSED' && port !== undefined) return port;
  return [cause, ...errors].map(refusedPort).find((each) => each !== undefined);
}
