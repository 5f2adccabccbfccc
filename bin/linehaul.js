#!/usr/bin/env node
// The launcher: everything else is compiled from src/ to dist/.
import { main } from '../dist/main.js'

process.exitCode = await main(process.argv)
