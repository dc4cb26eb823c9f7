/** Sends `Authorization: Bearer TOKEN` with every request, without waiting for a 401. */
export class BearerCredentialHandler {
  constructor(token) {
    this.token = token;
  }

  prepareRequest(options) {
    if (!options.headers) throw new Error('The request has no headers.');
    options.headers.Authorization = `Bearer ${this.token}`;
  }
}
