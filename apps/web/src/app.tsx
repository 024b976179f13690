import { SignInScreen } from './session/sign-in-screen.js';
import { useSession } from './session/use-session.js';
import { Workspace } from './workspace/workspace.js';

export function App() {
  const session = useSession();
  if (session.source === null) return <SignInScreen session={session} />;
  return <Workspace source={session.source} onSignOut={session.signOut} />;
}
