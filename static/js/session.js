// Requests of a page that may be open for longer than the session in which it was opened. The cookie with the CSRF token
// cannot be read by scripts, so after signing in again in another tab the page asks for the token of the new session.

export class Session {
  /** `url` answers with {person, token} of who is signed in at the moment; `person` is who opened the page. */
  constructor({ url, person, token }) {
    Object.assign(this, { url, person, token, named: {} });
  }

  /** Name the browser in every request, so that the server counts what it receives from it. */
  sentFrom(device) {
    this.named = { "X-Device": device };
  }

  /** Send JSON. Resolves to {status, body}: status 0 when no answer came, 401 when nobody or somebody else is signed in. */
  send(method, url, body, options = {}) {
    const headers = body ? { "Content-Type": "application/json" } : {};
    return this.#sent(method, url, { headers, body: body && JSON.stringify(body), ...options });
  }

  /** Send the fields of a form, or FormData. Resolves like `send`. */
  form(url, fields, options = {}) {
    return this.#sent("POST", url, { body: fields instanceof FormData ? fields : new URLSearchParams(fields), ...options });
  }

  async #sent(method, url, options) {
    const answer = await this.#once(method, url, options);
    if (answer.status !== 403) return answer;
    const { status, body: now } = await this.#once("GET", this.url);
    if (status !== 200) return { status: 0, body: null };
    if (now.person !== this.person) return { status: 401, body: null };
    this.token = now.token;
    return this.#once(method, url, options);
  }

  async #once(method, url, { headers = {}, ...options } = {}) {
    try {
      const answer = await fetch(url, {
        method,
        headers: { Accept: "application/json", "X-CSRFToken": this.token, ...this.named, ...headers },
        credentials: "same-origin",
        ...options,
      });
      if (answer.status === 204) return { status: 204, body: null };
      const said = await answer.json().catch(() => null);
      return { status: said === null ? 0 : answer.status, body: said };
    } catch {
      return { status: 0, body: null };
    }
  }
}
