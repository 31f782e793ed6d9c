/**
 * Moves an input within the page. A person who is already typing, because scripts loaded late, can go on typing.
 * @param {HTMLInputElement} input
 * @param {() => void} move
 */
export function moveInput(input, move) {
  const typing = document.activeElement === input;
  const { selectionStart, selectionEnd } = input;
  move();
  if (!typing) return;
  input.focus({ preventScroll: true });
  input.setSelectionRange(selectionStart, selectionEnd);
}
