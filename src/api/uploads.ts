import { Readable } from 'node:stream'

import type { FastifyInstance, FastifyReply } from 'fastify'

import { UnsupportedTypeError } from './errors.js'

/** Large enough for any file: it is read as it comes and never held as a whole. */
export const UPLOAD_LIMIT = 64 * 1024 ** 3

/** Bodies of some types as streams: the routes of `api` read them as they come. */
export class Uploads {
  readonly #open = new Set<Readable>()

  constructor(
    api: FastifyInstance,
    private readonly types: readonly string[],
  ) {
    // What was answered is safe; the client sends the rest again once the server is back.
    api.addHook('preClose', async () => this.#open.forEach((upload) => upload.destroy()))
    for (const type of types) api.addContentTypeParser(type, (_request, payload, done) => done(null, payload))
  }

  /** @returns what to read of a body; giving up lets go of that and not of the connection, which the answer needs */
  read(body: unknown): Readable {
    if (!(body instanceof Readable)) throw new UnsupportedTypeError(this.types)
    this.#open.add(body)
    body.once('close', () => this.#open.delete(body))
    return Readable.from(body.iterator({ destroyOnReturn: false }))
  }
}

/** Answers one JSON line after the other, as they come. */
export function answerLines(reply: FastifyReply, lines: AsyncIterable<unknown>): FastifyReply {
  return reply
    .type('application/x-ndjson')
    .serializer(String)
    .send(Readable.from(textOf(lines)))
}

async function* textOf(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}
