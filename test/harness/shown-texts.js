// Runs in the page: plain JavaScript, read as text.
/** Every text that people see or hear on a page, with what it stands in. */
function shownTexts() {
  const spoken = [
    'aria-label',
    'aria-description',
    'aria-roledescription',
    'aria-valuetext',
    'placeholder',
    'title',
    'alt',
  ];
  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const texts = [`title: ${document.title}`];
  for (const element of document.querySelectorAll('body, body *')) {
    if (element.matches('script, style, svg *') || !isSeen(element)) continue;
    const say = (text) =>
      text && texts.push(`${element.tagName.toLowerCase()}: ${text.replaceAll(/\s+/g, ' ').trim()}`);
    for (const name of spoken) say(element.getAttribute(name));
    if (element.matches('input:not([type=checkbox], [type=radio]), textarea')) say(element.value);
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) say(node.data);
  }
  return [...new Set(texts)];
}

shownTexts();
