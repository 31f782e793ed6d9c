// Runs our own human verification check. It starts with the page and finishes before a person has filled in the form; a
// form sent earlier waits for it. If the check cannot work, the page offers to wait instead.

const widget = document.querySelector("altcha-widget");
const form = widget.closest("form");
const status = document.getElementById("challenge-status");
const wait = document.getElementById("challenge-wait");

const TEXTS = {
  label: "Check that a person sends this page",
  verifying: "Checking. You do not have to do anything.",
  verified: "Done. You can go on.",
  error: "The check did not work. Select it to try again, or wait instead.",
  expired: "The check is too old. Select it to run it again.",
};

// Milliseconds, far more than a slow phone needs: part of the check did not load. It may still finish later.
const TOO_LONG = 30_000;

let giveUp;
const givenUp = new Promise((resolve) => (giveUp = resolve)).then(offerToWait);

function offerToWait() {
  wait.hidden = false;
  return false;
}

// The widget shows errors on its own, in an alert.
function showState(state) {
  status.textContent = state === "verified" ? TEXTS.verified : "";
  if (state === "error") offerToWait();
}

async function start() {
  const { $altcha } = globalThis;
  $altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(widget.dataset.worker));
  $altcha.i18n.set("en", { ...$altcha.i18n.get("en"), ...TEXTS });
  await customElements.whenDefined("altcha-widget");
  widget.configure({ hideFooter: true, hideLogo: true, humanInteractionSignature: false });
  widget.addEventListener("statechange", (event) => showState(event.detail.state));
  setTimeout(() => widget.getState() === "verifying" && giveUp(), TOO_LONG);
  await widget.verify();
}

let sending = false;

async function sendWhenVerified(event) {
  if (wait.querySelector("input").checked || widget.getState() === "verified") return;
  event.preventDefault();
  if (sending) return;
  sending = true;
  status.textContent = TEXTS.verifying;
  const verified = await Promise.race([waitForResult(), givenUp]);
  sending = false;
  status.textContent = "";
  if (verified) form.requestSubmit(event.submitter);
  else wait.querySelector("input").focus();
}

// Whether the check succeeds: the running one, or a new one.
function waitForResult() {
  if (widget.getState() !== "verifying") return widget.verify().then(Boolean);
  return new Promise((resolve) => {
    widget.addEventListener("statechange", (event) => {
      if (event.detail.state !== "verifying") resolve(event.detail.state === "verified");
    });
  });
}

if (globalThis.isSecureContext && globalThis.Worker && globalThis.$altcha) {
  form.addEventListener("submit", sendWhenVerified);
  start();
} else {
  widget.remove();
  offerToWait();
}
