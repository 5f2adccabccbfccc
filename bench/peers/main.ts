import { main } from '../side-by-side/main.js'
import { CONTENDERS } from './contenders.js'
import { drawChart } from './draw-chart.js'
import { spawnHelper } from './spawn-helper.js'

const words = process.argv.slice(2)
process.exit(await main(words, { contenders: CONTENDERS, spawn: spawnHelper, drawChart }))
