/**
 * Changes the page and leaves an element where it stands on the screen: under the pointer, or where somebody types.
 * @param {Element} element
 * @param {() => void} change
 */
export function steadily(element, change) {
  const before = element.getBoundingClientRect().top;
  change();
  const moved = element.getBoundingClientRect().top - before;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
}
