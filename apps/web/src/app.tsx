import { SignInScreen } from './session/sign-in-screen.js';
import { useSession } from './session/use-session.js';
import { Workspace } from './workspace/workspace.js';

export function App() {
  const { token, reason, signIn, signOut } = useSession();
  if (token === null) return <SignInScreen reason={reason} onToken={signIn} />;
  return <Workspace token={token} onSignOut={signOut} />;
}
