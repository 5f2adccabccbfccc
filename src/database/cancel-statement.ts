import net from 'node:net'

import type pg from 'pg'

/** Says in the first message of a connection that it is there to cancel and nothing else. */
const CANCEL_REQUEST = 80_877_102

/** How long the request may take; nobody waits for it. */
const PATIENCE_MS = 5_000

/** What the driver knows of a connection, its types do not tell all of it. */
interface Session {
  readonly host: string
  readonly port: number
  readonly processID: number | null
  readonly secretKey: number | null
}

/**
 * Asks the server to end what a connection's statement does, over a connection of its own. A server that hears of it frees
 * what it holds for a statement whose answer nobody waits for; one that does not loses nothing by it. Behind a connection
 * pooler the pooler knows whom it means.
 */
export function cancelStatement(client: pg.ClientBase): void {
  const { host, port, processID, secretKey } = client as unknown as Session
  if (processID === null || secretKey === null) return
  const request = Buffer.alloc(16)
  for (const [i, word] of [16, CANCEL_REQUEST, processID, secretKey].entries())
    request.writeInt32BE(word, 4 * i)
  const at = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }
  const socket = net.connect(at)
  socket.on('error', () => undefined).setTimeout(PATIENCE_MS, () => socket.destroy())
  socket.unref().end(request)
}
