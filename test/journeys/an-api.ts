import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** An API that has read the whole body when it answers. */
export async function anApiThat(
  answers: (response: http.ServerResponse) => void,
): Promise<{ url: string; close(): void }> {
  const server = http.createServer((request, response) =>
    request
      .resume()
      .on('error', () => undefined)
      .on('end', () => answers(response)),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.closeAllConnections() ?? server.close() }
}
