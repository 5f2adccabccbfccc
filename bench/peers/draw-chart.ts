import * as echarts from 'echarts'

import { figureText } from '../side-by-side/report.js'
import type { Result } from '../side-by-side/results.js'

const OURS = '#0f766e'
const THEIRS = '#94a3b8'
const INK = '#334155'

/** A tenth and a tenfold can both be seen; without a start of their own bars would begin at 1. */
const LOGARITHMIC = { type: 'log', min: 0.1, startValue: 0.1 }

/** Bars from the best down, Linehaul's in a colour of their own; the same figures always give the same picture. */
export function drawChart(title: string, results: readonly Result[]): string {
  const [first] = results
  const ascending = [...results].sort((a, b) => a.median - b.median)
  const sorted = first?.better === 'more' ? ascending : ascending.reverse()
  const height = 70 + sorted.length * 30
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 760, height })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: title, textStyle: { fontSize: 13, color: INK, width: 740, overflow: 'truncate' } },
    grid: { left: 160, right: 90, top: 40, bottom: 20 },
    xAxis: { ...(first?.unit === 'ms' ? LOGARITHMIC : { type: 'value' }), axisLabel: { color: INK } },
    yAxis: {
      type: 'category',
      data: sorted.map(({ contender }) => contender),
      axisLabel: { color: INK },
    },
    series: [{ type: 'bar', barWidth: 18, data: sorted.map(bar) }],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return `${svg}\n`
}

function bar({ contender, median, unit }: Result) {
  return {
    value: median,
    itemStyle: { color: contender.startsWith('linehaul') ? OURS : THEIRS },
    label: { show: true, position: 'right', color: INK, formatter: () => `${figureText(median)} ${unit}` },
  }
}
