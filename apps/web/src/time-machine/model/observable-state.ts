/** A value that others watch, as React's `useSyncExternalStore` takes it. */
export class ObservableState<T extends object> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  readonly get = (): T => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  change(change: Partial<T>): void {
    this.value = { ...this.value, ...change };
    this.notify();
  }

  /** Something else has changed. */
  notify(): void {
    for (const listener of this.listeners) listener();
  }
}
