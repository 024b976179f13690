import type { ReactNode } from 'react';
import type { UserInfo } from '@discord-relay/contracts';
import { Brand } from '../ui/brand.js';
import type { Drawer } from './use-drawer.js';

interface SidebarProps {
  user: UserInfo | null;
  drawer: Drawer;
  onSignOut: () => void;
  children: ReactNode;
}

/** Beside the messages, or a drawer over them on narrow screens; a shut drawer is out of reach of the keyboard. */
export function Sidebar({ user, drawer, onSignOut, children }: SidebarProps) {
  return (
    <>
      <aside
        id="sidebar"
        className={drawer.isOpen ? 'sidebar sidebar-open' : 'sidebar'}
        aria-label="Servers and channels"
        inert={drawer.isShut}
      >
        <div className="sidebar-head">
          <Brand />
        </div>
        <div className="sidebar-body">{children}</div>
        <div className="sidebar-foot">
          {user ? <Reader user={user} /> : <span />}
          <button type="button" className="button button-quiet" data-testid="sign-out" onClick={onSignOut}>
            Sign out
          </button>
        </div>
      </aside>
      {drawer.isOpen && <div className="scrim" onClick={drawer.close} />}
    </>
  );
}

function Reader({ user: { id, role } }: { user: UserInfo }) {
  return (
    <div className="reader" data-testid="reader">
      <span className="reader-name" title={id}>
        {id}
      </span>
      <span className="reader-role muted">{role}</span>
    </div>
  );
}
