/**
 * Changes the page but keeps an element in place on the screen: under the pointer, or where somebody types.
 * @param {Element} element
 * @param {() => void} change
 */
export function keepInPlace(element, change) {
  const before = element.getBoundingClientRect().top;
  change();
  const moved = element.getBoundingClientRect().top - before;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
}
