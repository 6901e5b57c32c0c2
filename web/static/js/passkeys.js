// Passkeys: <form data-passkey="get|create" data-challenge="/where/to/ask" hidden>, with the hidden inputs csrf_token and
// answer, and a <p role="status">. The browser asks its owner; the answer goes off with the form. Without a script, or in
// a browser that has no passkeys, the form stays away.
const SAID = {
  NotAllowedError: "No passkey was used. Try again, or use another way.",
  InvalidStateError: "This device keeps a passkey for you here already.",
};
const OTHERWISE = "That did not work here. Try again, or use another way.";

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) offer(form);
}

function offer(form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form);
  });
}

async function answer(form) {
  const status = form.querySelector("[role=status]");
  status.textContent = "";
  try {
    const options = await challenge(form);
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: forCreating(options) })
      : await navigator.credentials.get({ publicKey: forGetting(options) });
    form.elements.answer.value = JSON.stringify(written(credential));
    form.submit();
  } catch (error) {
    status.textContent = SAID[error.name] ?? OTHERWISE;
  }
}

async function challenge(form) {
  const asked = await fetch(form.dataset.challenge, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrf_token.value },
  });
  if (!asked.ok || asked.redirected) throw new Error("no challenge");
  return asked.json();
}

function forCreating(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
}

function forGetting(options) {
  return { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) };
}

function named(credentials = []) {
  return credentials.map((one) => ({ ...one, id: bytes(one.id) }));
}

// What a credential says, as JSON (WebAuthn level 3, RegistrationResponseJSON and AuthenticationResponseJSON).
function written(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: said };
}

function bytes(base64url) {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
