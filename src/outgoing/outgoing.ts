import { lookup } from 'node:dns/promises'

import type { RequestInit, Response as Answer } from 'undici'

import { allowed } from './allowed.js'
import { failed, OutgoingError, refusedUrl, timedOut, tooLarge } from './errors.js'
import { guardedAgent, refusalUnresolved, type Resolve } from './guarded-agent.js'

export interface OutgoingOptions {
  /** Hosts, addresses and ranges that are let through although they are not public. */
  allow: readonly string[]
  /** Longest from the start of a request to the last byte of its answer, redirects included. Default 10 s. */
  timeoutMs?: number
  /** Most of an answer's body, unpacked. Default 5 MiB. */
  maxBytes?: number
  resolve?: Resolve
}

/** What a request can say: as for the global `fetch`, but without ways around the guard. */
export interface OutgoingRequest {
  method?: string
  headers?: Record<string, string> | Iterable<readonly [string, string]>
  body?: string | Uint8Array
  /** Default `'follow'`: each hop is judged anew. */
  redirect?: 'follow' | 'manual' | 'error'
  /** Default `'whole'`. `'ignored'`: it answers without one, and whatever becomes of the body is no failure. */
  answerBody?: 'whole' | 'ignored'
  signal?: AbortSignal
}

/** Requests to addresses that people gave. */
export interface Outgoing {
  /**
   * As the global `fetch`, but to the public internet only, within a time and a size. The body has arrived whole.
   * @throws {OutgoingError} OUTGOING_REFUSED, OUTGOING_FAILED, OUTGOING_TIMEOUT, OUTGOING_TOO_LARGE
   */
  fetch(url: string | URL, request?: OutgoingRequest): Promise<Response>
  /** Why `fetch` would refuse a URL; `undefined` when it would not, or when only the name's addresses could tell: nothing is resolved. */
  refusalOf(url: string | URL): OutgoingError | undefined
  close(): Promise<void>
}

export function createOutgoing({
  allow: entries,
  timeoutMs = 10_000,
  maxBytes = 5 * 1024 ** 2,
  resolve = (host) => lookup(host, { all: true }),
}: OutgoingOptions): Outgoing {
  const allow = allowed(entries)
  /** Opened for the first request: most commands send none, and to load undici takes a tenth of a second. */
  let agent: ReturnType<typeof guardedAgent> | undefined
  const refusalOf = (url: string | URL) => {
    const flaw = flawOf(url)
    // A URL writes the odd notations of an address (`0x7f.1`, `2130706433`) as the one that is judged.
    return flaw === undefined ? refusalUnresolved(new URL(url).hostname, allow) : refusedUrl(flaw)
  }
  return {
    refusalOf,
    async fetch(url, { signal, answerBody = 'whole', ...request } = {}) {
      const refused = refusalOf(url)
      if (refused) throw refused
      const { href, host } = new URL(url)
      const dispatcher = await (agent ??= guardedAgent(allow, resolve))
      const late = AbortSignal.timeout(timeoutMs)
      const within = signal ? AbortSignal.any([signal, late]) : late
      try {
        const answer = await ask(href, { ...(request as RequestInit), dispatcher, signal: within })
        const read = answerBody === 'whole' ? wholeBody : ignoredBody
        return toResponse(answer, await read(answer, new URL(answer.url || href).host, maxBytes))
      } catch (error) {
        signal?.throwIfAborted()
        throw late.aborted ? timedOut(host, timeoutMs) : reasonOf(error, host)
      }
    },
    close: async () => (await agent)?.destroy(),
  }
}

/** What is wrong with a URL, wherever it leads. */
function flawOf(url: string | URL): string | undefined {
  if (!URL.canParse(String(url))) return 'it is not a URL'
  const { protocol, username, password } = new URL(url)
  if (!['http:', 'https:'].includes(protocol)) return 'only http and https are spoken'
  const hasUser = username !== '' || password !== ''
  return hasUser ? 'it contains a user or password, which belong in a header' : undefined
}

async function ask(href: string, request: RequestInit): Promise<Answer> {
  const { fetch } = await import('undici')
  return fetch(href, request)
}

async function wholeBody({ body }: Answer, host: string, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge(host, maxBytes)
    chunks.push(chunk)
  }
  return body === null ? null : Buffer.concat(chunks)
}

/** A small one is read to its end, so that its connection can be used again; a longer one is cut off. */
const MOST_IGNORED_BYTES = 64 * 1024

async function ignoredBody({ body }: Answer): Promise<null> {
  let size = 0
  try {
    for await (const chunk of body ?? []) if ((size += chunk.byteLength) > MOST_IGNORED_BYTES) break
  } catch {
    // It ended early, or took too long: nobody wants it.
  }
  return null
}

function toResponse({ status, statusText, headers }: Answer, body: Uint8Array | null): Response {
  return new Response(body, { status, statusText, headers: [...headers] })
}

/** `fetch` wraps what went wrong beneath it. */
function reasonOf(error: unknown, host: string): OutgoingError {
  for (let reason = error; reason instanceof Error; reason = reason.cause)
    if (reason instanceof OutgoingError) return reason
  return failed(host, error instanceof TypeError && error.cause !== undefined ? error.cause : error)
}
