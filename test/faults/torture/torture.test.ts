import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { transpile } from '../../transpile.js'
import { findServerPrograms } from '../test-server.js'

const execute = promisify(execFile)
const PROJECT = path.resolve(import.meta.dirname, '../../..')

if (!findServerPrograms())
  console.log('Skipped: the torture harness needs initdb in /usr/lib/postgresql/*/bin.')

/** The harness as `npm run torture` runs it. */
describe.runIf(findServerPrograms())('the harness', () => {
  let build: string
  let scratch: string

  beforeAll(async () => {
    scratch = await mkdtemp(path.join(os.tmpdir(), 'linehaul-test-'))
    await chmod(scratch, 0o755) // the server runs as another user
    const cache = path.join(PROJECT, 'node_modules/.cache')
    await mkdir(cache, { recursive: true })
    build = await mkdtemp(path.join(cache, 'linehaul-torture-'))
    await writeFile(path.join(build, 'package.json'), '{"type":"module"}')
    for (const part of ['src/time', 'src/database', 'src/queue', 'test/faults'])
      await transpile(path.join(PROJECT, part), path.join(build, part))
  }, 180_000)
  afterAll(async () => {
    await rm(build, { recursive: true, force: true })
    await rm(scratch, { recursive: true, force: true })
  })

  interface Counts {
    readonly lost: number
    readonly doubled: number
    readonly torn: number
    readonly acknowledged: number
  }

  interface Ended {
    readonly code: number
    readonly output: string
    readonly figures: { ok: boolean; faults: Counts[] }
  }

  async function runWith(planted: string): Promise<Ended> {
    const json = path.join(scratch, `${planted || 'nothing'}.json`)
    const script = path.join(build, 'test/faults/torture/run.js')
    const parameters = [script, '--only', 'rollback', '--seconds', '1', '--seed', '3', '--json', json]
    const env = { ...process.env, TMPDIR: scratch, LINEHAUL_TORTURE_PLANT: planted }
    const { code, stdout } = await execute(process.execPath, parameters, { env }).then(
      (well) => ({ ...well, code: 0 }),
      (failed: { code: number; stdout: string }) => failed,
    )
    return { code, output: stdout, figures: JSON.parse(await readFile(json, 'utf8')) as Ended['figures'] }
  }

  test('finds nothing where nothing is wrong, and leaves nothing behind', { timeout: 120_000 }, async () => {
    const { code, output, figures } = await runWith('')
    expect(output).toContain('Nothing was lost, and nothing took effect twice.')
    expect(figures).toMatchObject({ ok: true, faults: [{ fault: 'rollback', lost: 0, doubled: 0 }] })
    expect(figures.faults[0]?.acknowledged).toBeGreaterThan(10)
    expect(code).toBe(0)
    expect((await readdir(scratch)).filter((name) => name.startsWith('linehaul-torture-'))).toEqual([])
  })

  test(
    'finds a job that vanished, one that took effect twice, and a row without its job',
    {
      timeout: 120_000,
    },
    async () => {
      const { code, output, figures } = await runWith('loss,double,torn')
      expect(figures).toMatchObject({ ok: false })
      const [{ lost = 0, doubled = 0, torn = 0 } = {}] = figures.faults
      expect(Math.min(lost, doubled, torn)).toBeGreaterThanOrEqual(1) // each process leaves one
      expect(output).toMatch(/rollback: \d acknowledged jobs were lost/)
      expect(output).toMatch(/rollback: \d jobs took effect twice/)
      expect(output).toMatch(/rollback: \d times something was there by half/)
      const [, kept = ''] = /is kept in (.*linehaul-torture-\w+)\./.exec(output) ?? []
      expect(await readdir(path.join(kept, 'shared'))).toEqual(['server.log'])
      expect(await readdir(path.join(kept, '1-rollback'))).toEqual(['seen', 'why.json'])
      expect(code).toBe(1)
    },
  )

  test('finds a process that died by itself, and says where its log is', { timeout: 120_000 }, async () => {
    const { code, output } = await runWith('death')
    const complaint =
      /rollback: a round came to no end: Error: (\w+-\d) ended by itself with 7; its log is (.*)\n/
    const [, name = '', log = ''] = complaint.exec(output) ?? []
    expect(path.basename(log)).toBe(`${name}.log`)
    expect(await readdir(path.dirname(log))).toContain(`${name}.log`)
    expect(code).toBe(1)
  })

  test('refuses what it does not know with code 2', { timeout: 60_000 }, async () => {
    const script = path.join(build, 'test/faults/torture/run.js')
    const refused = execute(process.execPath, [script, '--only', 'sabotage'])
    await expect(refused).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/sabotage/) as string,
    })
  })
})
