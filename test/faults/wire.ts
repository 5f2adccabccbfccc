import net from 'node:net'

/** A way to a database server that can fall silent, as when a host is cut off: nobody hears that the other is gone. */
export class Wire {
  readonly #sockets = new Set<net.Socket>()
  readonly #server: net.Server
  #isSilent = false

  private constructor(
    private readonly target: URL,
    private readonly alter: (answer: Buffer) => Buffer,
  ) {
    this.#server = net.createServer((near) => {
      this.#sockets.add(near.on('error', () => undefined))
      if (!this.#isSilent) this.#connect(near)
    })
  }

  /** @returns it, and the address of the same database by that way. */
  static async to(
    databaseUrl: string,
    alter: (answer: Buffer) => Buffer = (answer) => answer,
  ): Promise<{ wire: Wire; url: string }> {
    const url = new URL(databaseUrl)
    const wire = new Wire(new URL(databaseUrl), alter)
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve))
    url.hostname = '127.0.0.1'
    url.port = String((wire.#server.address() as net.AddressInfo).port)
    return { wire, url: url.href }
  }

  /** Nothing gets through any more, on connections that are made later as well. */
  fallSilent(): void {
    this.#isSilent = true
    for (const socket of this.#sockets) socket.pause().removeAllListeners('close')
  }

  /** Connections that are made from now on get through; on the others nobody is heard ever again. */
  speakAgain(): void {
    this.#isSilent = false
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #connect(near: net.Socket): void {
    const far = net.connect(Number(this.target.port || 5432), this.target.hostname)
    this.#sockets.add(far.on('error', () => undefined))
    near.on('data', (data) => far.write(data)).on('close', () => far.destroy())
    far.on('data', (data) => near.write(this.alter(data))).on('close', () => near.destroy())
  }
}

/** Tells a process id of its own, as a connection pooler does. */
export function asPooler(answer: Buffer): Buffer {
  for (let at = 0; at + 5 <= answer.length; at += 1 + answer.readInt32BE(at + 1)) {
    if (answer[at] === 'K'.charCodeAt(0)) answer.writeInt32BE(4_711, at + 5)
  }
  return answer
}
