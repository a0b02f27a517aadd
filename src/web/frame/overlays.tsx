import { useEffect, useRef } from 'react';
import { overlaysId } from '../theme.ts';

/** The place of what floats above a screen; it takes no room of its own. */
export function Overlays() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => (place.current ? giveFocusBack(place.current) : undefined), []);
  return <div id={overlaysId} ref={place} style={{ display: 'contents' }} />;
}

/** A dialog that is gone gives the focus back to where it was before, if that is still there. */
function giveFocusBack(place: HTMLElement): () => void {
  let last: HTMLElement | undefined;
  const remember = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement && !place.contains(target)) last = target;
  };
  const observer = new MutationObserver((changes) => {
    const gone = changes.flatMap(({ removedNodes }) => [...removedNodes]);
    const wasDialog = gone.some((node) => node instanceof HTMLElement && isDialog(node));
    if (wasDialog && document.activeElement === document.body && last?.isConnected) last.focus({ preventScroll: true });
  });
  document.addEventListener('focusin', remember);
  observer.observe(place, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', remember);
    observer.disconnect();
  };
}

function isDialog(node: HTMLElement): boolean {
  return node.matches('[aria-modal=true]') || node.querySelector('[aria-modal=true]') !== null;
}
