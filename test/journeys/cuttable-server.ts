import net from 'node:net'

/** A way to a database server that can be cut and mended. */
export class CuttableServer {
  readonly #sockets = new Set<net.Socket>()
  readonly #server: net.Server
  #port = 0

  private constructor(target: URL) {
    this.#server = net.createServer((socket) => {
      const onward = net.connect(Number(target.port || 5432), target.hostname)
      for (const end of [socket, onward]) this.#sockets.add(end.on('error', () => undefined))
      socket.pipe(onward).on('close', () => socket.destroy())
      onward.pipe(socket).on('close', () => onward.destroy())
    })
  }

  /** @returns it, and the address of the same database by that way. */
  static async before(databaseUrl: string): Promise<{ way: CuttableServer; url: string }> {
    const url = new URL(databaseUrl)
    const way = new CuttableServer(new URL(databaseUrl))
    await way.mend()
    url.hostname = '127.0.0.1'
    url.port = String(way.#port)
    return { way, url: url.href }
  }

  async mend(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as net.AddressInfo).port
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
    await closed
  }
}
