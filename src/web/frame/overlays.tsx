import { overlaysId } from '../theme.ts';

/** The place of what floats above a screen; it takes no room of its own. */
export function Overlays() {
  return <div id={overlaysId} style={{ display: 'contents' }} />;
}
