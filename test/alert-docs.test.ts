import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import { ALERT_KINDS, DEFAULT_THRESHOLDS, THRESHOLD_RANGES } from '../src/queue/index.js'

test('the page on looking after jobs names every alert, and of every threshold what it is by default and may be', async () => {
  const text = await readFile('docs/operate.md', 'utf8')
  const [, section = ''] = text.split('\n## Alerts\n')
  const [alerts = ''] = section.split('\n## ')
  expect([...alerts.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, kind]) => kind)).toEqual(ALERT_KINDS)
  const rows = [...alerts.matchAll(/^\| `([a-zA-Z]+[A-Z]\w+)` +\| (\d+) +\| (.+?) +\|$/gm)]
  expect(rows.map(([, name, value, range]) => [name, Number(value), range])).toEqual(
    Object.entries(THRESHOLD_RANGES).map(([name, { least, most, mayBeOff }]) => [
      name,
      DEFAULT_THRESHOLDS[name as keyof typeof DEFAULT_THRESHOLDS],
      `${least} to ${most}${mayBeOff ? ', null' : ''}`,
    ]),
  )
})
