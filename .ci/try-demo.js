// Runs `npm run demo` as a user would, on a free port, until it has printed its suggestions, then stops it with Ctrl-C.
import { spawn } from 'node:child_process'
import process from 'node:process'

const WITHIN_MS = 120_000

const demo = spawn('npm', ['run', 'demo'], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
})
const alarm = setTimeout(
  () => fail(`The demo printed no suggestions within ${WITHIN_MS / 1000} s.`),
  WITHIN_MS,
)
let output = ''
let asked = false

demo.stdout.on('data', (chunk) => {
  process.stdout.write(chunk)
  output += chunk
  if (asked || !output.includes('Press Ctrl-C to stop.')) return
  asked = true
  if (!/\(([1-9]\d*) suggestions/.test(output)) fail('The demo found no lane.')
  // To the whole group, as a terminal does it.
  process.kill(-demo.pid, 'SIGINT')
})

demo.on('exit', (code) => {
  clearTimeout(alarm)
  if (!asked) fail(`The demo ended by itself with code ${code}.`)
  if (!output.includes('Stopped.')) fail('The demo did not stop cleanly.')
  console.log('The demo works.')
})

function fail(why) {
  console.error(why)
  try {
    process.kill(-demo.pid, 'SIGKILL')
  } catch {
    // it is gone already
  }
  process.exit(1)
}
