import { readFileSync } from 'node:fs'

/*
 * How docs/api.md is written, for whoever adds a route. The examples are sent in the order in which they stand there, all to one
 * Linehaul that was empty before; each is two blocks under a heading of its own, first what is sent, then what is answered:
 *
 *     ```http
 *     POST /api/v1/drivers
 *
 *     { "name": "Jo March" }
 *     ```
 *
 *     ```http
 *     HTTP/1.1 201 Created
 *
 *     { "id": "{driver}", "name": "Jo March", "createdAt": "2026-12-01T09:00:00Z" }
 *     ```
 *
 * - Headers stand below the first line. Left out, the owner's key is sent as Authorization, and a body is JSON; an answer's
 *   headers are compared only where the example has them.
 * - `{driver}` names what stands there, so that later examples can send it: in a path, a header or a body. In the answer to a
 *   request that has the name itself it must be the same value. Names are letters only. `{key}` is the owner's key.
 * - An answer has the documented fields and no others, with the values that are documented, except: an instant is any instant,
 *   and `…`, with or without quotes, is anything. In a text it is any characters (`"lh_…"`); at the end of an object or a list
 *   it is whatever else there may be. Lists that end so hold the documented entries somewhere, other lists hold exactly them.
 * - Requests are sent as if today were the day WRITTEN_ON, so that what happened last week in the page did so last week.
 * - Several lines of JSON are NDJSON: say so with a Content-Type in both blocks.
 * - `<!-- once analysed -->` between two examples waits until no shipment is left to be analysed.
 * - `<!-- once sent -->` waits until no mail and no webhook is left to be sent, `<!-- once told -->` until everybody was told
 *   what there is to tell.
 * - Every operation needs an example that succeeds; others may show what is refused.
 */

export const WRITTEN_ON = '2026-12-01'

export interface Message {
  /** By their lower-cased names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface ApiExample {
  readonly heading: string
  readonly line: number
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly request: Message
  readonly status: number
  readonly answer: Message
  /** What it waits for before it is sent: the mark, `<!-- once analysed -->`; or nothing. */
  readonly waits: string | undefined
}

/** @throws {Error} when the page is not written as it is told above. */
export function readExamples(page: string): ApiExample[] {
  const examples: ApiExample[] = []
  let sent: Omit<ApiExample, 'status' | 'answer'> | undefined
  let heading = ''
  let waits: string | undefined
  for (const { line, title, mark, block } of partsOf(readFileSync(page, 'utf8'))) {
    if (title !== undefined) heading = title
    if (mark) waits = mark
    if (block === undefined) continue
    const { first, ...message } = readMessage(block)
    const [, method = '', path = ''] = /^(GET|POST|PUT|PATCH|DELETE) (\S+)$/.exec(first) ?? []
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(first) ?? []
    if (status !== undefined && sent) {
      examples.push({ ...sent, status: Number(status), answer: message })
      ;[sent, waits] = [undefined, undefined]
    } else if (path !== '' && !sent) {
      sent = { heading, line, method, path, request: message, waits }
    } else throw new Error(`${page}:${line}: neither a request nor the answer to one: ${first}`)
  }
  if (sent) throw new Error(`${page}:${sent.line}: no answer follows`)
  return examples
}

interface Part {
  readonly line: number
  readonly title: string | undefined
  readonly mark: string | undefined
  readonly block: string | undefined
}

function partsOf(text: string): Part[] {
  const parts = text.matchAll(
    /^#+ (?<title>[^\n]+)$|^(?<mark><!-- once (?:analysed|sent|told) -->)$|^```http\n(?<block>.*?)^```$/gms,
  )
  return [...parts].map(({ index, groups = {} }) => ({
    line: text.slice(0, index).split('\n').length,
    title: groups['title'],
    mark: groups['mark'],
    block: groups['block'],
  }))
}

function readMessage(block: string): Message & { first: string } {
  const [head = '', ...rest] = block.trim().split('\n\n')
  const [first = '', ...lines] = head.split('\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.replace(/^[^:]*:\s*/, '')]),
  )
  return { first, headers, body: rest.join('\n\n') }
}
