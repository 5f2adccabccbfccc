import { quantile } from '../hosts/quantile.js'

const PAGES = 200
const WARM_UP = 20

/** How long a list page takes over HTTP, one after the other on one connection, ms. */
export async function timePages(url: string, key: string): Promise<{ p50: number; p99: number }> {
  const took: number[] = []
  for (let page = 0; page < WARM_UP + PAGES; page++) {
    const startedMs = performance.now()
    const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } })
    const { items } = (await response.json()) as { items?: readonly unknown[] }
    if (page >= WARM_UP) took.push(performance.now() - startedMs)
    if (items?.length !== 100)
      throw new Error(`${url} answered ${response.status} with ${items?.length} jobs.`)
  }
  took.sort((a, b) => a - b)
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99) }
}
