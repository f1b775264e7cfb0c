// Requests of a page that may be open for longer than the session in which it was opened. The cookie with the CSRF token
// cannot be read by scripts, so after signing in again in another tab the page asks for the token of the new session.

const OTHER_PERSON = "urn:lipse:problem:other_person";

export class Session {
  /**
   * `url` answers with {person, token} of who is signed in at the moment; `person` is the user name of who opened the
   * page and `number` the number of that account, which the server compares with who is signed in.
   */
  constructor({ url, person, token, number = "" }) {
    Object.assign(this, { url, person, token, number, named: {} });
  }

  /** Name the browser in every request, so that the server counts what it receives from it. */
  sentFrom(device) {
    this.named = { "X-Device": device };
  }

  /** Who is signed in at the moment: {status, body: {person, token}}. Takes the token where it is the same person. */
  async now() {
    const answer = await this.#once("GET", this.url);
    if (answer.status === 200 && answer.body.person === this.person) this.token = answer.body.token;
    return answer;
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
    if (answer.body?.type === OTHER_PERSON) return { status: 401, body: null };
    if (answer.status !== 403) return answer;
    const { status, body: now } = await this.now();
    if (status !== 200) return { status: 0, body: null };
    if (now.person !== this.person) return { status: 401, body: null };
    return this.#once(method, url, options);
  }

  #writer() {
    return this.number ? { "X-Written-By": this.number } : {};
  }

  async #once(method, url, { headers = {}, ...options } = {}) {
    try {
      const answer = await fetch(url, {
        method,
        headers: { Accept: "application/json", "X-CSRFToken": this.token, ...this.named, ...this.#writer(), ...headers },
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
