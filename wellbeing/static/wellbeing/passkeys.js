// Starts one of the passkey forms. The script tag's data attributes say which one, so
// that no page holds a script of its own.

const told = document.getElementById("passkeys").dataset;
const said = document.getElementById("passkey_said");
const ids = {
  [{ add: "add", authenticate: "authenticate", login: "login" }[told.form]]: told.button,
  credential: told.credential,
};
if (told.form !== "login") ids.data = "js_data";
if (told.passwordless) ids.passwordless = told.passwordless;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  said.textContent = "That did not work. You can try again, or use another way.";
});
window.allauth.webauthn.forms[`${told.form}Form`]({ ids });
