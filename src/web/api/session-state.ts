const element = document.querySelector('meta[name=session]');

/**
 * What is known of the session: `none`, `open`, or what the sign-in owes. The server writes it into every page;
 * whoever signs in or out here changes it. Anything else, as in development, has to be asked for.
 */
export function sessionState(): string {
  return element?.getAttribute('content') ?? '';
}

export function setSessionState(state: 'none' | 'open'): void {
  element?.setAttribute('content', state);
}
