import type { ReactNode } from 'react';
import type { UserInfo } from '@discord-relay/contracts';
import { Brand } from './brand.js';

interface SidebarProps {
  user: UserInfo | null;
  /** On narrow screens the side bar is a drawer; a closed one is out of reach. */
  isOutOfReach: boolean;
  isOpen: boolean;
  onSignOut: () => void;
  children: ReactNode;
}

export function Sidebar({ user, isOutOfReach, isOpen, onSignOut, children }: SidebarProps) {
  return (
    <aside id="sidebar" className={isOpen ? 'sidebar sidebar-open' : 'sidebar'} inert={isOutOfReach}>
      <div className="sidebar-head">
        <Brand />
      </div>
      <div className="sidebar-body">{children}</div>
      <div className="sidebar-foot">
        <div className="reader" data-testid="reader">
          {user && (
            <>
              <span className="reader-name" title={user.id}>
                {user.id}
              </span>
              <span className="reader-role muted">{user.role}</span>
            </>
          )}
        </div>
        <button type="button" className="button button-quiet" data-testid="sign-out" onClick={onSignOut}>
          Sign out
        </button>
      </div>
    </aside>
  );
}
