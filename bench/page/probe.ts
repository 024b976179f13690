/** What {@link installProbe} records in the page. */
export interface Probe {
  /** When each message was first painted, in milliseconds since the Unix epoch, by its id. */
  painted: Map<string, number>;
  /** Durations in milliseconds of tasks that took longer than 50. */
  longTasksMs: number[];
}

declare global {
  interface Window {
    probe: Probe;
  }
}

/**
 * Runs in the page before its own scripts: records when messages are painted, and long tasks. A task that is posted in the
 * frame callback runs after the frame was painted.
 */
export function installProbe(): void {
  const painted = new Map<string, number>();
  const longTasksMs: number[] = [];
  let added: string[] = [];
  const frames: string[][] = [];
  const afterPaint = new MessageChannel();
  afterPaint.port1.onmessage = () => {
    const atMs = performance.timeOrigin + performance.now();
    for (const id of frames.shift() ?? []) if (!painted.has(id)) painted.set(id, atMs);
  };
  const onFrame = () => {
    frames.push(added);
    added = [];
    afterPaint.port2.postMessage(null);
  };
  const isMessage = /^message-(\d+)$/;
  const addFrom = (node: Node) => {
    if (!(node instanceof Element)) return;
    for (const element of [node, ...node.querySelectorAll('[data-testid^="message-"]')]) {
      const id = isMessage.exec(element.getAttribute('data-testid') ?? '')?.[1];
      if (id === undefined || painted.has(id)) continue;
      if (added.length === 0) requestAnimationFrame(onFrame);
      added.push(id);
    }
  };
  new MutationObserver((records) => {
    for (const { addedNodes } of records) addedNodes.forEach(addFrom);
  }).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasksMs.push(duration);
  }).observe({ type: 'longtask' });
  window.probe = { painted, longTasksMs };
}

export interface Frames {
  /** Time between frames, in milliseconds. */
  gapsMs: number[];
  /** How far the list was scrolled, in pixels. */
  pixels: number;
}

/** Runs in the page: scrolls the list up, then down, by a part of its height every frame, as a reader does who looks for something. */
export async function scrollUpAndDown({ durationMs }: { durationMs: number }): Promise<Frames> {
  const list = document.querySelector<HTMLElement>('[role="log"]')!;
  const gapsMs: number[] = [];
  let pixels = 0;
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  for (const direction of [-1, 1]) {
    const startedMs = await frame();
    let lastMs = startedMs;
    while (lastMs - startedMs < durationMs) {
      list.scrollBy({ top: (direction * list.clientHeight) / 20, behavior: 'instant' });
      pixels += list.clientHeight / 20;
      const atMs = await frame();
      gapsMs.push(atMs - lastMs);
      lastMs = atMs;
    }
  }
  return { gapsMs, pixels };
}
