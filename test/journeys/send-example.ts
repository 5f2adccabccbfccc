import { WRITTEN_ON, type ApiExample, type Message } from './api-examples.js'
import { fillIn, matchAnswer, readJson, type Names } from './match-answer.js'

const DAY_MS = 86_400_000

export interface Sent {
  /** What was sent, address included. */
  readonly text: string
  readonly answer: Message & { status: number }
}

/** @param credential instead of the one that the example has; null: none at all */
export async function sendExample(
  url: string,
  example: ApiExample,
  names: Names,
  credential?: string | null,
): Promise<Sent> {
  const filled = (text: string) => fillIn(asIfToday(text), names)
  const [path, body] = [filled(example.path), filled(example.request.body)]
  const headers = new Headers(Object.entries(example.request.headers).map(([k, v]) => [k, filled(v)]))
  if (!headers.has('authorization')) headers.set('authorization', `Bearer ${names.get('key')}`)
  if (credential !== undefined) headers.delete('cookie')
  if (credential === null) headers.delete('authorization')
  else if (credential !== undefined) headers.set('authorization', `Bearer ${credential}`)
  if (body !== '' && !headers.has('content-type')) headers.set('content-type', 'application/json')
  const response = await fetch(`${url}${path}`, {
    method: example.method,
    headers,
    redirect: 'manual',
    ...(body !== '' && { body }),
  })
  const answer = {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  }
  return { text: `${path} ${body}`, answer }
}

/** Compares status, documented headers and body. @returns what differs, and the names that the answer gives */
export function compareAnswer(example: ApiExample, { text, answer }: Sent, names: Names) {
  const { status, answer: documented } = example
  if (status !== answer.status)
    return {
      differences: [`${status} is documented, and ${answer.status} came: ${answer.body}`],
      given: new Map(),
    }
  const sent = new Map([...names].filter(([name, value]) => name !== 'key' && text.includes(value)))
  const headers = Object.fromEntries(
    Object.keys(documented.headers).map((name) => [name, answer.headers[name]]),
  )
  return matchAnswer(
    { headers: documented.headers, body: bodyOf(documented, readJson) },
    { headers, body: bodyOf(answer, JSON.parse) },
    sent,
  )
}

function bodyOf({ headers, body }: Message, read: (text: string) => unknown): unknown {
  if (headers['content-type']?.includes('ndjson')) return body.trim().split('\n').map(read)
  return /^[[{]/.test(body) ? read(body) : body
}

/** The page's days, moved so that the one it was written on is today. */
function asIfToday(text: string): string {
  const today = Date.parse(new Date().toISOString().slice(0, 10))
  const shift = Math.round((today - Date.parse(WRITTEN_ON)) / DAY_MS) * DAY_MS
  return text.replace(/\b20\d\d-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?/g, (date, time) => {
    const moved = new Date(Date.parse(date) + shift).toISOString()
    return time === undefined ? moved.slice(0, 10) : moved
  })
}
