// Requests of a page that may be open for longer than the session in which it was opened. The cookie with the CSRF token
// cannot be read by scripts, so after signing in again in another tab the page asks for the token of the new session.

export class Session {
  /** `url` answers with {person, token} of who is signed in at the moment; `person` is who opened the page. */
  constructor({ url, person, token }) {
    Object.assign(this, { url, person, token });
  }

  /** Send JSON. Resolves to {status, body}: status 0 when no answer came, 401 when nobody or somebody else is signed in. */
  async send(method, url, body, options = {}) {
    const answer = await this.#once(method, url, body, options);
    if (answer.status !== 403) return answer;
    const { status, body: now } = await this.#once("GET", this.url);
    if (status !== 200) return { status: 0, body: null };
    if (now.person !== this.person) return { status: 401, body: null };
    this.token = now.token;
    return this.#once(method, url, body, options);
  }

  async #once(method, url, body, options = {}) {
    const headers = { Accept: "application/json", "X-CSRFToken": this.token };
    if (body) headers["Content-Type"] = "application/json";
    try {
      const answer = await fetch(url, {
        method,
        headers,
        body: body && JSON.stringify(body),
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
