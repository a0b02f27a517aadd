// Runs in the page: plain JavaScript, read as text.
/** What is wrong with how the page stands: too wide, cut without a way to read it, one control over another. */
function faultsOfLayout() {
  const faults = [];
  const tell = (element) =>
    `<${element.tagName.toLowerCase()} ${element.getAttribute('class')?.slice(0, 40) ?? ''}> ${(element.getAttribute('aria-label') ?? element.textContent ?? '').slice(0, 40)}`;
  const { documentElement: root } = document;
  if (root.scrollWidth > root.clientWidth) faults.push(`the page scrolls sideways: ${root.scrollWidth}`);
  for (const main of document.querySelectorAll('main'))
    if (main.scrollWidth > main.clientWidth) faults.push(`the screen scrolls sideways: ${main.scrollWidth}`);
  const ownScroll = (element) => {
    for (let above = element.parentElement; above && above.tagName !== 'MAIN'; above = above.parentElement)
      if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(above).overflowX)) return true;
    return false;
  };
  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;
  // What is open stands over the screen by intent: then only the uppermost of it is looked at.
  const open = '[role=dialog], [role=menu], [role=listbox], .mantine-Popover-dropdown';
  const top = [...document.querySelectorAll(open)].filter(isSeen).at(-1) ?? document.body;
  const seen = [...top.querySelectorAll('*')].filter(isSeen);
  for (const element of seen) {
    const { left, right, width } = element.getBoundingClientRect();
    if (width > 1 && (right > innerWidth + 1 || left < -1) && !ownScroll(element))
      faults.push(`too wide: ${tell(element)}`);
    const isCut = getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
    const scrolls = ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    // A phone has no room for tables that scroll: only rows of tabs may.
    if (isCut && scrolls && innerWidth < 768 && element.querySelector('table, li'))
      faults.push(`scrolls sideways on a phone: ${tell(element)}`);
    if (!isCut || scrolls || width <= 1 || element.matches('input, textarea, [aria-hidden=true], [aria-hidden=true] *'))
      continue;
    // A pointer over it shows the whole text.
    element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    if (!element.closest('[title]') && !element.querySelector('[title]')) faults.push(`cut: ${tell(element)}`);
  }
  const controls = seen.filter((element) => element.matches('a, button, input, select, textarea, [role=tab]'));
  const common = (a, b) => ({
    left: Math.max(a.left, b.left),
    right: Math.min(a.right, b.right),
    top: Math.max(a.top, b.top),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const isThere = ({ left, right, top, bottom }) => right - left > 2 && bottom - top > 2;
  /** What can be seen of a control: its lines of text, cut where something around it ends. */
  const boxesOf = (element) => {
    let boxes = [...element.getClientRects()];
    for (let above = element.parentElement; above; above = above.parentElement)
      if (getComputedStyle(above).overflowX !== 'visible') {
        const edge = above.getBoundingClientRect();
        boxes = boxes.map((box) => common(box, edge));
      }
    return boxes.filter(isThere);
  };
  /** What is docked stands over what is scrolled away beneath it. */
  const isDocked = (element) => {
    for (let above = element; above; above = above.parentElement)
      if (['sticky', 'fixed'].includes(getComputedStyle(above).position)) return true;
    return false;
  };
  const stands = controls.map((control) => ({ control, boxes: boxesOf(control), docked: isDocked(control) }));
  stands.forEach(({ control, boxes, docked }, i) => {
    for (const other of stands.slice(i + 1)) {
      if (docked !== other.docked || control.contains(other.control) || other.control.contains(control)) continue;
      // A button inside a field stands over it by intent.
      if (control.closest('[class*=Input-wrapper]')?.contains(other.control)) continue;
      if (boxes.some((box) => other.boxes.some((another) => isThere(common(box, another)))))
        faults.push(`overlap: ${tell(control)} | ${tell(other.control)}`);
    }
  });
  return [...new Set(faults)];
}

faultsOfLayout();
