// Asks the browser for a passkey and sends the answer in the form. Without scripts the page offers the other ways in.
"use strict";
(function () {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  };
  const words = (buffer) =>
    buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") : null;

  const readable = (options) => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      options[list] = (options[list] || []).map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return { publicKey: options };
  };

  const created = (passkey) => ({
    response: {
      attestationObject: words(passkey.response.attestationObject),
      clientDataJSON: words(passkey.response.clientDataJSON),
      transports: passkey.response.getTransports ? passkey.response.getTransports() : [],
    },
    extensions: JSON.stringify(passkey.getClientExtensionResults()),
  });

  const given = (passkey) => ({
    response: {
      authenticatorData: words(passkey.response.authenticatorData),
      clientDataJSON: words(passkey.response.clientDataJSON),
      signature: words(passkey.response.signature),
      userHandle: words(passkey.response.userHandle),
    },
  });

  const ask = async () => {
    const options = readable(JSON.parse(form.dataset.options));
    const isNew = form.dataset.passkey === "create";
    const passkey = isNew ? await navigator.credentials.create(options) : await navigator.credentials.get(options);
    const answer = isNew ? created(passkey) : given(passkey);
    form.elements.credential.value = JSON.stringify({ id: passkey.id, rawId: words(passkey.rawId), type: passkey.type, ...answer });
    form.submit();
  };

  ask().catch(() => {
    document.querySelector("[data-passkey-status]").hidden = true;
    document.querySelector("[data-passkey-failed]").hidden = false;
  });
})();
