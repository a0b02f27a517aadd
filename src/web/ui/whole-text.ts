const told = new WeakSet<Element>();

/** What is cut for want of room tells its whole text while the pointer is over it. */
export function tellWholeTexts(): void {
  document.addEventListener('mouseover', ({ target }) => {
    const cut = target instanceof Element ? cutAround(target) : undefined;
    if (!cut || (cut.title !== '' && !told.has(cut))) return;
    told.add(cut);
    cut.title = cut.scrollWidth > cut.clientWidth ? (cut.textContent ?? '') : '';
  });
}

/** The nearest element that cuts its text, a few steps up at most. */
function cutAround(target: Element): HTMLElement | undefined {
  let element: Element | null = target;
  for (let steps = 0; element && steps < 4; steps += 1) {
    if (element instanceof HTMLElement && getComputedStyle(element).textOverflow === 'ellipsis') return element;
    element = element.parentElement;
  }
  return undefined;
}
