const key = 'keybook.owner';

/**
 * Whose this tab is from here on. Drafts and lists of whoever was signed in before, whose session has ended since, are
 * forgotten before a screen can show them.
 */
export function claimTab(userId: string): void {
  if (sessionStorage.getItem(key) === userId) return;
  for (const name of Object.keys(sessionStorage)) if (name.startsWith('keybook.')) sessionStorage.removeItem(name);
  sessionStorage.setItem(key, userId);
}
