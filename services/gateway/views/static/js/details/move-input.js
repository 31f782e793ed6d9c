/**
 * Moves an input within the page. Whoever is typing in it already, because scripts came late, goes on typing.
 * @param {HTMLInputElement} input
 * @param {() => void} move
 */
export function moving(input, move) {
  const typing = document.activeElement === input;
  const { selectionStart, selectionEnd } = input;
  move();
  if (!typing) return;
  input.focus({ preventScroll: true });
  input.setSelectionRange(selectionStart, selectionEnd);
}
