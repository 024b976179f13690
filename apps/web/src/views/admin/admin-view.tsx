import { ADMIN_TEXTS } from '../../texts/admin-texts.js';
import type { ViewProps } from '../view-props.js';
import { AuditPanel } from './audit-panel.js';
import { SystemPanel } from './system-panel.js';
import { TokensPanel } from './tokens-panel.js';
import { WebhooksPanel } from './webhooks-panel.js';

/** For operators: the state of the system, tokens, webhooks and the audit log. */
export default function AdminView({ client, directory }: ViewProps) {
  return (
    <div className="view admin" data-testid="admin-view" tabIndex={-1}>
      <h2>{ADMIN_TEXTS.title}</h2>
      <SystemPanel client={client} />
      <TokensPanel client={client} directory={directory} />
      <WebhooksPanel client={client} directory={directory} />
      <AuditPanel client={client} />
    </div>
  );
}
