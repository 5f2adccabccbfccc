import { PostgresDatabase } from '../src/database/index.js'

/** Makes a database on the server that DATABASE_URL names, and drops it afterwards. */
export async function withBenchDatabase(name: string, work: (url: string) => Promise<void>): Promise<void> {
  const base = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
  const server = new PostgresDatabase({ url: base })
  const database = `linehaul_bench_${name}_${process.pid}`
  await server.query(`CREATE DATABASE ${database}`)
  const url = new URL(base)
  url.pathname = `/${database}`
  try {
    await work(url.href)
  } finally {
    await server.query(`DROP DATABASE ${database} WITH (FORCE)`)
    await server.close()
  }
}
