import type { Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../../metrics/ingestor-metrics.js';
import type { RawDispatch } from '../../normalize/events/normalize-result.js';
import { MessageContentMonitor } from './message-content-monitor.js';
import { SilenceWatchdog } from './silence-watchdog.js';

/** Detects faults that cause no error: a silent connection, and message content that Discord withholds. */
export class ConnectionHealth {
  private readonly content = new MessageContentMonitor();

  constructor(
    private readonly silence: SilenceWatchdog,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {}

  dispatchReceived(shardId: number, { t: type, d: data }: RawDispatch): void {
    this.silence.dispatchReceived(shardId, type);
    if (type === 'MESSAGE_CREATE') this.checkContent(data);
  }

  /** Whether messages seem to arrive without their content. */
  get isContentWithheld(): boolean {
    return this.content.isWithheld;
  }

  forget(shardId: number): void {
    this.silence.forget(shardId);
  }

  close(): void {
    this.silence.close();
  }

  private checkContent(data: unknown): void {
    if (this.content.observe(data))
      this.logger.warn(
        'messages of people arrive without content: MESSAGE_CONTENT seems not granted; enable “Message Content” in the developer portal and list it in DISCORD_INTENTS',
      );
    this.metrics.contentMissing.set(this.content.isWithheld ? 1 : 0);
  }
}
