/** Processes dispatches up to the log without a connection to Discord, for measurements. */
export { SessionStore } from '../discord/sessions/session-store.js';
export { DispatchRecorder } from '../record/dispatch-recorder.js';
export { IngestorMetrics } from '../metrics/ingestor-metrics.js';
export { LogPublisher } from '../publish/log-publisher.js';
export type { OutgoingEvent } from '../publish/outgoing-event.js';
export { ensureLogStream } from '../publish/log-stream.js';
export { Outbox } from '../publish/outbox.js';
