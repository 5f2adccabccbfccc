import net from 'node:net'

/** What is to be cut off: the connection on which `when` is sent next, before or after the server hears of it. */
interface Cut {
  readonly when: string
  readonly heard: boolean
  done(): void
}

/** A name, and what is prepared by it. */
const PREPARED = /(linehaul_[0-9a-f]{32})\0([^\0]+)\0/g

/** A way to a database server that can fall silent, as when a host is cut off: nobody hears that the other is gone. */
export class Wire {
  readonly #sockets = new Set<net.Socket>()
  readonly #server: net.Server
  readonly #cuts: Cut[] = []
  readonly #ends: Pick<Cut, 'when' | 'done'>[] = []
  readonly #prepared = new Map<string, string>()
  #silent: readonly net.Socket[] = []
  #isSilent = false

  private constructor(
    private target: URL,
    private readonly alter: (answer: Buffer) => Buffer,
  ) {
    this.#server = net.createServer((near) => {
      this.#keep(near)
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
    this.#silent = [...this.#sockets]
    for (const socket of this.#silent) socket.pause().removeAllListeners('close')
  }

  /** The same once `when` is sent next, which the server does not hear. @returns once that has happened */
  fallSilentAt(when: string): Promise<void> {
    return new Promise((done) => this.#ends.push({ when, done }))
  }

  /** Connections that are made from now on get through; on the others nobody is heard ever again. */
  speakAgain(): void {
    this.#isSilent = false
  }

  /** Those on which nobody is heard are given up at last, as operating systems do after a while. */
  hangUp(): void {
    for (const socket of this.#silent) socket.destroy()
  }

  /** Connections that are made from now on lead to another server; the others are cut. */
  follow(databaseUrl: string): void {
    this.target = new URL(databaseUrl)
    this.cut()
  }

  /** Breaks every connection, with both ends hearing of it. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /**
   * Breaks the connection on which `when` is sent next, whether the server has `heard` it or not.
   * @returns once that has happened
   */
  cutAt(when: string, { heard }: { heard: boolean }): Promise<void> {
    return new Promise((done) => this.#cuts.push({ when, heard, done }))
  }

  close(): void {
    this.#server.close()
    this.cut()
  }

  #keep(socket: net.Socket): void {
    this.#sockets.add(socket.on('error', () => undefined))
    socket.once('close', () => this.#sockets.delete(socket))
  }

  #connect(near: net.Socket): void {
    const far = net.connect(Number(this.target.port || 5432), this.target.hostname)
    this.#keep(far)
    near.on('data', (data) => this.#send(near, far, data)).on('close', () => far.destroy())
    far.on('data', (data) => near.write(this.alter(data))).on('close', () => near.destroy())
  }

  #send(near: net.Socket, far: net.Socket, data: Buffer): void {
    if (this.#endsWith(data)) return
    const at = this.#cuts.findIndex(({ when }) => data.includes(when))
    const [cut] = at === -1 ? [] : this.#cuts.splice(at, 1)
    if (!cut || cut.heard) far.write(data)
    if (!cut) return
    if (cut.heard) {
      near.removeAllListeners('close')
      far.end() // what was written goes out first
    }
    near.destroy()
    cut.done()
  }

  #endsWith(data: Buffer): boolean {
    const texts = this.#textsIn(data.toString('latin1'))
    const at = this.#ends.findIndex(({ when }) => texts.some((text) => text.includes(when)))
    const [end] = at === -1 ? [] : this.#ends.splice(at, 1)
    if (!end) return false
    this.fallSilent()
    end.done()
    return true
  }

  /** Of a statement that is prepared the text is sent once on each connection, and then its name alone. */
  #textsIn(sent: string): readonly string[] {
    for (const [, name = '', text = ''] of sent.matchAll(PREPARED)) this.#prepared.set(name, text)
    const named = [...this.#prepared].filter(([name]) => sent.includes(name))
    return [sent, ...named.map(([, text]) => text)]
  }
}

/** Tells a process id of its own, as a connection pooler does. */
export function asPooler(answer: Buffer): Buffer {
  for (let at = 0; at + 5 <= answer.length; at += 1 + answer.readInt32BE(at + 1)) {
    if (answer[at] === 'K'.charCodeAt(0)) answer.writeInt32BE(4_711, at + 5)
  }
  return answer
}
