import { CliError, RefusedError, UnreachableError } from './cli-error.js'
import type { Connection } from './connect.js'
import { inCliWords, type ToldProblem } from './in-cli-words.js'

/** How much of a list is wanted. */
export interface Part {
  readonly limit: number
  /** All of it, however long. */
  readonly all?: boolean | undefined
}

export interface Listed<Item> {
  readonly items: readonly Item[]
  /** Whether there are more than were asked for. */
  readonly hasMore: boolean
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** The most that the API gives on one page. */
const PAGE = 200

/** Speaks to the API under `/api/v1`. All methods throw CLI_REFUSED with what the API said, CLI_UNREACHABLE if nothing did. */
export class ApiClient {
  constructor(private readonly connection: Pick<Connection, 'url' | 'key'>) {}

  get<Answer>(path: string, query: Query = {}): Promise<Answer> {
    return this.#send('GET', withQuery(path, query))
  }

  post<Answer>(path: string, body?: unknown): Promise<Answer> {
    return this.#send('POST', path, body)
  }

  put<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#send('PUT', path, body)
  }

  patch<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#send('PATCH', path, body)
  }

  delete<Answer>(path: string): Promise<Answer> {
    return this.#send('DELETE', path)
  }

  /** Reads a list page by page. */
  async list<Item>(path: string, filter: Query, { limit, all }: Part): Promise<Listed<Item>> {
    const items: Item[] = []
    let cursor: string | undefined
    do {
      const size = all ? PAGE : Math.min(PAGE, limit - items.length)
      const page = await this.get<{ items: Item[]; nextCursor?: string | null }>(path, {
        ...filter,
        limit: size,
        cursor,
      })
      items.push(...page.items)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined && (all || items.length < limit))
    return { items, hasMore: cursor !== undefined }
  }

  async #send<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const { url, key } = this.connection
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && JSON_BODY) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new UnreachableError(url, cause)
    })
    const answer = parse(await response.text())
    if (!response.ok) throw refusal(response.status, answer, url)
    if (answer === undefined && response.status !== 204) throw new StrangerError(url)
    return answer as Answer
  }
}

const JSON_BODY = { 'content-type': 'application/json' }

class StrangerError extends CliError {
  constructor(url: string) {
    super('CLI_NOT_LINEHAUL', `What answers at ${url} is not Linehaul's API. Look at the address.`)
  }
}

/** `undefined` when it is no JSON, as from a proxy. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refusal(status: number, answer: unknown, url: string): RefusedError {
  const problem = (answer ?? {}) as Partial<ToldProblem>
  if (problem.detail === undefined) return new RefusedError(status, `${url} answered ${status}.`)
  return new RefusedError(status, inCliWords({ ...problem, detail: problem.detail }), problem.code)
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value))
  return parameters.size === 0 ? path : `${path}?${parameters}`
}

/** A path whose variable parts may be any text: at`/jobs/${id}/retry`. */
export function at(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return String.raw({ raw: texts }, ...parts.map(encodeURIComponent))
}
