/** What publishes events into the log, for those who measure it without Discord. */
export { IngestorMetrics } from '../metrics.js';
export { LogPublisher, type OutgoingEvent } from './log-publisher.js';
export { ensureLogStream } from './log-stream.js';
