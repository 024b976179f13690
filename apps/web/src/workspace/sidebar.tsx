import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import type { UserInfo } from '@discord-relay/contracts';
import { FRAME_TEXTS } from '../texts/frame-texts.js';
import { Brand } from '../ui/brand.js';
import { Name } from '../ui/name.js';
import type { Drawer } from './use-drawer.js';

interface SidebarProps {
  user: UserInfo | null;
  drawer: Drawer;
  onHelp: () => void;
  onSignOut: () => void;
  children: ReactNode;
}

/** Beside the messages, or a drawer over them on narrow screens; a closed drawer cannot be reached by the keyboard. */
export function Sidebar({ user, drawer, onHelp, onSignOut, children }: SidebarProps) {
  const aside = useRef<HTMLElement>(null);
  useFocusWithin(aside, drawer.isOpen);
  return (
    <>
      <aside
        id="sidebar"
        ref={aside}
        tabIndex={-1}
        className={drawer.isOpen ? 'sidebar sidebar-open' : 'sidebar'}
        aria-label={FRAME_TEXTS.sidebar}
        inert={drawer.isShut}
      >
        <div className="sidebar-head">
          <Brand />
        </div>
        <div className="sidebar-body">{children}</div>
        <div className="sidebar-foot">
          {user ? <Reader user={user} /> : <span />}
          <HelpButton onClick={onHelp} />
          <button type="button" className="button button-quiet" data-testid="sign-out" onClick={onSignOut}>
            {FRAME_TEXTS.signOut}
          </button>
        </div>
      </aside>
      {drawer.isOpen && <div className="scrim" onClick={drawer.close} />}
    </>
  );
}

/** Moves the focus into an open drawer, and restores it. */
function useFocusWithin(element: RefObject<HTMLElement | null>, isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return;
    const before = document.activeElement;
    element.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [element, isOpen]);
}

function HelpButton({ onClick }: { onClick: () => void }) {
  const { open } = FRAME_TEXTS.help;
  return (
    <button type="button" className="icon-button" title={open} aria-label={open} onClick={onClick}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M3 6h18v12H3zM6 10h1M10 10h1M14 10h1M18 10h0M7 14h10" />
      </svg>
    </button>
  );
}

function Reader({ user: { id, role, username } }: { user: UserInfo }) {
  return (
    <div className="reader" data-testid="reader">
      <span className="reader-name" title={id}>
        <Name of={username ?? id} />
      </span>
      <span className="reader-role muted">{role}</span>
    </div>
  );
}
