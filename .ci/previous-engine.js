// Shows that the engine of the commit before goes on working while the schema of this one is applied, and beside this one
// afterwards: every job that either acknowledges ends once. Parameter: the commit to take, instead of the last one with
// fewer migrations. Needs a PostgreSQL server in TEST_DATABASE_URL.
import assert from 'node:assert/strict'
import { execFileSync, fork } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'

import pg from 'pg'

const PROJECT = path.resolve(import.meta.dirname, '..')
const MIGRATIONS = 'src/queue/migrations'
/** Jobs that an engine has to do in each phase. */
const ENOUGH = 150

/** What takes longer does not work. */
const GIVE_UP_MS = 120_000

const KINDS = ['plain', 'plain', 'delayed', 'debounced', 'flaky']

const git = (...parameters) =>
  execFileSync('git', parameters, { cwd: PROJECT, encoding: 'utf8', maxBuffer: 1e9 }).trim()

/** The last ancestor that has fewer migrations and no other text of any; drafts that were changed later are passed over. */
function findPrevious() {
  const now = new Map(
    readdirSync(path.join(PROJECT, MIGRATIONS)).map((name) => [
      name,
      git('hash-object', `${MIGRATIONS}/${name}`),
    ]),
  )
  let drafts = 0
  for (const commit of git('rev-list', '--first-parent', 'HEAD').split('\n')) {
    const then = git('ls-tree', '-r', commit, `${MIGRATIONS}/`)
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(/\s/))
      .map(([, , hash, file]) => [path.basename(file), hash])
    if (then.length === 0) break // there was no engine yet
    if (then.some(([name, hash]) => now.get(name) !== hash)) drafts += 1
    else if (then.length < now.size) return commit
  }
  if (git('rev-parse', '--is-shallow-repository') === 'true')
    return skip('the clone is shallow and does not reach back to the migration before')
  assert.equal(
    drafts,
    0,
    `each commit before has another text of some migration in ${MIGRATIONS}: a released one was changed`,
  )
  return git('rev-list', '--max-count=2', 'HEAD').split('\n')[1] ?? skip('there is no commit before')
}

function skip(reason) {
  console.log(`Skipped: the engine of the commit before was not tried, for ${reason}.`)
  process.exit(0)
}

/** Compiles the sources in `from` into `folder`. @returns where the build is. */
function build(from, folder) {
  symlinkSync(path.join(PROJECT, 'node_modules'), path.join(folder, 'node_modules'))
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
  const dist = path.join(folder, 'dist')
  const options = [
    '--noCheck',
    '--declaration',
    'false',
    '--incremental',
    'false',
    '--tsBuildInfoFile',
    'null',
  ]
  const tsc = path.join(PROJECT, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', dist, ...options], {
    cwd: from,
    stdio: 'inherit',
  })
  return dist
}

function buildPrevious(commit, folder) {
  const archive = execFileSync('git', ['archive', commit, 'src', 'tsconfig.json', 'tsconfig.build.json'], {
    cwd: PROJECT,
    maxBuffer: 1e9,
  })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  return build(folder, folder)
}

/** A process with an engine, and what it has told. */
class EngineProcess {
  errors = []
  #child
  #calls = new Map()
  #listeners = new Set()
  #gone = false

  constructor(dist, url) {
    this.#child = fork(path.join(import.meta.dirname, 'engine-process.js'), [dist, url])
    this.#child.on('message', (message) => this.#hear(message))
    this.#child.on('exit', (code) => {
      this.#gone = true
      for (const { reject } of this.#calls.values()) reject(new Error(`the process ended with code ${code}`))
    })
  }

  /** Resolves once it has done so many jobs from now on. */
  hasDone(count) {
    let left = count
    return this.#until(({ state }) => state === 'done' && --left === 0)
  }

  /** Resolves once a job of that name has ended there. */
  hasEnded(name) {
    return this.#until(({ ended }) => ended === name)
  }

  /** Resolves to the next endless job that begins there. */
  async begins() {
    return (await this.#until(({ began }) => began)).began
  }

  /** @returns what the action in the process does. */
  do(action, parameters = {}) {
    const call = this.#calls.size + 1
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject })
      this.#child.send({ call, action, ...parameters })
    })
  }

  kill() {
    if (!this.#gone) this.#child.kill('SIGKILL')
  }

  #until(matches) {
    return new Promise((resolve) => {
      const listener = (message) => {
        if (!matches(message)) return
        this.#listeners.delete(listener)
        resolve(message)
      }
      this.#listeners.add(listener)
    })
  }

  #hear(message) {
    const { call, result, failed, error } = message
    if (error) this.errors.push(error)
    for (const listener of this.#listeners) listener(message)
    if (failed) this.#calls.get(call)?.reject(new Error(failed))
    else if (call) this.#calls.get(call)?.resolve(result)
  }
}

/** Goes on enqueueing through a process until it is told to stop. @returns the ids that it acknowledged. */
function keepEnqueueing(engine, acknowledged) {
  let stopping = false
  const loop = (async () => {
    for (let n = 0; !stopping; n += 1) {
      const kind = KINDS[n % KINDS.length]
      const options = {
        ...(kind === 'delayed' && { delay: '300ms' }),
        ...(kind === 'debounced' && { onClash: { debounce: '200ms', atMost: '1s' } }),
      }
      acknowledged.push(await engine.do('enqueue', { kind, payload: { key: String(n % 3) }, options }))
      await pause(3)
    }
  })()
  loop.catch(() => undefined) // whoever stops it hears of it
  return async () => {
    stopping = true
    await loop
  }
}

