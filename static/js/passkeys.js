// Shows what needs passkeys only where the browser has them, and says so in words when one was not used.
if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-passkey]").forEach((element) => { element.hidden = false; });
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey_failed").hidden = false;
});
