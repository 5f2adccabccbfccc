import { execFile } from 'node:child_process'
import net from 'node:net'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Runs a program of PostgreSQL's, which refuses to be run by root. */
export async function runAsPostgres(file: string, ...parameters: string[]): Promise<void> {
  if (process.getuid?.() === 0)
    await run('runuser', ['-u', 'postgres', '--', file, ...parameters], { cwd: '/' })
  else await run(file, parameters)
}

/** A port on loopback that nobody listens on at the moment. */
export async function findFreePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