async function run({ previous, current, url, db }) {
  await db.query('CREATE TABLE public.ran (job_id uuid, at timestamptz DEFAULT clock_timestamp())')
  const acknowledged = []
  const processes = []
  const start = (dist) => {
    const engine = new EngineProcess(dist, url)
    processes.push(engine)
    return engine
  }
  const tick = async () => {
    const ticked = Promise.race(processes.map((engine) => engine.hasEnded('ci.scheduled')))
    await db.query(`UPDATE linehaul.schedule SET next_at = now() - interval '1 s'`)
    await ticked
  }
  try {
    const before = start(previous)
    await before.do('migrate')
    await before.do('start')
    const stopBefore = keepEnqueueing(before, acknowledged)
    await before.hasDone(ENOUGH)
    await tick()

    const after = start(current)
    const applied = await after.do('migrate')
    console.log(`Applied under load: ${applied.join(', ')}.`)
    assert.notEqual(applied.length, 0)
    await tick()
    await before.hasDone(ENOUGH)
    console.log(`The engine before has done ${ENOUGH} jobs more on the new schema.`)

    await after.do('start')
    const stopAfter = keepEnqueueing(after, acknowledged)
    for (const [asks, cancels] of [
      [before, after],
      [after, before],
    ]) {
      const begun = Promise.race([before.begins(), after.begins()])
      const id = await asks.do('enqueue', { kind: 'endless', payload: {} })
      assert.equal(await begun, id)
      await cancels.do('cancel', { id })
    }
    await tick()
    await Promise.all([before.hasDone(ENOUGH), after.hasDone(ENOUGH)])
    console.log(`Each has done ${ENOUGH} jobs beside the other.`)
    await stopBefore()
    await before.do('stop')
    await tick()
    await after.hasDone(ENOUGH)
    await stopAfter()
    await untilNoneIsOpen(db)
    await after.do('stop')
    assert.deepEqual([before.errors, after.errors], [[], []])
  } finally {
    for (const engine of processes) engine.kill()
  }
  await judge(db, acknowledged)
}

async function untilNoneIsOpen(db) {
  for (;;) {
    const { rows } = await db.query('SELECT name, state, run_at FROM linehaul.job LIMIT 5')
    if (rows.length === 0) return
    await pause(100)
  }
}

/** Every job that was acknowledged, and every tick, ended once, in the state that it should. */
async function judge(db, acknowledged) {
  const ids = [...new Set(acknowledged)]
  const { rows: jobs } = await db.query(
    `SELECT id::text, name, state, losses,
            (SELECT count(*)::int FROM public.ran WHERE job_id = job_archive.id) AS runs
     FROM linehaul.job_archive
     WHERE name LIKE 'ci.%'`, // the engine's own jobs say nothing of their runs
  )
  const byId = new Map(jobs.map((job) => [job.id, job]))
  assert.equal(byId.size, jobs.length, 'a job ended twice')
  assert.deepEqual(
    ids.filter((id) => !byId.has(id)),
    [],
    'acknowledged jobs are gone',
  )
  for (const job of jobs) {
    const isEndless = job.name === 'ci.endless'
    const expected = { state: isEndless ? 'cancelled' : 'done', losses: 0, runs: isEndless ? 0 : 1 }
    const { state, losses, runs } = job
    assert.deepEqual({ state, losses, runs }, expected, JSON.stringify(job))
  }
  const ticks = jobs.filter(({ name }) => name === 'ci.scheduled').length
  assert.ok(ticks >= 4, `${ticks} of 4 ticks were enqueued`)
  console.log(`${ids.length} jobs and ${ticks} ticks were acknowledged, and each ended once.`)
}

const server = process.env.TEST_DATABASE_URL
if (!server) skip('TEST_DATABASE_URL names no PostgreSQL server')
const commit = process.argv[2] ?? findPrevious()
console.log(`The engine before: ${git('log', '-1', '--format=%h %s', commit)}`)

const startedMs = performance.now()
const scratch = mkdtempSync(path.join(os.tmpdir(), 'linehaul-previous-'))
const name = `linehaul_test_previous_${process.pid}`
const admin = new pg.Client({ connectionString: server })
await admin.connect()
try {
  const [before, after] = ['before', 'after'].map((one) => mkdtempSync(path.join(scratch, one)))
  const builds = { previous: buildPrevious(commit, before), current: build(PROJECT, after) }
  await admin.query(`CREATE DATABASE ${name}`)
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  try {
    const late = pause(GIVE_UP_MS, null, { ref: false }).then(() => assert.fail('it came to no end'))
    await Promise.race([run({ ...builds, url, db }), late])
  } finally {
    await db.end()
  }
  console.log(
    `The engine before and this one work side by side (${Math.round((performance.now() - startedMs) / 1000)} s).`,
  )
} finally {
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin.end()
  rmSync(scratch, { recursive: true, force: true })
}
