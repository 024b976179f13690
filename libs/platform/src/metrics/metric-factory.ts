import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Creates metrics in a registry, under names that begin with the prefix and `_`. Labels must be bounded. */
export class MetricFactory {
  constructor(
    private readonly registry: Registry,
    private readonly prefix: string,
  ) {}

  counter<L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name: this.nameOf(name), help, labelNames, registers: [this.registry] });
  }

  gauge<L extends string = never>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name: this.nameOf(name), help, labelNames, registers: [this.registry] });
  }

  /** `buckets`: upper bounds in the unit that the name ends with. */
  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: L[] = [],
  ): Histogram<L> {
    return new Histogram({ name: this.nameOf(name), help, buckets, labelNames, registers: [this.registry] });
  }

  /** A gauge whose value is read at every scrape. It replaces an earlier one of the same name. */
  gaugeAtScrape(name: string, help: string, read: () => number): void {
    this.registry.removeSingleMetric(this.nameOf(name));
    new Gauge({
      name: this.nameOf(name),
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** A gauge with one series for each state: 1 for the current one, read at every scrape. It replaces an earlier one. */
  stateAtScrape(name: string, help: string, states: readonly string[], read: () => string): void {
    this.registry.removeSingleMetric(this.nameOf(name));
    new Gauge({
      name: this.nameOf(name),
      help,
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        const current = read();
        for (const state of states) this.set({ state }, state === current ? 1 : 0);
      },
    });
  }

  private nameOf(name: string): string {
    return `${this.prefix}_${name}`;
  }
}
