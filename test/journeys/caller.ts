export interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** Somebody who calls the API with a key. */
export class Caller {
  constructor(
    private readonly url: string,
    private readonly key: string | undefined,
  ) {}

  get<Body = never>(path: string): Promise<Answer<Body>> {
    return this.#send('GET', path)
  }

  post<Body = never>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.#send('POST', path, body)
  }

  put<Body = never>(path: string, body: unknown): Promise<Answer<Body>> {
    return this.#send('PUT', path, body)
  }

  patch<Body = never>(path: string, body: unknown): Promise<Answer<Body>> {
    return this.#send('PATCH', path, body)
  }

  delete<Body = never>(path: string): Promise<Answer<Body>> {
    return this.#send('DELETE', path)
  }

  /** Sends a text of any type; the answer's body is the lines of JSON it consists of. */
  async upload<Line = never>(path: string, type: string, text: string): Promise<Answer<Line[]>> {
    const response = await this.#fetch('POST', path, { 'content-type': type }, text)
    const lines = (await response.text()).split('\n').filter((line) => line !== '')
    return {
      status: response.status,
      headers: response.headers,
      body: lines.map((line) => JSON.parse(line) as Line),
    }
  }

  async #send<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await this.#fetch(
      method,
      path,
      type,
      body === undefined ? undefined : JSON.stringify(body),
    )
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body }
  }

  #fetch(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string | undefined,
  ): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      headers: { ...headers, ...(this.key && { authorization: `Bearer ${this.key}` }) },
      ...(body !== undefined && { body }),
    })
  }
}
