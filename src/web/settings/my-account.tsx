import { useMay } from '../api/me.ts';
import { FactorPanel } from './factor-panel.tsx';
import { IdentitiesPanel } from './identities-panel.tsx';
import { PasswordPanel } from './password-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { TokensPanel } from './tokens-panel.tsx';

/** What is mine: password, second factor, sessions, single sign-on and tokens. */
export function MyAccount() {
  const may = useMay();
  return (
    <>
      <PasswordPanel />
      <FactorPanel />
      <SessionsPanel />
      <IdentitiesPanel />
      {may('tokens.create') && <TokensPanel />}
    </>
  );
}
