/** The way from a dispatch into the log, for those who measure it without Discord's connection. */
export { SessionStore } from '../discord/sessions/session-store.js';
export { DispatchRecorder } from '../record/dispatch-recorder.js';
export { IngestorMetrics } from '../metrics/ingestor-metrics.js';
export { LogPublisher } from '../publish/log-publisher.js';
export type { OutgoingEvent } from '../publish/outgoing-event.js';
export { ensureLogStream } from '../publish/log-stream.js';
export { Outbox } from '../publish/outbox.js';
