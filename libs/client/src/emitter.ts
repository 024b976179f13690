export type Listeners<Events> = { [K in keyof Events]: (...args: never[]) => void };

/** A typed event source without dependencies, for browsers and Node.js. */
export class Emitter<Events extends Listeners<Events>> {
  private readonly listeners = new Map<keyof Events, Set<Events[keyof Events]>>();

  /** Calls `listener` at every `event` until the returned function is called. */
  on<K extends keyof Events>(event: K, listener: Events[K]): () => void {
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** An error in a listener stops neither the other listeners nor the caller; it is thrown later. */
  protected emit<K extends keyof Events>(event: K, ...args: Parameters<Events[K]>): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) {
      try {
        listener(...(args as never[]));
      } catch (error) {
        setTimeout(() => {
          throw error;
        }, 0);
      }
    }
  }
}
