import type { Socket } from 'socket.io'

/** Packets that may lie before a client while it is sent what it missed. */
const MOST_AHEAD = 500

/** Beyond these a client is too slow to follow. */
const MOST_BEHIND = 5_000

/** How far a client is behind with reading what it is sent. */
export class Outflow {
  constructor(private readonly socket: Pick<Socket, 'conn' | 'connected'>) {}

  /** Whether it will not catch up any more, with so many events besides that are kept for it. */
  isTooFarBehind(held: number): boolean {
    return this.#ahead + held > MOST_BEHIND
  }

  /** Whether the connection takes what comes next at once. */
  get isFree(): boolean {
    return this.socket.connected && this.socket.conn.transport.writable
  }

  /** Waits until it has taken what lies before it, if that is much; false once it is gone. */
  async keepsUp(): Promise<boolean> {
    const { conn } = this.socket
    if (this.socket.connected && this.#ahead > MOST_AHEAD)
      await new Promise<void>((resolve) => {
        const go = () => {
          conn.off('drain', go).off('close', go)
          resolve()
        }
        conn.on('drain', go).on('close', go)
      })
    return this.socket.connected
  }

  get #ahead(): number {
    // Packets that the connection has not taken yet; Engine.IO has the list, but does not declare it.
    return (this.socket.conn as unknown as { writeBuffer: readonly unknown[] }).writeBuffer.length
  }
}
