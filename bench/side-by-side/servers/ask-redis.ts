import net from 'node:net'

/** One inline command, asked again until a server that is starting answers. */
export async function askRedis(url: string, command: string, withinMs = 10_000): Promise<string> {
  const untilMs = performance.now() + withinMs
  for (;;) {
    try {
      return await askOnce(url, command)
    } catch (error) {
      if (performance.now() > untilMs) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** A line of what Redis says of itself. */
export async function infoOf(url: string, field: string): Promise<string> {
  const text = await askRedis(url, 'INFO')
  return new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(text)?.[1] ?? ''
}

function askOnce(url: string, command: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname, () => socket.write(`${command}\r\nQUIT\r\n`))
    let answer = ''
    socket.on('data', (data) => (answer += data.toString()))
    socket.on('error', reject)
    socket.on('close', () => (answer === '' ? reject(new Error('no answer')) : resolve(answer)))
  })
}
