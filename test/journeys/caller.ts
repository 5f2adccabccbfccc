export interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** One page of a list. */
export interface Page<Item> {
  readonly items: Item[]
  readonly nextCursor: string | null
}

/** What went wrong, as RFC 9457 has it. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly instance: string
  readonly errors?: { field: string; message: string }[]
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
  async upload<Line = never>(path: string, type: string, text: string | Buffer): Promise<Answer<Line[]>> {
    const response = await this.#fetch('POST', path, { 'content-type': type }, text)
    const lines = (await response.text()).split('\n').filter((line) => line !== '')
    return {
      status: response.status,
      headers: response.headers,
      body: lines.map((line) => JSON.parse(line) as Line),
    }
  }

  /** Every item of a list, page by page. */
  async all<Item>(path: string, limit = 200): Promise<Item[]> {
    const url = new URL(path, this.url)
    url.searchParams.set('limit', String(limit))
    const { body } = await this.get<Page<Item>>(`${url.pathname}${url.search}`)
    if (body.nextCursor === null) return body.items
    url.searchParams.set('cursor', body.nextCursor)
    return [...body.items, ...(await this.all<Item>(`${url.pathname}${url.search}`, limit))]
  }

  async #send<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await (body === undefined
      ? this.#fetch(method, path, {})
      : this.#fetch(method, path, { 'content-type': 'application/json' }, JSON.stringify(body)))
    const text = await response.text()
    const answered: unknown = text === '' ? undefined : JSON.parse(text)
    return { status: response.status, headers: response.headers, body: answered as Body }
  }

  #fetch(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer,
  ): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      headers: { ...headers, ...(this.key && { authorization: `Bearer ${this.key}` }) },
      ...(body !== undefined && { body }),
    })
  }
}
