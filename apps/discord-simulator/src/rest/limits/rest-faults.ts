/** A fault of REST; every field but `kind` applies only to the kinds that use it. */
export interface RestFault {
  kind: 'slow' | 'error' | 'rate_limited';
  /** For `slow`. */
  delayMs: number;
  /** For `error`: the HTTP status, 500 to 599. */
  status: number;
  /** For `rate_limited`. */
  retryAfterMs: number;
  global: boolean;
  /** Fraction of the requests that it affects, 0 to 1. */
  ratio: number;
  /** Remaining number of requests that it affects; null: unlimited. */
  requests: number | null;
  /** Only paths below `/api/v10` that contain this. */
  path: string;
}

/** The active faults of REST. A new fault replaces the one of the same kind. */
export class RestFaults {
  private readonly active = new Map<RestFault['kind'], RestFault>();

  /** @param random numbers in [0, 1), for ratios. */
  constructor(private readonly random: () => number) {}

  set(fault: RestFault): void {
    this.active.set(fault.kind, { ...fault });
  }

  clear(): void {
    this.active.clear();
  }

  all(): RestFault[] {
    return [...this.active.values()];
  }

  /** The faults that affect a request, `slow` first; each is counted. */
  hit(path: string): RestFault[] {
    const hits = [...this.active.values()].filter(
      (fault) => path.includes(fault.path) && this.random() < fault.ratio,
    );
    for (const fault of hits) this.count(fault);
    return hits.sort((a, b) => Number(b.kind === 'slow') - Number(a.kind === 'slow'));
  }

  private count(fault: RestFault): void {
    if (fault.requests === null) return;
    fault.requests -= 1;
    if (fault.requests === 0) this.active.delete(fault.kind);
  }
}
