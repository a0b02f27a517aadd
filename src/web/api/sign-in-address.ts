/** Where one signs in, and what comes afterwards. */
export function signInAddress(to: string): string {
  return `/sign-in?to=${encodeURIComponent(to)}`;
}

/** Where the second factor is set up that everybody here must have. */
export function enrolmentAddress(to: string): string {
  return `/sign-in?step=enrolment&to=${encodeURIComponent(to)}`;
}

/** Where the code is given that a sign-in still owes. */
export function codeAddress(to: string): string {
  return `/sign-in?step=code&to=${encodeURIComponent(to)}`;
}
