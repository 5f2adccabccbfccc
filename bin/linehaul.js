#!/usr/bin/env node
// The launcher: everything else is compiled from src/ to dist/.
import { program } from '../dist/program.js'

process.exitCode = await program(process.argv)
