import { useRef } from 'react';
import { SignInScreen } from './session/sign-in-screen.js';
import { useSession } from './session/use-session.js';
import { Workspace } from './workspace/workspace.js';

export function App() {
  const session = useSession();
  const { source, signIn, signOut } = session;
  const hasChosen = useRef(false);
  if (source !== null)
    return <Workspace source={source} takesFocus={hasChosen.current} onSignOut={signOut} />;
  const choose = (token: string) => {
    hasChosen.current = true;
    signIn(token);
  };
  return <SignInScreen session={session} onToken={choose} />;
}
