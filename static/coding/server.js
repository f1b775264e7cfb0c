// Talks to the REST API, one request after the other, so that codings arrive in the order they were made.

export class Server {
  constructor(urls, token) {
    this.urls = urls;
    this.token = token;
    this.last = Promise.resolve();
  }

  /** Resolves when everything sent so far has its answer. */
  settled() {
    return this.last.catch(() => undefined);
  }

  apply(assignment, coding) {
    return this.#send("POST", this.urls.codings, { assignment, ...coding });
  }

  retract(id) {
    return this.#send("DELETE", `${this.urls.codings}${id}/`);
  }

  annotate(values) {
    return this.#send("PATCH", this.urls.assignment, values);
  }

  #send(method, url, body) {
    const sent = this.settled().then(() => this.#fetch(method, url, body));
    this.last = sent;
    return sent;
  }

  async #fetch(method, url, body) {
    const headers = { "X-CSRFToken": this.token, Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    const data = await response.json();
    if (!response.ok) throw new Error(data.detail || response.statusText);
    return data;
  }
}
